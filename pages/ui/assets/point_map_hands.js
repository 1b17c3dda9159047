// What pointer and keys do to a map of points: pan, zoom, lasso, box, and words beside the nearest point.

const TOOLS = { lasso: "Lasso", box: "Box", pan: "Pan", zoom: "Zoom to a box" };
const NEAR = 10; // pixels from a point at which it says its words
const STEP = 1.4; // one press on + or a key
const FAR = 60; // pixels, of one arrow key

function tools(own) {
  const names = own.data.choose ? Object.keys(TOOLS) : ["pan", "zoom"];
  if (own.offered === names.join()) return;
  own.offered = names.join();
  const made = names.map((name) => press(TOOLS[name], () => take(own, name)));
  made.forEach((one, at) => (one.dataset.tool = names[at]));
  own.tools.replaceChildren(
    ...made,
    press("+", () => zoom(own, STEP), "Zoom in"),
    press("−", () => zoom(own, 1 / STEP), "Zoom out"),
    press("Whole map", () => look(own, own.whole)),
    press("Picture as PNG", () => save(own)),
  );
  take(own, names[0]);
}

function press(text, act, label) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  if (label) made.setAttribute("aria-label", label);
  made.onclick = act;
  return made;
}

function take(own, tool) {
  own.tool = tool;
  own.canvas.classList.toggle("pan", tool === "pan");
  for (const one of own.tools.querySelectorAll("[data-tool]")) one.setAttribute("aria-pressed", one.dataset.tool === tool);
}

// Zooms so that what lies under (x, y), the middle if not given, stays there.
function zoom(own, by, x = own.width / 2, y = own.height / 2) {
  const { view, whole } = own;
  const scale = Math.min(whole.scale * DEEPEST, Math.max(whole.scale / 4, view.scale * by));
  const right = x - own.width / 2, up = own.height / 2 - y;
  look(own, { x: view.x + right / view.scale - right / scale, y: view.y + up / view.scale - up / scale, scale });
}

function hands(own) {
  const { canvas } = own;
  const fingers = new Map();
  canvas.onpointerdown = (event) => {
    if (event.pointerType === "mouse" && event.button > 1) return;
    fingers.set(event.pointerId, at(own, event));
    own.tip.hidden = true;
    if (fingers.size === 1) drag(own, event, fingers);
    if (event.button === 1) event.preventDefault();
  };
  canvas.onpointermove = (event) => !fingers.size && say(own, at(own, event));
  canvas.onpointerleave = () => (own.tip.hidden = true);
  canvas.ondblclick = () => own.tool === "pan" || own.tool === "zoom" ? look(own, own.whole) : choose(own, [], false);
  // A page is scrolled by the wheel; with Ctrl or Cmd, as two fingers on a pad send it, the wheel zooms.
  canvas.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoom(own, Math.exp(-event.deltaY / (event.deltaMode ? 10 : 250)), ...at(own, event));
  }, { passive: false });
  canvas.onkeydown = (event) => {
    const done = keys(own)[event.key];
    if (!done || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    done();
  };
}

function keys(own) {
  const move = (x, y) => () => look(own, shifted(own.view, x * FAR, y * FAR));
  return {
    ArrowLeft: move(1, 0), ArrowRight: move(-1, 0), ArrowUp: move(0, 1), ArrowDown: move(0, -1),
    "+": () => zoom(own, STEP), "=": () => zoom(own, STEP), "-": () => zoom(own, 1 / STEP),
    0: () => look(own, own.whole), Home: () => look(own, own.whole),
    ...(own.data.choose && own.chosen ? { Escape: () => choose(own, [], false) } : {}),
  };
}

function shifted(view, x, y) {
  return { ...view, x: view.x - x / view.scale, y: view.y + y / view.scale };
}

function at(own, event) {
  const box = own.canvas.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
}

// One drag from press to release; the window hears it, so that it may end outside. A second finger pinches.
function drag(own, first, fingers) {
  const tool = first.button === 1 ? "pan" : own.tool;
  const path = [at(own, first)];
  const more = first.shiftKey;
  let pinched = false;
  own.canvas.classList.toggle("moving", tool === "pan");
  const move = (event) => {
    if (!fingers.has(event.pointerId)) return;
    const before = fingers.get(event.pointerId), now = at(own, event);
    fingers.set(event.pointerId, now);
    if (fingers.size > 1) {
      pinched = true;
      own.shape.setAttribute("hidden", "");
      return pinch(own, event.pointerId, before, now, fingers);
    }
    if (pinched) return;
    if (tool === "pan") return look(own, shifted(own.view, now[0] - before[0], now[1] - before[1]));
    path.push(now);
    outline(own, tool === "lasso" ? path : corners(path));
  };
  const end = (event) => {
    fingers.delete(event.pointerId);
    if (fingers.size) return;
    for (const name of ["pointerup", "pointercancel"]) window.removeEventListener(name, end);
    window.removeEventListener("pointermove", move);
    own.canvas.classList.remove("moving");
    own.shape.setAttribute("hidden", "");
    if (!pinched && event.type === "pointerup" && wide(path)) finish(own, tool, path, more);
  };
  window.addEventListener("pointermove", move);
  for (const name of ["pointerup", "pointercancel"]) window.addEventListener(name, end);
}

function pinch(own, moved, before, now, fingers) {
  const [other] = [...fingers].filter(([id]) => id !== moved).map(([, place]) => place);
  const far = (one) => Math.hypot(one[0] - other[0], one[1] - other[1]) || 1;
  zoom(own, far(now) / far(before), ...other);
}

// A press that hardly moved is no lasso.
function wide(path) {
  return path.some(([x, y]) => Math.hypot(x - path[0][0], y - path[0][1]) > 5);
}

function corners(path) {
  const [[x0, y0], [x1, y1]] = [path[0], path[path.length - 1]];
  return [[x0, y0], [x1, y0], [x1, y1], [x0, y1]];
}

function outline(own, path) {
  own.shape.setAttribute("d", "M" + path.map((one) => one.join(" ")).join("L") + "Z");
  own.shape.removeAttribute("hidden");
}

function finish(own, tool, path, more) {
  if (tool === "lasso") choose(own, inside(own, path), more);
  if (tool === "box") choose(own, inside(own, corners(path)), more);
  if (tool !== "zoom") return;
  const [[x0, y0], , [x1, y1]] = corners(path);
  const by = Math.min(own.width / Math.max(4, Math.abs(x1 - x0)), own.height / Math.max(4, Math.abs(y1 - y0)));
  const middle = shifted(own.view, own.width / 2 - (x0 + x1) / 2, own.height / 2 - (y0 + y1) / 2);
  look(own, { ...middle, scale: middle.scale * by });
}

// Indices of the shown points inside a closed path: a ray to the left crosses it an odd number of times.
function inside(own, path) {
  const found = [];
  for (let i = 0; i < own.x.length; i++) {
    if (own.hidden.has(own.series[i])) continue;
    const x = across(own, i), y = down(own, i);
    let odd = false;
    for (let a = 0, b = path.length - 1; a < path.length; b = a++) {
      const [ax, ay] = path[a], [bx, by] = path[b];
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) odd = !odd;
    }
    if (odd) found.push(i);
  }
  return found;
}

// The choice stands out at once; its pictures come when the server has answered. more: added to what was chosen before.
function choose(own, found, more) {
  if (!own.data.choose) return;
  const next = more && own.chosen ? own.chosen.slice() : new Uint8Array(own.x.length);
  for (const i of found) next[i] = 1;
  own.chosen = next.includes(1) ? next : null;
  repaint(own);
  own.send("lasso", [...own.places].filter((_, i) => next[i]));
}

function say(own, [x, y]) {
  let best = -1, least = NEAR * NEAR;
  for (let i = 0; i < own.x.length; i++) {
    if (own.hidden.has(own.series[i])) continue;
    const far = (across(own, i) - x) ** 2 + (down(own, i) - y) ** 2;
    if (far <= least) [best, least] = [i, far];
  }
  own.tip.hidden = best < 0;
  if (best < 0) return;
  own.tip.textContent = own.data.words[best];
  const left = across(own, best), top = down(own, best);
  own.tip.style.left = Math.max(0, Math.min(left + 12, own.width - own.tip.offsetWidth)) + "px";
  own.tip.style.top = (top + 14 + own.tip.offsetHeight > own.height ? top - 14 - own.tip.offsetHeight : top + 14) + "px";
}
