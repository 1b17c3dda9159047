// A network from left to right: boxes that can be pressed, wires between them. A press sends the box's name.

const NS = "http://www.w3.org/2000/svg";
const TILE = 48;

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const host = parentElement.querySelector(".network");
  const own = (host.own ??= { drawn: null });
  own.send = setTriggerValue;
  own.data = data;
  if (own.drawn !== data.drawing) build(host, own);
  paint(host, own);
}

function build(host, own) {
  const { data } = own;
  own.drawn = data.drawing;
  const ground = host.querySelector(".ground");
  ground.style.width = data.width + "px";
  ground.style.height = data.height + "px";
  const wires = document.createElementNS(NS, "svg");
  wires.setAttribute("width", data.width);
  wires.setAttribute("height", data.height);
  wires.setAttribute("aria-hidden", "true");
  for (const points of data.wires) {
    const path = document.createElementNS(NS, "path");
    path.setAttribute("d", curve(points));
    wires.append(path);
  }
  own.buttons = data.boxes.map((box, index) => button(own, box, index));
  ground.replaceChildren(wires, ...own.buttons);
  own.placed = null;
}

// Straight along its lane, an S between lanes.
function curve(points) {
  let d = `M${points[0][0]} ${points[0][1]}`;
  for (let i = 1; i < points.length; i++) {
    const [x0, y0] = points[i - 1], [x1, y1] = points[i];
    const middle = (x0 + x1) / 2;
    d += y0 === y1 ? `L${x1} ${y1}` : `C${middle} ${y0} ${middle} ${y1} ${x1} ${y1}`;
  }
  return d;
}

function button(own, box, index) {
  const made = document.createElement("button");
  made.type = "button";
  made.dataset.name = box.name;
  made.disabled = !box.open;
  made.style.cssText = `left:${box.x}px;top:${box.y}px;width:${box.width}px;height:${box.height}px`;
  for (const [part, text] of [["name", box.name], ["shape", box.shape]]) {
    const span = document.createElement("span");
    span.className = part;
    span.textContent = text;
    made.append(span);
  }
  const picture = document.createElement("span");
  picture.className = "picture";
  made.children[0].after(picture);
  made.onclick = () => own.send("layer", box.name);
  made.onkeydown = (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    for (let i = index + step; own.buttons[i]; i += step) {
      if (own.buttons[i].disabled) continue;
      reach(own, i);
      own.buttons[i].focus();
      break;
    }
  };
  made.onmouseenter = made.onfocus = () => (own.words.textContent = own.data.boxes[index].words);
  made.onmouseleave = made.onblur = () => say(own);
  return made;
}

function reach(own, index) {
  own.buttons.forEach((made, i) => (made.tabIndex = i === index ? 0 : -1));
}

function say(own) {
  const picked = own.data.boxes.find((box) => box.name === own.data.picked);
  own.words.textContent = picked ? picked.words : own.data.hint;
}

function paint(host, own) {
  const { data } = own;
  own.words = host.querySelector(".words");
  const strip = host.querySelector(".strip");
  strip.setAttribute("aria-label", data.title);
  let at = own.buttons.findIndex((made) => !made.disabled);
  own.buttons.forEach((made, index) => {
    const box = data.boxes[index];
    const picked = box.name === data.picked;
    if (picked) at = index;
    made.classList.toggle("picked", picked);
    made.setAttribute("aria-pressed", picked);
    made.setAttribute("aria-label", box.words);
    const picture = made.querySelector(".picture");
    picture.hidden = !data.sheet;
    if (data.sheet) {
      picture.style.backgroundImage = `url(${data.sheet})`;
      picture.style.backgroundPosition = `-${(index % data.columns) * TILE}px -${Math.floor(index / data.columns) * TILE}px`;
    }
  });
  reach(own, at);
  say(own);
  if (own.placed !== data.picked && own.buttons[at]) {
    const box = data.boxes[at];
    strip.scrollLeft = box.x + box.width / 2 - strip.clientWidth / 2;
    own.placed = data.picked;
  }
}
