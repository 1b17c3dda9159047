// Points on a plane, on a canvas of two dimensions. Python sends where they lie, their colours and words; what is lassoed
// goes back as the places of the points inside. Panning and zooming never leave the browser.

const SIZE = 6; // of a point, in pixels
const CLEAR = 0.75, DIM = 0.12; // how opaque a point is, and one outside the lasso
const RING = 7.5, STROKE = 2.5;
const ROOM = 0.94; // share of the canvas that all points take at first
const SPARE = 0.25; // share of the canvas that is drawn beyond each of its sides, for a map that moves
const STRETCH = 1.4; // the most that the plate is stretched before it is drawn anew
const REST = 120; // milliseconds without zooming
const DEEPEST = 60; // how far one can zoom in
const HINT = "Arrow keys move the map, + and − zoom, 0 shows all of it.";

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const host = parentElement.querySelector(".points");
  const own = (host.own ??= build(host));
  own.send = setTriggerValue;
  receive(own, data);
  own.observer.observe(own.ground);
  return () => own.observer.disconnect();
}

function build(host) {
  host.innerHTML =
    '<div class="tools" role="toolbar" aria-label="Map"></div><div class="ground"><canvas tabindex="0" role="application"></canvas>' +
    '<svg aria-hidden="true"><path hidden></path></svg><div class="tip" aria-hidden="true" hidden></div></div>' +
    '<div class="legend"></div>';
  const own = { host, hidden: new Set(), sprites: new Map(), width: 0, height: 0, tool: null, waits: false };
  for (const name of ["tools", "ground", "legend", "tip"]) own[name] = host.querySelector("." + name);
  own.canvas = host.querySelector("canvas");
  own.shape = host.querySelector("path");
  own.context = own.canvas.getContext("2d");
  own.observer = new ResizeObserver(() => resize(own));
  hands(own);
  return own;
}

function receive(own, data) {
  const names = data.names.join("\n");
  if (names !== own.data?.names.join("\n")) own.hidden.clear();
  own.data = data;
  own.x = new Float32Array(buffer(data.x));
  own.y = new Float32Array(buffer(data.y));
  own.places = new Int32Array(buffer(data.places));
  own.series = new Uint16Array(buffer(data.series));
  own.look = new Uint16Array(buffer(data.look));
  own.chosen = data.chosen === null ? null : new Uint8Array(buffer(data.chosen));
  own.canvas.setAttribute("aria-label", `${data.title} ${HINT}`);
  own.sprites.clear();
  const extent = extentOf(own);
  if (own.extent?.join() !== extent.join()) {
    own.extent = extent;
    own.whole = own.view = null;
  }
  tools(own);
  legend(own);
  resize(own);
}

function buffer(text) {
  return Uint8Array.from(atob(text), (one) => one.charCodeAt(0)).buffer;
}

function extentOf(own) {
  const found = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < own.x.length; i++) {
    found[0] = Math.min(found[0], own.x[i]);
    found[1] = Math.min(found[1], own.y[i]);
    found[2] = Math.max(found[2], own.x[i]);
    found[3] = Math.max(found[3], own.y[i]);
  }
  return own.x.length ? found : [0, 0, 1, 1];
}

// The view: the point of the plane in the middle of the canvas, and pixels a unit, the same across and up.
function resize(own) {
  const { clientWidth: width, clientHeight: height } = own.ground;
  const ratio = window.devicePixelRatio || 1;
  if (!width || !height) return;
  if (width !== own.width || height !== own.height || ratio !== own.ratio) {
    Object.assign(own, { width, height, ratio });
    own.canvas.width = Math.round(width * ratio);
    own.canvas.height = Math.round(height * ratio);
    own.sprites.clear();
  }
  const [left, low, right, high] = own.extent;
  const scale = ROOM * Math.min(width / (right - left || 1), height / (high - low || 1));
  const whole = { x: (left + right) / 2, y: (low + high) / 2, scale };
  // Whoever has not moved the map sees all of it; whoever has keeps its middle and how far it is zoomed in.
  if (!own.view || own.view === own.whole) own.view = whole;
  else own.view = { ...own.view, scale: (own.view.scale * scale) / own.whole.scale };
  own.whole = whole;
  repaint(own);
}

function look(own, view) {
  const least = own.whole.scale / 4, most = own.whole.scale * DEEPEST;
  own.view = { ...view, scale: Math.min(most, Math.max(least, view.scale)) };
  own.tip.hidden = true;
  if (own.waits) return;
  own.waits = true;
  requestAnimationFrame(() => paint(own));
}

function across(own, i) {
  return (own.x[i] - own.view.x) * own.view.scale + own.width / 2;
}

function down(own, i) {
  return own.height / 2 - (own.y[i] - own.view.y) * own.view.scale;
}

function repaint(own) {
  own.plate = null;
  paint(own);
}

// The points are drawn on a plate larger than the canvas. While it covers the canvas, a frame is one copy of it, stretched
// while the map is zoomed and drawn sharp once it rests.
function paint(own) {
  own.waits = false;
  if (!own.view) return; // not on the screen yet
  if (!covers(own)) own.plate = plateOf(own);
  const { context, ratio } = own;
  const { left, top, wide, high, by } = spread(own);
  context.globalCompositeOperation = "copy"; // clears what it does not cover
  context.imageSmoothingEnabled = false;
  context.drawImage(own.plate.canvas, ...[left, top, wide, high].map((one) => Math.round(one * ratio)));
  clearTimeout(own.rest);
  if (by !== 1) own.rest = setTimeout(() => repaint(own), REST);
}

// Where the plate lies on the canvas as it is looked at now, in pixels.
function spread({ plate, view, width, height }) {
  const by = view.scale / plate.scale;
  const wide = width * (1 + 2 * SPARE) * by, high = height * (1 + 2 * SPARE) * by;
  const left = (width - wide) / 2 + (plate.x - view.x) * view.scale;
  const top = (height - high) / 2 + (view.y - plate.y) * view.scale;
  return { by, wide, high, left, top };
}

function covers(own) {
  if (!own.plate) return false;
  const { by, wide, high, left, top } = spread(own);
  if (by > STRETCH || by < 1 / STRETCH) return false;
  return left <= 1 && top <= 1 && left + wide >= own.width - 1 && top + high >= own.height - 1;
}

function plateOf(own) {
  const { ratio, width, height, view } = own;
  const canvas = own.spare ??= document.createElement("canvas");
  const wide = Math.round(width * (1 + 2 * SPARE) * ratio), high = Math.round(height * (1 + 2 * SPARE) * ratio);
  const context = canvas.getContext("2d");
  if (canvas.width !== wide || canvas.height !== high) [canvas.width, canvas.height] = [wide, high];
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, wide, high);
  context.translate(Math.round(width * SPARE * ratio), Math.round(height * SPARE * ratio));
  points(own, context, ratio, SPARE);
  rings(own, context, ratio);
  return { canvas, ...view };
}

// Each colour is drawn once and then copied, on whole pixels: that is what makes it fast. beyond: what is drawn outside
// the canvas, as a share of its sides.
function points(own, context, ratio, beyond = 0) {
  const { width, height } = own;
  const wide = width * beyond + SIZE, high = height * beyond + SIZE;
  context.imageSmoothingEnabled = false;
  for (const outside of own.chosen ? [true, false] : [false]) {
    for (let i = 0; i < own.x.length; i++) {
      if (own.chosen && Boolean(own.chosen[i]) === outside) continue;
      if (own.hidden.has(own.series[i])) continue;
      const x = across(own, i), y = down(own, i);
      if (x < -wide || y < -high || x > width + wide || y > height + high) continue;
      const sprite = spriteOf(own, own.look[i], outside, ratio);
      const half = sprite.width / 2;
      context.drawImage(sprite, Math.round(x * ratio - half), Math.round(y * ratio - half));
    }
  }
}

function spriteOf(own, colour, outside, ratio) {
  const key = `${colour} ${outside} ${ratio}`;
  let found = own.sprites.get(key);
  if (found) return found;
  found = document.createElement("canvas");
  found.width = found.height = 2 * Math.ceil((SIZE * ratio) / 2) + 2;
  const context = found.getContext("2d");
  context.globalAlpha = outside ? DIM : CLEAR;
  context.fillStyle = own.data.colours[colour];
  context.beginPath();
  context.arc(found.width / 2, found.width / 2, (SIZE * ratio) / 2, 0, 2 * Math.PI);
  context.fill();
  own.sprites.set(key, found);
  return found;
}

function rings(own, context, ratio) {
  context.lineWidth = STROKE * ratio;
  for (const ring of own.data.rings) {
    context.strokeStyle = ring.colour;
    for (const [x, y] of ring.at) {
      context.beginPath();
      const left = (x - own.view.x) * own.view.scale + own.width / 2;
      const top = own.height / 2 - (y - own.view.y) * own.view.scale;
      context.arc(left * ratio, top * ratio, RING * ratio, 0, 2 * Math.PI);
      context.stroke();
    }
  }
}

function legend(own) {
  const { data } = own;
  const entries = data.names.map((name, series) => {
    if (data.scale && name === data.scale.title) return scaleOf(data.scale);
    const made = document.createElement("button");
    made.type = "button";
    made.title = "Press to hide or show; twice for this one alone.";
    made.setAttribute("aria-pressed", !own.hidden.has(series));
    made.append(dot(data.colours[series]), name);
    made.onclick = (event) => hide(own, series, event.detail === 2);
    return made;
  });
  const marks = data.rings.map(({ name, colour }) => {
    const made = document.createElement("span");
    made.className = "ring";
    const circle = dot("transparent");
    circle.style.border = `2px solid ${colour}`;
    made.append(circle, name);
    return made;
  });
  own.legend.replaceChildren(...entries, ...marks);
}

function dot(colour) {
  const made = document.createElement("span");
  made.className = "dot";
  made.style.background = colour;
  return made;
}

function scaleOf({ title, low, high, colours }) {
  const [made, line, ramp] = Array.from({ length: 3 }, () => document.createElement("span"));
  made.className = "scale";
  line.className = "line";
  ramp.className = "ramp";
  ramp.style.background = `linear-gradient(to right, ${colours.join(", ")})`;
  line.append(short(low, high - low), ramp, short(high, high - low));
  made.append(line, title);
  return made;
}

// Three digits of the scale's whole reach.
function short(value, reach) {
  const digits = reach > 0 ? Math.min(20, Math.max(0, 2 - Math.floor(Math.log10(reach)))) : 3;
  return String(Number(value.toFixed(digits)));
}

// A press hides a group or brings it back; two quick ones show it alone, or all where it was alone.
function hide(own, series, second) {
  if (second) {
    const others = own.data.names.map((_, at) => at).filter((at) => at !== series);
    const alone = !own.before.has(series) && others.every((at) => own.before.has(at));
    own.hidden = new Set(alone ? [] : others);
  } else {
    own.before = new Set(own.hidden);
    if (!own.hidden.delete(series)) own.hidden.add(series);
  }
  const buttons = own.legend.querySelectorAll("button");
  let next = 0;
  own.data.names.forEach((name, at) => {
    if (own.data.scale && name === own.data.scale.title) return;
    buttons[next++].setAttribute("aria-pressed", !own.hidden.has(at));
  });
  repaint(own);
}

// The picture has the canvas at twice its size, on the page's ground, and the legend below.
function save(own) {
  const ratio = 2, line = 22;
  const style = getComputedStyle(own.host);
  const names = [...own.data.names.map((name, at) => [name, own.data.colours[at], false, own.hidden.has(at)]),
    ...own.data.rings.map(({ name, colour }) => [name, colour, true, false])].filter(([, , , hidden]) => !hidden);
  const made = document.createElement("canvas"), context = made.getContext("2d");
  const spots = [];
  context.font = `13px ${style.fontFamily}`;
  let x = 8, y = own.height + line;
  for (const [name] of names) {
    const wide = context.measureText(name).width + 36;
    if (x + wide > own.width && x > 8) [x, y] = [8, y + line];
    spots.push([x, y]);
    x += wide;
  }
  made.width = own.width * ratio;
  made.height = (y + line) * ratio;
  context.fillStyle = style.getPropertyValue("--st-background-color") || "white";
  context.fillRect(0, 0, made.width, made.height);
  points(own, context, ratio);
  rings(own, context, ratio);
  context.scale(ratio, ratio);
  context.font = `13px ${style.fontFamily}`;
  names.forEach(([name, colour, ring], at) => {
    context.beginPath();
    context.arc(spots[at][0] + 6, spots[at][1] - 4, 5, 0, 2 * Math.PI);
    context.fillStyle = context.strokeStyle = colour;
    context.lineWidth = 2;
    ring ? context.stroke() : context.fill();
    context.fillStyle = style.color;
    context.fillText(name, spots[at][0] + 16, spots[at][1]);
  });
  made.toBlob((blob) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = own.data.file + ".png";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  });
}
