// A confusion matrix as a grid of buttons. Python sends counts and words; the browser fills in shares, so that
// playing through epochs needs no round trip. A press sends back [true, predicted]; null stands for "any".

const HEAD = -1; // the place of a head in its row or column

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const host = parentElement.querySelector(".matrix");
  const size = data.names.length;
  if (host.own?.size !== size) host.own = build(host, size);
  const own = host.own;
  own.send = setTriggerValue;
  own.data = data;
  own.frame = Math.min(data.frame ?? 0, data.frames.length - 1);
  layout(own);
  paint(own);
  return () => stop(own);
}

function build(host, size) {
  const own = { host, size, buttons: new Map(), timer: null, at: [0, 0] };
  host.innerHTML =
    '<div class="player" hidden><button type="button" class="play"></button>' +
    '<input type="range" min="0" aria-label="Epoch"><span class="when" aria-live="off"></span></div>' +
    '<div class="axis"></div><div class="grid" role="grid"></div>' +
    '<p class="words" aria-live="polite"></p><button type="button" class="go" hidden>Show the pictures ↓</button>' +
    '<div class="legend"><span class="low"></span><span class="ramp"></span><span class="high"></span>' +
    '<span class="note"></span></div><div class="tip" aria-hidden="true" hidden></div>';
  own.part = (name) => host.querySelector("." + name);
  own.slider = host.querySelector("input");
  for (let i = HEAD; i < size; i++) {
    const line = document.createElement("div");
    line.className = "line";
    line.setAttribute("role", "row");
    for (let j = HEAD; j < size; j++) line.append(i === HEAD && j === HEAD ? corner() : button(own, i, j));
    own.part("grid").append(line);
  }
  own.part("play").onclick = () => (own.timer ? pause(own) : play(own));
  own.slider.oninput = () => {
    stop(own);
    own.frame = Number(own.slider.value);
    paint(own);
  };
  own.slider.onchange = () => sendFrame(own);
  own.part("go").onclick = () => reveal(own.data.gallery, "start");
  return own;
}

function corner() {
  const span = document.createElement("span");
  span.className = "corner";
  span.setAttribute("role", "columnheader");
  return span;
}

function button(own, i, j) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = i === HEAD ? "head column" : j === HEAD ? "head row" : "cell";
  made.setAttribute("role", i === HEAD ? "columnheader" : j === HEAD ? "rowheader" : "gridcell");
  const parts = made.className === "cell" ? ["share", "count"] : ["name", "count"];
  for (const part of parts) {
    const span = document.createElement("span");
    span.className = part;
    made.append(span);
  }
  made.onclick = () => own.send("cell", classes(own, i, j));
  made.onmouseenter = () => matchMedia("(hover: hover)").matches && tip(own, made, i, j);
  made.onfocus = () => made.matches(":focus-visible") && tip(own, made, i, j);
  made.onmouseleave = made.onblur = () => tip(own, null);
  made.onkeydown = (event) => move(own, event, i, j);
  own.buttons.set(i + "," + j, made);
  return made;
}

// Places on the screen -> classes, in the order that is shown.
function classes(own, i, j) {
  const order = own.data.order;
  return [i === HEAD ? null : order[i], j === HEAD ? null : order[j]];
}

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

function move(own, event, i, j) {
  let to = null;
  if (event.key === "Escape") return close(own, event);
  if (STEPS[event.key]) to = [i + STEPS[event.key][0], j + STEPS[event.key][1]];
  if (event.key === "Home") to = [i, i === HEAD ? 0 : HEAD];
  if (event.key === "End") to = [i, own.size - 1];
  if (!to) return;
  event.preventDefault();
  const next = own.buttons.get(to[0] + "," + to[1]);
  if (!next) return;
  reach(own, to);
  next.focus();
}

// Escape closes the sentence beside a cell, then takes the frame away from the chosen one.
function close(own, event) {
  const [t, p] = own.data.selected;
  if (!own.part("tip").hidden) tip(own, null);
  else if (t !== null || p !== null) own.send("cell", [null, null]);
  else return;
  event.preventDefault();
}

// One button takes part in tabbing, the arrow keys do the rest.
function reach(own, at) {
  own.at = at;
  for (const [key, made] of own.buttons) made.tabIndex = key === at[0] + "," + at[1] ? 0 : -1;
}

function layout(own) {
  const { data } = own;
  own.part("axis").textContent = data.axes[1] + " →";
  own.part("corner").textContent = data.axes[0] + " ↓";
  own.part("grid").style.setProperty("--n", own.size);
  own.part("grid").setAttribute("aria-label", data.axes[0] + " against " + data.axes[1]);
  own.part("player").hidden = data.frames.length < 2;
  own.part("play").textContent = own.timer ? "Pause" : "Play";
  own.slider.max = data.frames.length - 1;
  const ramp = own.part("ramp");
  ramp.className = "ramp " + (data.other ? "two-sided" : "share-ramp");
  const number = (x) => (data.by === "none" ? Math.round(x).toLocaleString("en") : Math.round(x * 100) + (data.other ? "" : "%"));
  own.part("low").textContent = data.other ? "−" + number(data.top) : number(0);
  own.part("high").textContent = (data.other ? "+" : "") + number(data.top);
  own.part("note").textContent = data.legend;
  const picked = data.selected;
  reach(own, [picked[0] === null ? own.at[0] : data.order.indexOf(picked[0]), picked[1] === null ? own.at[1] : data.order.indexOf(picked[1])]);
}

function totals(frame, size) {
  const rows = Array(size).fill(0), columns = Array(size).fill(0);
  let all = 0;
  frame.forEach((n, k) => {
    rows[Math.floor(k / size)] += n;
    columns[k % size] += n;
    all += n;
  });
  return { rows, columns, all };
}

function share(frame, sums, t, p, by) {
  const count = frame[t * sums.rows.length + p];
  const whole = { true: sums.rows[t], predicted: sums.columns[p], all: sums.all, none: 1 }[by];
  return whole > 0 ? count / whole : NaN;
}

function percent(x, digits = 1) {
  return Number.isNaN(x) ? "–" : (100 * x).toFixed(digits) + "%";
}

function signed(x, by) {
  if (Number.isNaN(x)) return "–";
  const size = by === "none" ? Math.abs(x).toLocaleString("en") : (100 * Math.abs(x)).toFixed(1);
  return (Number(size) === 0 ? "" : x < 0 ? "−" : "+") + size;
}

function paint(own) {
  const { data } = own;
  const frame = data.frames[own.frame];
  const sums = totals(frame, own.size);
  const others = data.other && totals(data.other, own.size);
  own.now = { frame, sums, others };
  own.slider.value = own.frame;
  own.part("when").textContent = data.when ? data.when[own.frame] : "";
  own.slider.setAttribute("aria-valuetext", data.when ? data.when[own.frame] : String(own.frame));
  for (const [key, made] of own.buttons) {
    const [i, j] = key.split(",").map(Number);
    const [t, p] = classes(own, i, j);
    const picked = t === data.selected[0] && p === data.selected[1];
    made.classList.toggle("picked", picked);
    made.setAttribute("aria-selected", picked);
    if (i === HEAD || j === HEAD) head(own, made, t, p, sums);
    else cell(own, made, t, p);
  }
  say(own);
  if (own.tipped) tip(own, ...own.tipped);
}

function head(own, made, t, p, sums) {
  const n = t === null ? sums.columns[p] : sums.rows[t];
  made.children[0].textContent = own.data.names[t === null ? p : t] + " ";
  made.children[1].textContent = own.data.other ? "" : n.toLocaleString("en");
  made.setAttribute("aria-label", sentence(own, t, p));
}

function cell(own, made, t, p) {
  const { data } = own;
  const { frame, sums, others } = own.now;
  const value = share(frame, sums, t, p, data.by);
  const count = frame[t * own.size + p];
  let shown = value;
  if (data.other) {
    shown = value - share(data.other, others, t, p, data.by);
    made.children[0].textContent = signed(shown, data.by);
    made.children[1].textContent = count.toLocaleString("en") + " · " + data.other[t * own.size + p].toLocaleString("en");
  } else {
    const first = data.by === "none" ? count.toLocaleString("en") : percent(value, value >= 0.9995 ? 0 : 1);
    made.children[0].textContent = first;
    made.children[1].textContent = data.by === "none" ? percent(share(frame, sums, t, p, "all")) : count.toLocaleString("en");
  }
  const dim = data.dim && t === p;
  const x = Number.isNaN(shown) || dim ? 0 : Math.min(1, Math.abs(shown) / data.top);
  made.style.setProperty("--x", x.toFixed(3));
  made.classList.toggle("strong", x > 0.65);
  made.classList.toggle("minus", Boolean(data.other) && shown < 0);
  made.classList.toggle("dim", dim);
  const [a, b] = data.selected;
  made.classList.toggle("along", (a === t && b === null) || (a === null && b === p));
  made.dataset.true = t;
  made.dataset.predicted = p;
  made.dataset.count = count;
  made.setAttribute("aria-label", sentence(own, t, p));
}

function fill(template, values) {
  return template.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
}

function sentence(own, t, p) {
  const { data } = own;
  const { frame, sums, others } = own.now;
  const names = { true: data.names[t], predicted: data.names[p] };
  const plain = (n) => n.toLocaleString("en");
  if (t === null || p === null) {
    const n = t === null ? sums.columns[p] : sums.rows[t];
    return fill(data.words[t === null ? "column" : "row"], { ...names, count: plain(n), is: n === 1 ? "is" : "are", pictures: n === 1 ? "picture" : "pictures" });
  }
  const n = frame[t * own.size + p];
  const value = share(frame, sums, t, p, data.by);
  const values = {
    ...names,
    count: plain(n),
    row: plain(sums.rows[t]),
    column: plain(sums.columns[p]),
    all: plain(sums.all),
    is: n === 1 ? "is" : "are",
    pictures: n === 1 ? "picture" : "pictures",
    share: Number.isNaN(value) ? "no such pictures" : percent(value),
  };
  if (data.other) {
    const b = share(data.other, others, t, p, data.by);
    Object.assign(values, {
      other_count: plain(data.other[t * own.size + p]),
      other_share: Number.isNaN(b) ? "no such pictures" : percent(b),
      points: signed(value - b, data.by),
    });
  }
  return fill(data.words.cell, values);
}

// What is selected in words; a hint where nothing is.
function say(own) {
  const [t, p] = own.data.selected;
  const nothing = t === null && p === null;
  own.part("words").textContent = nothing ? own.data.words.hint : sentence(own, t, p);
  own.part("go").hidden = nothing || !own.data.gallery;
}

// The sentence of a cell or head, beside it.
function tip(own, made, i, j) {
  const bubble = own.part("tip");
  own.tipped = made && [made, i, j];
  bubble.hidden = !made;
  if (!made) return;
  bubble.textContent = sentence(own, ...classes(own, i, j));
  const box = made.getBoundingClientRect();
  const whole = own.host.getBoundingClientRect();
  const left = box.left - whole.left + box.width / 2 - bubble.offsetWidth / 2;
  const above = box.top - whole.top - bubble.offsetHeight - 6;
  bubble.style.left = Math.max(0, Math.min(left, whole.width - bubble.offsetWidth)) + "px";
  bubble.style.top = (above < 0 ? box.bottom - whole.top + 6 : above) + "px";
}

function play(own) {
  if (own.frame >= own.data.frames.length - 1) own.frame = -1;
  // Eight epochs a second, but no film longer than twenty seconds.
  const pace = Math.min(125, 20000 / own.data.frames.length);
  own.timer = setInterval(() => {
    own.frame += 1;
    paint(own);
    if (own.frame >= own.data.frames.length - 1) pause(own);
  }, pace);
  own.part("play").textContent = "Pause";
}

function stop(own) {
  clearInterval(own.timer);
  own.timer = null;
  own.part("play").textContent = "Play";
}

function pause(own) {
  stop(own);
  sendFrame(own);
}

function sendFrame(own) {
  own.send("frame", own.frame);
}
