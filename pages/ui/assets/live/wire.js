// What travels: frames out, answers in, and what is said when none comes.

const LATE_MS = 700; // without an answer for so long, the status says so; looked at five times a second
const LOST_MS = 3000; // frames in flight for so long count as lost, and new ones are sent
const BACK_MS = 4000; // for so long it is said that the server answers again
const MAX_ROWS = 250000; // of the session's log: an hour of two faces at 30 frames a second

const wire = {
  loop() {
    if (!this.running) return;
    this.maybeSend();
    const again = () => this.loop();
    // With each new camera picture where the browser can tell, else with each repaint.
    if (this.video.requestVideoFrameCallback && !document.hidden) {
      let done = false;
      const once = () => { if (!done) { done = true; again(); } };
      this.video.requestVideoFrameCallback(once);
      setTimeout(once, 200);
    } else setTimeout(again, 50);
  },

  // Five times a second, also where no picture and no answer comes.
  tick() {
    if (!this.running) return;
    const now = performance.now();
    if (this.root.isConnected) this.attached = now;
    else if (now - this.attached > 1500) return this.stop(); // another page was opened: the camera's light goes out
    this.noteSilence(now);
    this.status(now);
  },

  noteSilence(now) {
    if (document.hidden) {
      this.heard = now; // nothing is sent, so nothing can be answered
      return;
    }
    if (!this.silent && now - this.heard > LATE_MS) this.silent = this.heard;
  },

  maybeSend() {
    if (document.hidden || !this.video.videoWidth) return;
    const now = performance.now();
    if (now - this.lastAnswer > LOST_MS) {
      this.answered = this.sent;
      this.lastAnswer = now;
    }
    if (this.holdForSnapshot(now) || this.sent - this.answered >= this.mayFly()) return;
    if (this.sent === this.answered) this.lastAnswer = now;
    this.sent += 1;
    this.keep();
    this.trigger("frame", {
      session: this.session,
      seq: this.sent,
      time: (now - this.began) / 1000,
      jpeg: this.jpeg(this.settings.send_width || 480, 0.7),
      ...this.askedOfServer(),
    });
  },

  // What the visitor asks of the server travels with every frame until it was done: a trigger of its own could be
  // replaced by the next frame before the server looks.
  askedOfServer() {
    const set = {};
    for (const [name, { value, at }] of Object.entries(this.switches)) {
      // For two seconds it is sent along even where it is so already: an earlier one may still be on its way.
      if (value === !!this.settings[name] && performance.now() - at > 2000) delete this.switches[name];
      else set[name] = value;
    }
    return { set, ...this.asked() };
  },

  // Frames on their way at once; data-in-flight on the root overrides the page's setting, for the benchmark.
  mayFly() {
    return Number(this.root.dataset.inFlight) || this.settings.in_flight || 3;
  },

  // What is shown is the frame that was read, so that boxes and maps lie where they belong however long it took.
  keep() {
    const copy = this.spare.pop() || document.createElement("canvas");
    copy.width = this.video.videoWidth;
    copy.height = this.video.videoHeight;
    copy.getContext("2d").drawImage(this.video, 0, 0);
    this.kept.set(this.sent, copy);
  },

  show(sequence) {
    for (const [number, picture] of this.kept) {
      if (number > sequence) continue;
      if (number === sequence) {
        if (this.shown) this.spare.push(this.shown);
        this.shown = picture;
      } else this.spare.push(picture);
      this.kept.delete(number);
    }
  },

  jpeg(width, quality) {
    const scale = Math.min(1, width / this.video.videoWidth);
    this.grab.width = Math.round(this.video.videoWidth * scale);
    this.grab.height = Math.round(this.video.videoHeight * scale);
    this.grab.getContext("2d").drawImage(this.video, 0, 0, this.grab.width, this.grab.height);
    return this.grab.toDataURL("image/jpeg", quality).split(",")[1];
  },

  // Of a component's triggers that wait on the server, only the latest is kept: a frame would replace the snapshot. So
  // frames wait until the snapshot was acknowledged, and it is sent again where that takes too long.
  snapshot() {
    if (!this.running || !this.video.videoWidth) return;
    this.shot = { id: `${this.session}-${Date.now()}`, jpeg: this.jpeg(10000, 0.95), asked: performance.now() };
    this.sendSnapshot();
    this.flash(this.say("Snapshot taken; its answer stands below the live view."));
  },

  sendSnapshot() {
    this.shot.at = performance.now();
    this.trigger("snapshot", { id: this.shot.id, jpeg: this.shot.jpeg });
  },

  holdForSnapshot(now) {
    if (!this.shot) return false;
    if (now - this.shot.asked > 10 * LOST_MS) this.shot = null; // the server is gone; the live view goes on
    else if (now - this.shot.at > LOST_MS) this.sendSnapshot();
    return !!this.shot;
  },

  acknowledge(id) {
    if (!this.shot || this.shot.id !== id) return;
    this.shot = null;
    this.answered = this.sent; // frames that were on their way may have been replaced
    this.lastAnswer = performance.now();
  },

  receive(data) {
    this.settings = data.settings || this.settings;
    if (this.settings.scale !== this.scaleText) {
      this.scaleText = this.settings.scale;
      this.scale = bytes(this.scaleText);
    }
    this.translate();
    this.legend();
    this.acknowledge(data.snapshot);
    const fresh = (data.answers || []).filter((one) => one.session === this.session && one.seq > this.answered && this.running);
    fresh.forEach((answer, i) => {
      this.answered = answer.seq;
      this.take(answer, i === fresh.length - 1);
    });
    if (this.running) this.maybeSend();
  },

  // Of answers that come together only the newest has pictures, and only it is drawn.
  take(answer, newest) {
    const now = performance.now();
    if (this.silent) {
      this.back = { at: now, after: now - this.silent };
      this.silent = 0;
    }
    this.lastAnswer = now;
    this.heard = now;
    this.taken += 1;
    this.answers.push(now);
    while (this.answers.length && now - this.answers[0] > 4000) this.answers.shift();
    this.delays.push(now - this.began - answer.time * 1000);
    while (this.delays.length > 20) this.delays.shift();
    this.problem(answer.problem || null);
    this.show(answer.seq);
    this.size = answer.size;
    this.faces = answer.faces;
    this.leftOut = answer.left_out || "";
    this.log(answer);
    this.hear(answer);
    if (!newest) return;
    this.draw();
    this.bars();
    this.drawSheet(now);
    if (!this.lastTimeline || now - this.lastTimeline > 250) {
      this.lastTimeline = now;
      this.drawTimeline(answer.time);
      this.status(now);
    }
  },

  log(answer) {
    for (const face of answer.faces) {
      if (!this.past.has(face.number)) this.past.set(face.number, []);
      this.past.get(face.number).push({ t: answer.time, p: face.p });
      if (this.rows.length < MAX_ROWS) this.rows.push({ t: answer.time, run: answer.run, ...face, crop: null, map: null });
    }
    if (this.rows.length) this.buttons();
    for (const [number, points] of this.past) {
      while (points.length && answer.time - points[0].t > WINDOW_S) points.shift();
      if (!points.length) this.past.delete(number);
    }
  },

  rate() {
    if (this.answers.length < 2) return 0;
    return ((this.answers.length - 1) * 1000) / (this.answers[this.answers.length - 1] - this.answers[0]);
  },

  status(now) {
    const delay = [...this.delays].sort((a, b) => a - b)[Math.floor(this.delays.length / 2)] || 0;
    const read = this.faces.length === 1 ? this.say("1 face") : this.say("{count} faces", { count: this.faces.length });
    const count = this.leftOut ? `${read} · ${this.leftOut}` : read;
    const pace = { rate: this.rate().toFixed(1), delay: delay.toFixed(0) };
    let words = `${this.say("{rate} frames/s · delay {delay} ms", pace)} · ${count}`;
    if (document.hidden) words = this.say("Waiting: this tab is hidden, nothing is sent");
    else if (this.silent) {
      words = this.say("No answer from the server for {seconds} s", { seconds: ((now - this.silent) / 1000).toFixed(0) });
    } else if (this.back && now - this.back.at < BACK_MS) {
      const after = this.say("The server answers again, after {seconds} s", { seconds: (this.back.after / 1000).toFixed(1) });
      words = `${after} · ${count}`;
    }
    this.find("[data-role=status]").textContent = words;
    this.root.classList.toggle("late", !!this.silent);
    this.speak(now);
    const told = this.root.dataset;
    told.rate = this.rate().toFixed(2);
    told.delay = delay.toFixed(1);
    told.session = this.session;
    told.sent = this.sent;
    told.taken = this.taken;
    told.faces = this.faces.length;
    told.maps = this.faces.filter((face) => face.map).length;
  },
};

function bytes(text) {
  const raw = atob(text || "");
  const out = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i += 1) out[i] = raw.charCodeAt(i);
  return out;
}
