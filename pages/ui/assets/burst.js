// A camera that takes several pictures in one go, and, on request, one after the other for a live answer.
// A take is sent when it is whole; a live frame only after the one before was answered.

const SIDE = [320, 240];
const TAKE = 10;
const APART = 300;
const GONE = 1500;

const TEXT = {
  NotAllowedError: "The browser may not use the camera. Allow it (the camera symbol in the address bar) and press Start again, or upload pictures.",
  NotFoundError: "No camera was found. Connect one and press Start again, or upload pictures.",
  NotReadableError: "The camera can't be read; another program may be using it. Close that and press Start again, or upload pictures.",
  insecure: "Browsers open cameras only on HTTPS pages or on localhost, and this page is neither. Upload pictures instead.",
};

const cameras = new WeakMap();

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  let camera = cameras.get(parentElement);
  if (!camera) cameras.set(parentElement, (camera = new Burst(parentElement)));
  camera.trigger = setTriggerValue;
  camera.receive(data);
}

class Burst {
  constructor(parent) {
    this.root = parent.querySelector(".burst");
    this.video = this.root.querySelector("video");
    this.status = this.root.querySelector("[role=status]");
    this.problem = this.root.querySelector("[role=alert]");
    this.canvas = document.createElement("canvas");
    [this.canvas.width, this.canvas.height] = SIDE;
    this.buttons = Object.fromEntries([...this.root.querySelectorAll("button")].map((one) => [one.dataset.do, one]));
    for (const [name, button] of Object.entries(this.buttons)) button.onclick = () => this[name]();
    this.sent = 0;
    this.data = {};
    this.busy = false;
    this.attached = performance.now();
  }

  receive(data) {
    this.data = data;
    this.buttons.take.textContent = data.take || "Take 10 pictures";
    this.show();
    if (data.live && this.stream && !this.busy && data.answered >= this.sent) setTimeout(() => this.look(), 150);
  }

  show() {
    const on = Boolean(this.stream);
    this.buttons.start.disabled = on;
    this.buttons.stop.disabled = !on;
    this.buttons.take.disabled = !on || this.busy || !this.data.ready;
    this.buttons.take.hidden = Boolean(this.data.live);
    this.root.classList.toggle("on", on);
  }

  say(text) {
    this.problem.hidden = !text;
    this.problem.textContent = text || "";
  }

  async start() {
    this.say("");
    if (!navigator.mediaDevices?.getUserMedia) return this.say(TEXT.insecure);
    const video = { width: { ideal: 640 }, height: { ideal: 480 }, facingMode: "user" };
    const ticket = (this.ticket = {});
    this.attached = performance.now();
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video, audio: false });
    } catch (error) {
      if (this.ticket !== ticket) return;
      return this.say(TEXT[error.name] || `The camera could not be opened (${error.name}). Upload pictures instead.`);
    }
    if (this.ticket !== ticket) return stream.getTracks().forEach((track) => track.stop()); // came too late
    this.stream = stream;
    this.video.srcObject = stream;
    try {
      await this.video.play();
    } catch (error) {
      if (error.name === "AbortError") return; // stopped before its first picture
      throw error;
    }
    this.status.textContent = "Camera on";
    this.ticking = setInterval(() => this.tick(), 200);
    this.sent = this.data.answered || 0;
    this.show();
    if (this.data.live) this.look();
  }

  // Another page was opened: the camera's light goes out, as in the live view.
  tick() {
    const now = performance.now();
    if (this.root.isConnected) this.attached = now;
    else if (now - this.attached > GONE) this.stop();
  }

  stop() {
    this.ticket = null;
    clearInterval(this.ticking);
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.video.srcObject = null;
    this.status.textContent = "Camera off";
    this.show();
  }

  // One frame as base64 JPEG; the whole picture fits, black beside it where its shape is another.
  grab() {
    const { videoWidth: w, videoHeight: h } = this.video;
    const scale = Math.min(SIDE[0] / w, SIDE[1] / h);
    const pen = this.canvas.getContext("2d");
    this.canvas.width = Math.round(w * scale);
    this.canvas.height = Math.round(h * scale);
    pen.drawImage(this.video, 0, 0, this.canvas.width, this.canvas.height);
    return this.canvas.toDataURL("image/jpeg", 0.85).split(",")[1];
  }

  async take() {
    this.busy = true;
    this.show();
    const jpegs = [];
    for (let k = 0; k < TAKE && this.stream; k++) {
      jpegs.push(this.grab());
      this.status.textContent = `Picture ${k + 1} of ${TAKE}: move a little`;
      await new Promise((done) => setTimeout(done, APART));
    }
    this.busy = false;
    this.status.textContent = "Camera on";
    this.show();
    if (jpegs.length) this.trigger("take", { id: Math.random().toString(36).slice(2), jpegs });
  }

  look() {
    if (!this.stream || !this.root.isConnected) return;
    this.sent = (this.data.answered || 0) + 1;
    this.trigger("frame", { number: this.sent, jpeg: this.grab() });
  }
}
