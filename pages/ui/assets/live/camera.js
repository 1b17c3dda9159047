// The live camera: reads the webcam, sends JPEG frames to Python as trigger values, draws what comes back.
// Its parts stand in the files beside this one, which pages/ui/live_camera.py joins; settings come as data, and none
// of them stops the camera.

const SIZES = [[320, 240], [640, 480], [1280, 720], [1920, 1080]];

// Marks a text for the catalogues; `this.say` says it in the page's language.
const say = (text) => text;

const TEXT = {
  NotAllowedError:
    say("The browser may not use the camera. Allow it (the camera symbol in the address bar) and press Start again, or use an upload or the example instead."),
  NotFoundError: say("No camera was found. Connect one and press Start again, or use an upload or the example instead."),
  NotReadableError:
    say("The camera is there but can't be read; another program may be using it. Close that and press Start again, or use an upload instead."),
  insecure:
    say("Browsers open cameras only on HTTPS pages or on localhost, and this page is neither. Use an upload or the example instead."),
  ended: say("The camera was disconnected. Connect it and press Start again, or use an upload instead."),
};

const MARKUP = `
  <div class="bar">
    <button data-do="start" class="first">${say("Start camera")}</button>
    <button data-do="stop" disabled>${say("Stop")}</button>
    <button data-do="snapshot" disabled>${say("Snapshot")}</button>
    <button data-do="enter">${say("Full screen")}</button>
    <span class="status" data-role="status">${say("Camera off")}</span>
  </div>
  <p class="spoken" data-role="spoken" aria-live="polite"></p>
  <p class="problem" role="alert" hidden></p>
  <div class="room">
    <div class="stage"><video muted playsinline></video><canvas class="over"></canvas>
      <span class="off">${say("The picture appears here")}</span><span class="flash" data-role="flash" hidden></span></div>
    <div class="faces" data-role="faces"></div>
  </div>
  <div class="help">${say("S snapshot · M mirror · W where it looks · Esc leave")}</div>
  <p class="words" data-role="words" hidden></p>
  <div class="tools">
    <label data-role="devices" hidden>${say("Camera")} <select data-role="device"></select></label>
    <label>${say("Resolution")} <select data-role="resolution"></select></label>
    <button data-do="rest" disabled>${say("Resting face (10 s)")}</button>
    <label data-role="apart-label" hidden><input type="checkbox" data-role="apart"> ${say("Bars show the difference from it")}</label>
    <button data-do="play1" disabled>${say("Show me surprise")}</button>
    <button data-do="play2" disabled>${say("… in two")}</button>
    <button data-do="endGame" hidden>${say("End the game")}</button>
  </div>
  <div class="tools">
    <span>${say("Take along")}</span>
    <button data-do="picture" disabled>${say("Picture with bars")}</button>
    <button data-do="record" disabled>${say("Record")}</button>
    <button data-do="csv" disabled>${say("Session csv")}</button>
    <button data-do="figure" disabled>${say("Timeline")}</button>
  </div>
  <div class="past" hidden>
    <div class="title">${say("The last minute: probabilities of each face, stacked")}</div>
    <canvas class="timeline" role="img" aria-label="${say("Timeline of the last minute")}"></canvas>
    <div class="legend"></div>
  </div>`;

const live = new WeakMap();
let latest = null;

export default function (component) {
  const { parentElement, data } = component;
  let camera = live.get(parentElement);
  if (!camera) {
    // Where the page put the component into another place, a camera that is on moves along with its session.
    camera = latest && latest.running && !latest.root.isConnected ? latest : new LiveCamera();
    parentElement.appendChild(camera.root);
    if (camera.running) camera.video.play();
    live.set(parentElement, camera);
    latest = camera;
  }
  camera.trigger = component.setTriggerValue;
  camera.receive(data || {});
}

class LiveCamera {
  constructor() {
    this.root = document.createElement("div");
    this.root.className = "live";
    this.root.innerHTML = MARKUP;
    this.written = texts(this.root);
    this.video = this.find("video");
    this.over = this.find("canvas.over");
    this.timeline = this.find("canvas.timeline");
    this.grab = document.createElement("canvas");
    this.film = document.createElement("canvas"); // what is recorded
    this.settings = {};
    this.rows = [];
    this.cards = new Map();
    this.accuracies = new Map();
    this.reset();
    for (const button of this.root.querySelectorAll("button")) {
      button.addEventListener("click", () => this[button.dataset.do]());
    }
    this.choices();
  }

  find(selector) {
    return this.root.querySelector(selector);
  }

  reset() {
    this.sent = 0;
    this.answered = 0;
    this.taken = 0; // answers that came; skipped frames have none
    this.lastAnswer = this.heard = this.attached = performance.now();
    this.silent = 0; // since when no answer has come, where that is too long
    this.back = null; // when an answer came after that, and how long it had taken
    this.answers = []; // times of the last answers, for the rate
    this.delays = [];
    this.faces = [];
    this.kept = new Map(); // sequence -> canvas, of frames on their way
    this.spare = [];
    this.shown = null;
    this.shot = null; // a snapshot that Python has not acknowledged
    this.past = new Map(); // face number -> [{t, p}]
    this.people = new Map(); // face number -> its name and colour
    this.resting = null; // since when a resting face is watched, in seconds of the session
    this.restDone = 0;
    this.apart = false;
    this.game = "";
    this.players = 1;
    this.round = null;
    this.switches = {}; // settings that were changed here and that Python does not know yet
    this.session = Math.random().toString(36).slice(2);
  }

  // ---- camera on and off

  async start() {
    this.problem(null);
    const stream = await this.wanted();
    if (!stream) return;
    this.stream = stream;
    this.reset();
    this.tell();
    this.rows = [];
    this.began = performance.now();
    this.running = true;
    await this.attach();
    if (!this.running) return; // stopped before its first picture
    this.ticking = setInterval(() => this.tick(), 200);
    this.buttons();
    this.find(".past").hidden = false;
    this.loop();
  }

  // The camera's stream as the boxes choose it; null with a sentence on the screen where there is none; undefined
  // where it came too late: Stop, another page or another choice was pressed while it was opened.
  async wanted() {
    const ticket = (this.ticket = {});
    const stream = await this.opened(() => this.ticket === ticket);
    if (this.ticket === ticket) return stream;
    for (const track of stream?.getTracks() ?? []) track.stop();
  }

  async opened(current) {
    if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) return this.problem(this.say(TEXT.insecure));
    const [width, height] = SIZES[this.find("[data-role=resolution]").value];
    const device = this.find("[data-role=device]").value;
    const wanted = { width: { ideal: width }, height: { ideal: height }, facingMode: "user" };
    if (device) {
      delete wanted.facingMode;
      wanted.deviceId = { exact: device };
    }
    try {
      return await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
    } catch (error) {
      if (!current()) return null;
      const known = { OverconstrainedError: "NotFoundError", DevicesNotFoundError: "NotFoundError" };
      const name = known[error.name] || error.name;
      const other = this.say("The camera could not be opened ({error}). Use an upload instead.", { error: error.name });
      return this.problem(TEXT[name] ? this.say(TEXT[name]) : other);
    }
  }

  async attach() {
    const [track] = this.stream.getVideoTracks();
    track.addEventListener("ended", () => {
      if (!this.stream || !this.stream.getTracks().includes(track)) return; // exchanged for another one
      this.stop();
      this.problem(this.say(TEXT.ended));
    });
    this.video.srcObject = this.stream;
    try {
      await this.video.play();
    } catch (error) {
      if (error.name !== "AbortError") throw error; // stopped or exchanged before its first picture
    }
    await this.listDevices(track.getSettings().deviceId);
  }

  // Another camera or resolution: the session, its timeline and its table go on.
  async exchange() {
    if (!this.running) return;
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    const stream = await this.wanted();
    if (stream === undefined) return;
    if (!stream) return this.stop();
    this.stream = stream;
    this.problem(null);
    await this.attach();
  }

  choices() {
    const sizes = this.find("[data-role=resolution]");
    SIZES.forEach(([width, height], i) => sizes.add(new Option(`${width} × ${height}`, i, i === 1, i === 1)));
    sizes.addEventListener("change", () => this.exchange());
    this.find("[data-role=device]").addEventListener("change", () => this.exchange());
    const apart = this.find("[data-role=apart]");
    apart.addEventListener("change", () => {
      this.apart = apart.checked;
      this.tell();
    });
  }

  // Browsers name the cameras only once one of them was allowed.
  async listDevices(current) {
    const all = await navigator.mediaDevices.enumerateDevices();
    const cameras = all.filter((device) => device.kind === "videoinput" && device.deviceId);
    const box = this.find("[data-role=device]");
    box.replaceChildren(
      ...cameras.map((each, i) => new Option(each.label || this.say("Camera {number}", { number: i + 1 }), each.deviceId, false, each.deviceId === current)),
    );
    this.find("[data-role=devices]").hidden = cameras.length < 2;
  }

  stop() {
    this.running = false;
    this.ticket = null;
    this.leave();
    this.endRecording();
    this.endGame();
    clearInterval(this.ticking);
    if (this.stream) for (const track of this.stream.getTracks()) track.stop();
    this.stream = null;
    this.video.srcObject = null;
    this.faces = [];
    this.shown = null;
    this.draw();
    this.root.classList.remove("late");
    this.find("[data-role=status]").textContent = this.say("Camera off");
    this.speak(performance.now());
    this.buttons();
  }

  buttons() {
    this.find("[data-do=start]").disabled = !!this.running;
    for (const name of ["stop", "snapshot", "rest", "play1", "play2", "picture", "record"]) {
      this.find(`[data-do=${name}]`).disabled = !this.running;
    }
    for (const name of ["csv", "figure"]) this.find(`[data-do=${name}]`).disabled = this.rows.length === 0;
    this.root.classList.toggle("on", !!this.running);
  }

  problem(text) {
    const place = this.find(".problem");
    place.hidden = !text;
    place.textContent = text || "";
    return null;
  }

  // A text in the page's language, with its fields put in.
  say(text, fields = {}) {
    const found = (this.settings.words || {})[text] || text;
    return found.replace(/\{(\w+)\}/g, (whole, name) => (name in fields ? fields[name] : whole));
  }

  // The name of a class, by its place, in the page's language.
  called(place) {
    return this.say(this.settings.classes[place]);
  }

  // Says all that stands there in the language that the page has come to have.
  translate() {
    if (this.language === this.settings.language) return;
    this.language = this.settings.language;
    this.find("[data-role=spoken]").textContent = ""; // said anew in the other language
    for (const [node, name, text] of this.written) {
      const said = text.replace(text.trim(), this.say(text.trim()));
      if (name) node.setAttribute(name, said);
      else node.textContent = said;
    }
    for (const card of this.cards.values()) card.root.remove();
    this.cards.clear();
    this.find(".legend").replaceChildren();
    this.tell();
  }

  // A few words over the picture, for two seconds.
  flash(text) {
    const place = this.find("[data-role=flash]");
    place.textContent = text;
    place.hidden = false;
    clearTimeout(this.flashing);
    this.flashing = setTimeout(() => { place.hidden = true; }, 2000);
  }
}

// The texts of the markup: [node, attribute or null, text].
function texts(root) {
  const found = [...root.querySelectorAll("[aria-label]")].map((node) => [node, "aria-label", node.getAttribute("aria-label")]);
  const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) if (walk.currentNode.textContent.trim()) found.push([walk.currentNode, null, walk.currentNode.textContent]);
  return found;
}

Object.assign(LiveCamera.prototype, wire, drawing, past, play, stage, sheet, speech, takeAlong);
