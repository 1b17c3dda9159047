// One block of a network at one place of its output: the same arithmetic as fer_core/inside/step_arithmetic.py, on arrays that
// came once, as the pointer or the arrow keys move. Nothing is asked of the server.

const MOST_CHANNELS = 6, MOST_ROWS = 12, CHECKED = 3e7;
const SELU_SCALE = 1.0507009873554805, SELU_ALPHA = 1.6732632423543772;
const sigmoid = (x) => 1 / (1 + Math.exp(-x));
const elu = (x, alpha) => (x > 0 ? x : alpha * Math.expm1(x));

export const FORMULAS = {
  linear: (x) => x,
  relu: (x, own) => {
    const threshold = own.threshold ?? 0;
    return x >= threshold ? Math.min(x, own.top ?? Infinity) : (own.slope ?? 0) * (x - threshold);
  },
  selu: (x) => SELU_SCALE * elu(x, SELU_ALPHA),
  elu: (x, own) => elu(x, own.alpha ?? 1),
  sigmoid,
  tanh: Math.tanh,
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  softsign: (x) => x / (1 + Math.abs(x)),
  silu: (x) => x * sigmoid(x),
  hard_sigmoid: (x) => Math.min(1, Math.max(0, x / 6 + 0.5)),
  exponential: Math.exp,
};

export default function (component) {
  const { data, parentElement } = component;
  const host = parentElement.querySelector(".stepper");
  const own = (host.own ??= { at: null, held: false, block: null, layer: null });
  if (own.id === data.id) return;
  own.id = data.id;
  own.data = data;
  own.block = read(data);
  own.checked = check(own.block);
  const [height, width, units] = own.block.output.shape;
  const same = own.layer === data.layer && own.at && own.at.row < height && own.at.column < width;
  own.layer = data.layer;
  own.at = same && units === 1 ? { ...own.at, unit: 0 } : greatest(own.block, data.picked);
  build(host, own);
  paint(own);
}

// ---- the arithmetic

function array(sent) {
  if (!sent) return null;
  const bytes = Uint8Array.from(atob(sent.data), (c) => c.charCodeAt(0));
  return { shape: sent.shape, values: new Float32Array(bytes.buffer) };
}

function read(data) {
  const operation = { ...data.operation, inputs: data.operation.inputs.map(array), kernel: array(data.operation.kernel) };
  const steps = data.steps.map((step) => ({
    ...step,
    numbers: Object.fromEntries(Object.entries(step.numbers).map(([name, sent]) => [name, array(sent)])),
    output: array(step.output),
    logits: array(step.logits),
  }));
  return { operation, steps, output: array(data.output) };
}

function of(a, unit, row, column) {
  if (a.shape.length === 1) return a.values[a.shape[0] > 1 ? unit : 0];
  const [h, w, c] = a.shape;
  return a.values[((h > 1 ? row : 0) * w + (w > 1 ? column : 0)) * c + (c > 1 ? unit : 0)];
}

// patch and products: one row of kh * kw numbers for each channel, NaN outside the input.
function begin(operation, { unit, row, column }) {
  const bias = operation.bias ? operation.bias[unit] : 0;
  if (operation.kind === "given") return { total: of(operation.inputs[0], unit, row, column), bias: 0 };
  if (operation.kind === "add" || operation.kind === "multiply") {
    const terms = operation.inputs.map((one) => of(one, unit, row, column));
    const total = terms.reduce((a, b) => (operation.kind === "add" ? a + b : a * b));
    return { terms, total, bias: 0 };
  }
  const [h, w, depth] = operation.inputs[0].shape;
  const [kh, kw, , units] = operation.kernel.shape;
  const channels = operation.own ? 1 : depth, size = kh * kw;
  const patch = new Float64Array(channels * size).fill(NaN), products = new Float64Array(channels * size).fill(NaN);
  const sums = new Float64Array(channels);
  let total = operation.kind === "max" ? -Infinity : 0, count = 0;
  for (let i = 0; i < kh; i++) {
    const y = row * operation.strides[0] + operation.start[0] + i * operation.dilation[0];
    if (y < 0 || y >= h) continue;
    for (let j = 0; j < kw; j++) {
      const x = column * operation.strides[1] + operation.start[1] + j * operation.dilation[1];
      if (x < 0 || x >= w) continue;
      for (let c = 0; c < channels; c++) {
        const value = operation.inputs[0].values[(y * w + x) * depth + (operation.own ? unit : c)];
        const at = c * size + i * kw + j;
        patch[at] = value;
        if (operation.kind === "max") total = Math.max(total, value);
        else {
          const product = operation.kind === "sum" ? value * operation.kernel.values[((i * kw + j) * channels + c) * units + unit] : value;
          products[at] = product;
          sums[c] += product;
          total += product;
        }
        count++;
      }
    }
  }
  if (operation.kind === "average") total /= count;
  return { patch, products, sums, total, bias, size, channels, count };
}

function next(step, x, { unit, row, column }) {
  const own = {};
  for (const name in step.numbers) own[name] = of(step.numbers[name], unit, row, column);
  if (step.kind === "normalise") return { own, value: ((x - own.mean) / Math.sqrt(own.variance + own.epsilon)) * own.gamma + own.beta };
  if (step.kind === "rescale") return { own, value: x * own.scale + own.offset };
  if (step.kind === "function") return { own, value: FORMULAS[step.formula](x, own) };
  if (step.kind === "softmax") {
    const [, w, k] = step.logits.shape, from = (row * w + column) * k;
    const logits = Array.from(step.logits.values.subarray(from, from + k));
    logits[step.which[unit]] = x;
    const most = Math.max(...logits);
    const powers = logits.map((z) => Math.exp(z - most));
    const sum = powers.reduce((a, b) => a + b);
    return { own: { logits, powers, sum, most }, value: powers[step.which[unit]] / sum };
  }
  if (step.kind === "given") return { own, value: of(step.output, unit, row, column) };
  return { own, value: x };
}

export function compute(block, at) {
  const first = begin(block.operation, at);
  let value = first.total + first.bias;
  const steps = block.steps.map((step) => {
    const given = value, done = next(step, given, at);
    value = done.value;
    return { step, given, ...done };
  });
  return { first, steps, value };
}

// The greatest difference from the network's own output, over all places and units.
function check(block) {
  const [h, w, units] = block.output.shape;
  const kernel = block.operation.kernel ? block.operation.kernel.shape : [1, 1, 1];
  if (h * w * units * kernel[0] * kernel[1] * kernel[2] > CHECKED) return null;
  let worst = 0;
  for (let row = 0; row < h; row++)
    for (let column = 0; column < w; column++)
      for (let unit = 0; unit < units; unit++) {
        const off = Math.abs(compute(block, { row, column, unit }).value - of(block.output, unit, row, column));
        worst = off > worst || Number.isNaN(off) ? off : worst;
      }
  return { worst, places: h * w * units };
}

function greatest(block, picked) {
  const [h, w, units] = block.output.shape;
  if (h * w === 1) return { row: 0, column: 0, unit: Math.min(picked, units - 1) };
  let best = 0;
  block.output.values.forEach((value, i) => value > block.output.values[best] && (best = i));
  return { row: Math.floor(best / w), column: best % w, unit: 0 };
}

// ---- the page

const say = (x) => {
  if (Number.isNaN(x)) return "";
  if (!Number.isFinite(x)) return x > 0 ? "∞" : "−∞";
  const size = Math.abs(x);
  const text = size && (size < 0.001 || size >= 1e5) ? x.toExponential(2) : String(Number(x.toPrecision(4)));
  return text.replaceAll("-", "−");
};
const signed = (x) => (x < 0 ? "− " : "+ ") + say(Math.abs(x));

function made(kind, className, text) {
  const one = document.createElement(kind);
  if (className) one.className = className;
  if (text !== undefined) one.textContent = text;
  return one;
}

function figure(title) {
  const one = made("figure"), frame = made("div", "frame");
  const canvas = made("canvas"), mark = made("i", "mark");
  frame.append(canvas, mark);
  const words = made("figcaption");
  one.append(made("b", "", title), frame, words);
  return { one, frame, canvas, mark, words };
}

function build(host, own) {
  const { data, block } = own;
  const [h, w, units] = block.output.shape;
  own.row = h * w === 1;
  const input = block.operation.inputs[0];
  own.seen = block.operation.kind !== "given" && input.shape[0] * input.shape[1] > 1 ? figure(`What ${data.operation_layer} reads`) : null;
  own.out = figure(own.row ? "Its output, a number a unit" : "Its output");
  own.line = made("ul", "line");
  own.body = made("div", "body");
  own.live = made("p", "live");
  own.live.setAttribute("aria-live", "polite");
  own.note = made("p", "note");
  const maps = made("div", "maps");
  own.out.one.hidden = h * w * units === 1; // one number: it stands in the line
  maps.append(...(own.seen ? [own.seen.one] : []), own.out.one, own.line);
  host.replaceChildren(maps, own.live, own.body, own.note);
  own.drawnChannel = null;
  own.rows = null;
  drawOutput(own);
  const { frame } = own.out;
  frame.tabIndex = 0;
  frame.setAttribute("role", "application");
  frame.setAttribute("aria-label", `${data.title}. ${data.hint}`);
  frame.classList.add("asked");
  frame.classList.toggle("row", own.row);
  frame.onpointermove = (event) => event.pointerType !== "mouse" || own.held || point(own, event);
  frame.onpointerdown = (event) => {
    const before = { ...own.at };
    point(own, event);
    const moved = before.row !== own.at.row || before.column !== own.at.column || before.unit !== own.at.unit;
    own.held = event.pointerType === "mouse" && (!own.held || moved);
    frame.classList.toggle("held", own.held);
  };
  frame.onkeydown = (event) => {
    if (event.key === "Escape") {
      own.held = false;
      frame.classList.remove("held");
    }
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const { row, column, unit } = own.at;
    if (own.row) move(own, { row, column, unit: clamp(unit + step[0] + step[1], units) });
    else move(own, { row: clamp(row + step[0], h), column: clamp(column + step[1], w), unit });
    own.held = true;
    frame.classList.add("held");
  };
}

const clamp = (at, size) => Math.max(0, Math.min(size - 1, at));

function point(own, event) {
  const box = own.out.canvas.getBoundingClientRect();
  const [h, w, units] = own.block.output.shape;
  const x = (event.clientX - box.left) / box.width, y = (event.clientY - box.top) / box.height;
  if (own.row) move(own, { row: 0, column: 0, unit: clamp(Math.floor(x * units), units) });
  else move(own, { row: clamp(Math.floor(y * h), h), column: clamp(Math.floor(x * w), w), unit: own.at.unit });
}

function move(own, at) {
  if (at.row === own.at.row && at.column === own.at.column && at.unit === own.at.unit) return;
  own.at = at;
  own.waiting ??= requestAnimationFrame(() => {
    own.waiting = null;
    paint(own);
  });
}

function gray(canvas, width, height, value) {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d"), image = context.createImageData(width, height);
  let low = Infinity, high = -Infinity;
  for (let i = 0; i < width * height; i++) (low = Math.min(low, value(i))), (high = Math.max(high, value(i)));
  for (let i = 0; i < width * height; i++) {
    image.data.fill(Math.round((255 * (value(i) - low)) / (high - low || 1)), 4 * i, 4 * i + 3);
    image.data[4 * i + 3] = 255;
  }
  context.putImageData(image, 0, 0);
  return [low, high];
}

function drawOutput(own) {
  const { output } = own.block, [h, w, units] = output.shape, { canvas } = own.out;
  if (!own.row) return void (own.range = gray(canvas, w, h, (i) => output.values[i * units]));
  // Bars, so that units can be told apart.
  const tall = 48, most = Math.max(...output.values.map(Math.abs)) || 1;
  canvas.width = units;
  canvas.height = tall;
  const context = canvas.getContext("2d");
  for (let u = 0; u < units; u++) {
    const size = Math.max(1, Math.round((tall * Math.abs(output.values[u])) / most));
    context.fillStyle = output.values[u] < 0 ? "#8a5a3c" : "#7fa7d6";
    context.fillRect(u, tall - size, 1, size);
  }
}

function place(mark, left, top, width, height, of) {
  mark.style.cssText = `left:${(100 * left) / of[0]}%;top:${(100 * top) / of[1]}%;width:${(100 * width) / of[0]}%;height:${(100 * height) / of[1]}%`;
}

function paint(own) {
  const { block, at, data } = own, { operation } = block;
  const [h, w, units] = block.output.shape;
  const found = compute(block, at);
  own.found = found;
  const order = operation.kind === "sum" ? strongest(found.first) : [0];
  if (own.row) place(own.out.mark, at.unit, 0, 1, 1, [units, 1]);
  else place(own.out.mark, at.column, at.row, 1, 1, [w, h]);
  const name = data.unit_names[at.unit];
  own.out.words.textContent = own.row
    ? `${name}: ${say(found.value)}`
    : `row ${at.row}, column ${at.column} of ${h} × ${w}: ${say(found.value)}`;
  if (own.seen) drawInput(own, order[0]);
  sumLine(own, found);
  if (operation.kind === "sum") operation.kernel.shape[0] * operation.kernel.shape[1] > 1 ? channelRows(own, found, order) : inputRows(own, found, order);
  else if (found.first.patch) windowRow(own, found);
  else mergeRows(own, found);
  softmaxRows(own, found);
  own.live.textContent = own.out.words.textContent;
  const theirs = of(block.output, at.unit, at.row, at.column);
  own.note.textContent =
    `The network's own output here: ${say(theirs)}. ` +
    (own.checked
      ? `Over ${own.checked.places === 1 ? "this output" : "all " + own.checked.places.toLocaleString("en") + " of these outputs"} this arithmetic differs from the network by at most ${say(own.checked.worst)}.`
      : "");
  own.note.dataset.worst = own.checked ? own.checked.worst : "";
}

function strongest(first) {
  return Array.from(first.sums.keys()).sort((a, b) => Math.abs(first.sums[b]) - Math.abs(first.sums[a]) || a - b);
}

function drawInput(own, channel) {
  const { operation } = own.block, { at } = own;
  const image = operation.inputs[0], [h, w, depth] = image.shape;
  const merge = !operation.kernel;
  const shown = merge || operation.own ? Math.min(at.unit, depth - 1) : channel;
  if (own.drawnChannel !== shown) {
    const [low, high] = gray(own.seen.canvas, w, h, (i) => image.values[i * depth + shown]);
    const number = operation.channels ? operation.channels[shown] : at.unit;
    const of = depth > 1 && !operation.own ? ", the strongest here" : "";
    own.seen.words.textContent =
      `${own.data.read_from[0]}${own.data.read_depth > 1 ? `, channel ${number}${of}` : ""}: ${say(low)} (black) to ${say(high)} (white)`;
    own.drawnChannel = shown;
  }
  if (merge) return place(own.seen.mark, at.column, at.row, 1, 1, [w, h]);
  const [kh, kw] = operation.kernel.shape;
  const top = at.row * operation.strides[0] + operation.start[0], left = at.column * operation.strides[1] + operation.start[1];
  place(own.seen.mark, left, top, (kw - 1) * operation.dilation[1] + 1, (kh - 1) * operation.dilation[0] + 1, [w, h]);
}

function item(list, name, words, value) {
  const one = made("li");
  one.append(made("b", "", name), made("span", "", words), made("output", "", "= " + say(value)));
  list.push(one);
}

function sumLine(own, { first, steps }) {
  const { operation } = own.block, list = [];
  const window = operation.kernel ? `${operation.kernel.shape[0]} × ${operation.kernel.shape[1]}` : "";
  if (operation.kind === "sum") {
    item(list, operation.name, `the sum of ${first.count.toLocaleString("en")} products, input times weight`, first.total);
    if (operation.bias) item(list, "bias", `${say(first.total)} ${signed(first.bias)}`, first.total + first.bias);
  } else if (operation.kind === "max") item(list, operation.name, `the greatest of ${window}`, first.total);
  else if (operation.kind === "average") item(list, operation.name, `the mean of the ${first.count} in ${window}`, first.total);
  else if (first.terms) item(list, operation.name, first.terms.map(say).join(operation.kind === "add" ? " + " : " × "), first.total);
  else item(list, operation.name, own.data.given, first.total);
  for (const { step, given, own: n, value } of steps) item(list, step.name, stepWords(step, given, n), value);
  own.line.replaceChildren(...list);
}

function stepWords(step, x, n) {
  if (step.kind === "normalise")
    return `(${say(x)} − ${say(n.mean)}) / √(${say(n.variance)}${n.epsilon ? " + " + say(n.epsilon) : ""})` +
      (n.gamma !== 1 ? ` × ${say(n.gamma)}` : "") + (n.beta !== 0 ? ` ${signed(n.beta)}` : "") +
      ": less the mean, by the deviation, times γ, plus β";
  if (step.kind === "rescale") return `${say(x)} × ${say(n.scale)}` + (n.offset ? ` ${signed(n.offset)}` : "");
  if (step.kind === "function") return `${step.formula} of ${say(x)}: ${step.words}`;
  if (step.kind === "softmax") return `e^${say(x - n.most)} / ${say(n.sum)}: its power by the sum of all powers`;
  if (step.kind === "same") return "handed on: it works in training alone";
  return "as the network computed it; its formula is not known here";
}

// A grid of kh x kw numbers, coloured from -most (brown) to most (blue).
function grid(kh, kw) {
  const one = made("div", "grid");
  one.style.gridTemplateColumns = `repeat(${kw}, minmax(2.9rem, 1fr))`;
  one.cells = Array.from({ length: kh * kw }, () => made("span"));
  one.append(...one.cells);
  return one;
}

function fill(one, values, from, most, mark = -1) {
  one.cells.forEach((cell, i) => {
    const value = values[from + i];
    cell.textContent = Number.isNaN(value) ? "·" : say(value);
    const share = Number.isNaN(value) ? 0 : Math.min(1, Math.abs(value) / (most || 1));
    cell.style.background = `color-mix(in oklab, ${value < 0 ? "#c2703d" : "#3d7fc2"} ${Math.round(60 * share)}%, transparent)`;
    cell.classList.toggle("best", i === mark);
  });
}

const most = (values, from, size) => {
  let found = 0;
  for (let i = from; i < from + size; i++) if (Math.abs(values[i]) > found) found = Math.abs(values[i]);
  return found;
};

function channelRows(own, { first }, order) {
  const { operation } = own.block, [kh, kw, channels, units] = operation.kernel.shape;
  const count = Math.min(MOST_CHANNELS, channels);
  if (!own.rows) {
    own.rows = Array.from({ length: count }, () => {
      const row = made("div", "channel");
      const [title, ...grids] = [made("b"), grid(kh, kw), grid(kh, kw), grid(kh, kw)];
      row.append(title, grids[0], made("span", "sign", "×"), grids[1], made("span", "sign", "="), grids[2]);
      return { row, title, grids };
    });
    own.rest = made("p", "rest");
    const heading = made("p", "heading", "Patch of the input × weights = products" + (operation.start[0] || operation.start[1] ? "; · lies outside the input and counts nothing" : ""));
    own.body.replaceChildren(heading, ...own.rows.map((one) => one.row), own.rest);
  }
  const size = kh * kw, weights = new Float64Array(size);
  let shown = 0;
  own.rows.forEach(({ title, grids }, i) => {
    const c = order[i];
    for (let k = 0; k < size; k++) weights[k] = operation.kernel.values[(k * channels + c) * units + own.at.unit];
    title.textContent = (own.data.read_depth > 1 ? `channel ${operation.channels[operation.own ? own.at.unit : c]}: ` : "sum: ") + say(first.sums[c]);
    shown += first.sums[c];
    fill(grids[0], first.patch, c * size, most(first.patch, c * size, size));
    fill(grids[1], weights, 0, most(weights, 0, size));
    fill(grids[2], first.products, c * size, most(first.products, c * size, size));
  });
  rest(own, channels - count, first.total - shown, "channels");
}

function rest(own, count, value, what) {
  own.rest.textContent = count > 0 ? `The other ${count.toLocaleString("en")} ${what} give ${say(value)} together.` : "";
}

function table(own, titles, count) {
  const one = made("table"), top = made("tr");
  top.append(...titles.map((text) => made("th", "", text)));
  const rows = Array.from({ length: count }, () => {
    const row = made("tr");
    row.append(...titles.map(() => made("td")));
    return row;
  });
  one.append(top, ...rows);
  one.write = (i, texts) => texts.forEach((text, j) => (rows[i].children[j].textContent = text));
  return one;
}

function inputRows(own, { first }, order) {
  const { operation } = own.block, [, , channels, units] = operation.kernel.shape;
  const count = Math.min(MOST_ROWS, channels);
  if (!own.rows) {
    own.rows = table(own, ["input", "its value", "× weight", "= product"], count);
    own.rest = made("p", "rest");
    own.body.replaceChildren(made("p", "heading", "The strongest products first"), own.rows, own.rest);
  }
  let shown = 0;
  for (let i = 0; i < count; i++) {
    const c = order[i], number = operation.channels[operation.own ? own.at.unit : c];
    let name = `${own.data.read_kind} ${number}`;
    if (operation.flattened) {
      const [, w, depth] = operation.flattened;
      name = `row ${Math.floor(number / depth / w)}, column ${Math.floor(number / depth) % w}, channel ${number % depth}`;
    }
    own.rows.write(i, [name, say(first.patch[c]), say(operation.kernel.values[c * units + own.at.unit]), say(first.products[c])]);
    shown += first.products[c];
  }
  rest(own, channels - count, first.total - shown, "products");
}

function windowRow(own, { first }) {
  const [kh, kw] = own.block.operation.kernel.shape;
  if (!own.rows) {
    own.rows = grid(kh, kw);
    own.body.replaceChildren(made("p", "heading", own.block.operation.kind === "max" ? "The window, its greatest framed" : "The window"), own.rows);
  }
  const best = own.block.operation.kind === "max" ? first.patch.indexOf(first.total) : -1;
  fill(own.rows, first.patch, 0, most(first.patch, 0, kh * kw), best);
}

function mergeRows(own, { first }) {
  if (!first.terms) return;
  if (!own.rows) {
    own.rows = table(own, ["input", "its value"], first.terms.length);
    own.body.replaceChildren(own.rows);
  }
  first.terms.forEach((value, i) => own.rows.write(i, [own.data.read_from[i], say(value)]));
}

function softmaxRows(own, { steps }) {
  const last = steps.find(({ step }) => step.kind === "softmax");
  if (!last) return;
  const { logits, powers, sum, most: top } = last.own;
  if (!own.powers) {
    own.powers = table(own, ["class", "value z", `e^(z − greatest)`, "share"], logits.length);
    own.powers.classList.add("powers");
  }
  if (own.powers.parentElement !== own.body) own.body.append(made("p", "heading", "The softmax: every power by their sum"), own.powers);
  logits.forEach((z, i) => {
    own.powers.write(i, [own.data.class_names[i] ?? `unit ${i}`, say(z), `${say(powers[i])}`, say(powers[i] / sum)]);
    own.powers.rows[i + 1].classList.toggle("now", i === last.step.which[own.at.unit]);
  });
}
