// The live camera: reads the webcam, sends JPEG frames to Python as trigger values, draws what comes back.
// All drawing happens here, on canvases that are never rebuilt, so nothing flickers while the page reruns.

const WINDOW_S = 60; // seconds of the timeline
const TIMEOUT_MS = 3000; // without an answer for so long, frames in flight count as lost
const MAX_ROWS = 250000; // of the session's log: an hour of two faces at 30 frames a second
const DEVICE = { width: { ideal: 640 }, height: { ideal: 480 }, facingMode: "user" };

const TEXT = {
  NotAllowedError:
    "The browser may not use the camera. Allow it (the camera symbol in the address bar) and press Start again, or use an upload or the example instead.",
  NotFoundError: "No camera was found. Connect one and press Start again, or use an upload or the example instead.",
  NotReadableError:
    "The camera is there but can't be read; another program may be using it. Close that and press Start again, or use an upload instead.",
  insecure:
    "Browsers open cameras only on HTTPS pages or on localhost, and this page is neither. Use an upload or the example instead.",
  ended: "The camera was disconnected. Connect it and press Start again, or use an upload instead.",
};

const MARKUP = `
  <div class="bar">
    <button data-do="start" class="first">Start camera</button>
    <button data-do="stop" disabled>Stop</button>
    <button data-do="snapshot" disabled>Snapshot</button>
    <button data-do="csv" disabled>Session csv</button>
    <span class="status" data-role="status">Camera off</span>
  </div>
  <p class="problem" role="alert" hidden></p>
  <div class="room">
    <div class="stage"><video muted playsinline></video><canvas class="over"></canvas></div>
    <div class="faces" data-role="faces"></div>
  </div>
  <div class="past" hidden>
    <div class="title">The last minute: probabilities of each face, stacked</div>
    <canvas class="timeline" role="img" aria-label="Timeline of the last minute"></canvas>
    <div class="legend"></div>
  </div>`;

const live = new WeakMap();

export default function (component) {
  const { parentElement, data } = component;
  let camera = live.get(parentElement);
  if (!camera) {
    camera = new LiveCamera(parentElement);
    live.set(parentElement, camera);
  }
  camera.trigger = component.setTriggerValue;
  camera.receive(data || {});
}

class LiveCamera {
  constructor(parent) {
    this.root = document.createElement("div");
    this.root.className = "live";
    this.root.innerHTML = MARKUP;
    parent.appendChild(this.root);
    this.video = this.find("video");
    this.over = this.find("canvas.over");
    this.timeline = this.find("canvas.timeline");
    this.grab = document.createElement("canvas");
    this.settings = {};
    this.rows = [];
    this.cards = new Map();
    this.reset();
    for (const button of this.root.querySelectorAll("button")) {
      button.addEventListener("click", () => this[button.dataset.do]());
    }
  }

  find(selector) {
    return this.root.querySelector(selector);
  }

  reset() {
    this.sent = 0;
    this.answered = 0;
    this.taken = 0; // answers that came; skipped frames have none
    this.lastAnswer = performance.now();
    this.answers = []; // times of the last answers, for the rate
    this.delays = [];
    this.faces = [];
    this.kept = new Map(); // sequence -> canvas, of frames on their way
    this.spare = [];
    this.shown = null;
    this.shot = null; // a snapshot that Python has not acknowledged
    this.past = new Map(); // face number -> [{t, p}]
    this.session = Math.random().toString(36).slice(2);
  }

  // ---- camera on and off

  async start() {
    this.problem(null);
    if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) return this.problem(TEXT.insecure);
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ video: DEVICE, audio: false });
    } catch (error) {
      const known = { OverconstrainedError: "NotFoundError", DevicesNotFoundError: "NotFoundError" };
      const name = known[error.name] || error.name;
      return this.problem(TEXT[name] || `The camera could not be opened (${error.name}). Use an upload instead.`);
    }
    this.stream.getVideoTracks()[0].addEventListener("ended", () => {
      this.stop();
      this.problem(TEXT.ended);
    });
    this.reset();
    this.rows = [];
    this.began = performance.now();
    this.video.srcObject = this.stream;
    await this.video.play();
    this.running = true;
    this.buttons();
    this.find(".past").hidden = false;
    this.loop();
  }

  stop() {
    this.running = false;
    if (this.stream) for (const track of this.stream.getTracks()) track.stop();
    this.stream = null;
    this.video.srcObject = null;
    this.faces = [];
    this.shown = null;
    this.draw();
    this.find("[data-role=status]").textContent = "Camera off";
    this.buttons();
  }

  buttons() {
    this.find("[data-do=start]").disabled = !!this.running;
    this.find("[data-do=stop]").disabled = !this.running;
    this.find("[data-do=snapshot]").disabled = !this.running;
    this.find("[data-do=csv]").disabled = this.rows.length === 0;
    this.root.classList.toggle("on", !!this.running);
  }

  problem(text) {
    const place = this.find(".problem");
    place.hidden = !text;
    place.textContent = text || "";
  }

  // ---- frames out

  loop() {
    if (!this.running) return;
    if (!this.root.isConnected) return this.stop(); // another page was opened: the camera's light goes out
    this.maybeSend();
    const again = () => this.loop();
    // With each new camera picture where the browser can tell, else with each repaint.
    if (this.video.requestVideoFrameCallback && !document.hidden) {
      let done = false;
      const once = () => { if (!done) { done = true; again(); } };
      this.video.requestVideoFrameCallback(once);
      setTimeout(once, 200);
    } else setTimeout(again, 50);
  }

  maybeSend() {
    const now = performance.now();
    if (now - this.lastAnswer > TIMEOUT_MS) {
      this.answered = this.sent;
      this.lastAnswer = now;
    }
    if (!this.video.videoWidth || this.holdForSnapshot(now) || this.sent - this.answered >= this.mayFly()) return;
    if (this.sent === this.answered) this.lastAnswer = now;
    this.sent += 1;
    this.keep();
    this.trigger("frame", {
      session: this.session,
      seq: this.sent,
      time: (now - this.began) / 1000,
      jpeg: this.jpeg(this.settings.send_width || 480, 0.7),
    });
  }

  // Frames on their way at once; data-in-flight on the root overrides the page's setting, for the benchmark.
  mayFly() {
    return Number(this.root.dataset.inFlight) || this.settings.in_flight || 3;
  }

  // What is shown is the frame that was read, so that boxes and maps lie where they belong however long it took.
  keep() {
    const copy = this.spare.pop() || document.createElement("canvas");
    copy.width = this.video.videoWidth;
    copy.height = this.video.videoHeight;
    copy.getContext("2d").drawImage(this.video, 0, 0);
    this.kept.set(this.sent, copy);
  }

  show(sequence) {
    for (const [number, picture] of this.kept) {
      if (number > sequence) continue;
      if (number === sequence) {
        if (this.shown) this.spare.push(this.shown);
        this.shown = picture;
      } else this.spare.push(picture);
      this.kept.delete(number);
    }
  }

  jpeg(width, quality) {
    const scale = Math.min(1, width / this.video.videoWidth);
    this.grab.width = Math.round(this.video.videoWidth * scale);
    this.grab.height = Math.round(this.video.videoHeight * scale);
    this.grab.getContext("2d").drawImage(this.video, 0, 0, this.grab.width, this.grab.height);
    return this.grab.toDataURL("image/jpeg", quality).split(",")[1];
  }

  // Of a component's triggers that wait on the server, only the latest is kept: a frame would replace the snapshot. So
  // frames wait until the snapshot was acknowledged, and it is sent again where that takes too long.
  snapshot() {
    if (!this.video.videoWidth) return;
    this.shot = { id: `${this.session}-${Date.now()}`, jpeg: this.jpeg(10000, 0.95), asked: performance.now() };
    this.sendSnapshot();
  }

  sendSnapshot() {
    this.shot.at = performance.now();
    this.trigger("snapshot", { id: this.shot.id, jpeg: this.shot.jpeg });
  }

  holdForSnapshot(now) {
    if (!this.shot) return false;
    if (now - this.shot.asked > 10 * TIMEOUT_MS) this.shot = null; // the server is gone; the live view goes on
    else if (now - this.shot.at > TIMEOUT_MS) this.sendSnapshot();
    return !!this.shot;
  }

  acknowledge(id) {
    if (!this.shot || this.shot.id !== id) return;
    this.shot = null;
    this.answered = this.sent; // frames that were on their way may have been replaced
    this.lastAnswer = performance.now();
  }

  // ---- answers in

  receive(data) {
    this.settings = data.settings || this.settings;
    if (this.settings.scale !== this.scaleText) {
      this.scaleText = this.settings.scale;
      this.scale = bytes(this.scaleText);
    }
    this.legend();
    this.acknowledge(data.snapshot);
    for (const answer of data.answers || []) {
      if (answer.session !== this.session || answer.seq <= this.answered || !this.running) continue;
      this.answered = answer.seq;
      this.take(answer);
    }
    this.maybeSendSoon();
  }

  maybeSendSoon() {
    if (this.running) this.maybeSend();
  }

  take(answer) {
    const now = performance.now();
    this.lastAnswer = now;
    this.taken += 1;
    this.answers.push(now);
    while (this.answers.length && now - this.answers[0] > 4000) this.answers.shift();
    this.delays.push(now - this.began - answer.time * 1000);
    while (this.delays.length > 20) this.delays.shift();
    this.problem(answer.problem || null);
    this.show(answer.seq);
    this.size = answer.size;
    this.faces = answer.faces;
    for (const face of answer.faces) {
      if (!this.past.has(face.number)) this.past.set(face.number, []);
      this.past.get(face.number).push({ t: answer.time, p: face.p });
      if (this.rows.length < MAX_ROWS) this.rows.push([answer.time.toFixed(3), face.number, ...face.box, ...face.p]);
    }
    if (this.rows.length) this.find("[data-do=csv]").disabled = false;
    for (const [number, points] of this.past) {
      while (points.length && answer.time - points[0].t > WINDOW_S) points.shift();
      if (!points.length) this.past.delete(number);
    }
    this.draw();
    this.bars();
    if (!this.lastTimeline || now - this.lastTimeline > 250) {
      this.lastTimeline = now;
      this.drawTimeline(answer.time);
      this.status();
    }
  }

  rate() {
    if (this.answers.length < 2) return 0;
    return ((this.answers.length - 1) * 1000) / (this.answers[this.answers.length - 1] - this.answers[0]);
  }

  status() {
    const delay = [...this.delays].sort((a, b) => a - b)[Math.floor(this.delays.length / 2)] || 0;
    const count = this.faces.length === 1 ? "1 face" : `${this.faces.length} faces`;
    this.find("[data-role=status]").textContent =
      `${this.rate().toFixed(1)} frames/s · delay ${delay.toFixed(0)} ms · ${count}`;
    this.root.dataset.rate = this.rate().toFixed(2);
    this.root.dataset.delay = delay.toFixed(1);
    this.root.dataset.taken = this.taken;
    this.root.dataset.faces = this.faces.length;
    this.root.dataset.maps = this.faces.filter((face) => face.map).length;
  }

  // ---- drawing

  draw() {
    const video = this.video;
    const width = video.videoWidth || 640;
    const height = video.videoHeight || 480;
    if (this.over.width !== width) this.over.width = width;
    if (this.over.height !== height) this.over.height = height;
    const mirror = !!this.settings.mirror;
    video.classList.toggle("mirror", mirror);
    const ink = this.over.getContext("2d");
    ink.clearRect(0, 0, width, height);
    if (this.shown) this.drawPicture(ink, this.shown, mirror ? width : null);
    if (!this.size) return;
    const scale = width / this.size[0];
    for (const face of this.faces) this.drawFace(ink, face, scale, mirror ? width : null);
  }

  drawPicture(ink, picture, mirrored) {
    ink.save();
    if (mirrored !== null) {
      ink.translate(mirrored, 0);
      ink.scale(-1, 1);
    }
    ink.drawImage(picture, 0, 0, this.over.width, this.over.height);
    ink.restore();
  }

  drawFace(ink, face, scale, mirrored) {
    const [centre, middle, side] = face.square.slice(0, 3).map((value) => value * scale);
    const roll = (face.square[3] * Math.PI) / 180;
    const best = face.p.indexOf(Math.max(...face.p));
    const colour = this.settings.colours[best];
    ink.save();
    if (mirrored !== null) {
      ink.translate(mirrored, 0);
      ink.scale(-1, 1);
    }
    ink.translate(centre, middle);
    ink.rotate(roll);
    ink.imageSmoothingEnabled = true;
    if (face.map) ink.drawImage(mapPicture(face, this.scale), -side / 2, -side / 2, side, side);
    ink.lineWidth = 3;
    ink.strokeStyle = colour;
    ink.strokeRect(-side / 2, -side / 2, side, side);
    ink.restore();
    const reach = (side / 2) * (Math.abs(Math.cos(roll)) + Math.abs(Math.sin(roll)));
    const x = (mirrored === null ? centre : mirrored - centre) - reach;
    const y = middle - reach;
    const text = `${face.number}  ${this.settings.classes[best]} ${(face.p[best] * 100).toFixed(0)}%`;
    ink.font = "600 18px system-ui, sans-serif";
    const wide = ink.measureText(text).width + 14;
    const top = y > 28 ? y - 27 : Math.min(y + 2 * reach, this.over.height - 27);
    const left = Math.max(0, Math.min(x - 1.5, this.over.width - wide));
    ink.fillStyle = colour;
    ink.fillRect(left, top, wide, 26);
    ink.fillStyle = "#fff";
    ink.fillText(text, left + 7, top + 19);
  }

  bars() {
    const place = this.find("[data-role=faces]");
    const here = new Set(this.faces.map((face) => face.number));
    for (const [number, card] of this.cards) {
      if (!here.has(number)) {
        card.root.remove();
        this.cards.delete(number);
      }
    }
    for (const face of this.faces) {
      let card = this.cards.get(face.number);
      if (!card) {
        card = makeCard(face.number, this.settings);
        this.cards.set(face.number, card);
        place.appendChild(card.root);
      }
      fillCard(card, face);
    }
  }

  legend() {
    const place = this.find(".legend");
    if (place.childElementCount || !this.settings.classes) return;
    this.settings.classes.forEach((name, i) => {
      const item = document.createElement("span");
      const dot = document.createElement("i");
      dot.style.background = this.settings.colours[i];
      item.append(dot, name);
      place.appendChild(item);
    });
  }

  drawTimeline(now) {
    const numbers = [...this.past.keys()].sort((a, b) => a - b).slice(-6);
    const row = 44;
    const canvas = this.timeline;
    const ratio = window.devicePixelRatio || 1;
    const width = canvas.clientWidth || 600;
    const height = Math.max(1, numbers.length) * row + 18;
    canvas.style.height = `${height}px`;
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    const ink = canvas.getContext("2d");
    ink.scale(ratio, ratio);
    const style = getComputedStyle(this.root);
    ink.font = "12px system-ui, sans-serif";
    const left = 26;
    const toX = (t) => left + ((t - now + WINDOW_S) / WINDOW_S) * (width - left);
    numbers.forEach((number, i) => {
      const points = this.past.get(number);
      const base = (i + 1) * row - 4;
      ink.fillStyle = style.color;
      ink.fillText(String(number), 6, base - row / 2 + 8);
      this.drawStack(ink, points, toX, base, row - 8);
    });
    ink.fillStyle = style.color;
    for (const back of [60, 45, 30, 15, 0]) {
      const label = back ? `-${back} s` : "now";
      ink.textAlign = back === 60 ? "left" : back ? "center" : "right";
      ink.fillText(label, toX(now - back), height - 4);
    }
    ink.textAlign = "left";
  }

  drawStack(ink, points, toX, base, high) {
    for (let i = 0; i < points.length; i += 1) {
      const next = points[i + 1];
      const x = toX(points[i].t);
      const until = next && next.t - points[i].t < 1.5 ? toX(next.t) : x + 1;
      let y = base;
      points[i].p.forEach((p, c) => {
        ink.fillStyle = this.settings.colours[c];
        ink.fillRect(x, y - p * high, until - x + 0.5, p * high);
        y -= p * high;
      });
    }
  }

  // ---- the session as a table, made in the browser: the server keeps no log

  csv() {
    const head = ["seconds", "face", "x", "y", "width", "height", ...this.settings.classes];
    const lines = [head.join(","), ...this.rows.map((row) => row.join(","))];
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([lines.join("\n") + "\n"], { type: "text/csv" }));
    link.download = "live_session.csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }
}

function makeCard(number, settings) {
  const root = document.createElement("div");
  root.className = "card";
  root.innerHTML = `<div class="head"><canvas width="48" height="48"></canvas><b></b></div>`;
  root.querySelector("b").textContent = `Face ${number}`;
  const fills = settings.classes.map((name, i) => {
    const line = document.createElement("div");
    line.className = "line";
    line.innerHTML = `<span class="name"></span><span class="track"><i></i></span><span class="value"></span>`;
    line.querySelector(".name").textContent = name;
    line.querySelector("i").style.background = settings.colours[i];
    root.appendChild(line);
    return [line.querySelector("i"), line.querySelector(".value")];
  });
  return { root, fills, crop: root.querySelector("canvas") };
}

function fillCard(card, face) {
  face.p.forEach((p, i) => {
    card.fills[i][0].style.width = `${(p * 100).toFixed(1)}%`;
    card.fills[i][1].textContent = `${(p * 100).toFixed(0)}%`;
  });
  if (!face.crop) return;
  const gray = bytes(face.crop);
  const picture = new ImageData(48, 48);
  for (let i = 0; i < gray.length; i += 1) {
    picture.data.fill(gray[i], 4 * i, 4 * i + 3);
    picture.data[4 * i + 3] = 255;
  }
  card.crop.getContext("2d").putImageData(picture, 0, 0);
}

function mapPicture(face, scale) {
  if (face.mapCanvas) return face.mapCanvas;
  const canvas = document.createElement("canvas");
  canvas.width = 48;
  canvas.height = 48;
  const picture = new ImageData(48, 48);
  bytes(face.map).forEach((place, i) => picture.data.set(scale.subarray(4 * place, 4 * place + 4), 4 * i));
  canvas.getContext("2d").putImageData(picture, 0, 0);
  face.mapCanvas = canvas;
  return canvas;
}

function bytes(text) {
  const raw = atob(text);
  const out = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i += 1) out[i] = raw.charCodeAt(i);
  return out;
}
