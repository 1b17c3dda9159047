// Everything that can be taken along; all of it is made in the browser, the server keeps no log and no picture.

const LONGEST_S = 900; // of a recording: some 300 MB

const takeAlong = {
  // The session as a table, one row for each face of each frame that was read.
  csv() {
    const names = this.settings.classes;
    const head = ["seconds", "face", "name", "x", "y", "width", "height", "label", ...names, "run", "run_accuracy"];
    const lines = this.rows.map((row) => {
      const label = this.labelOf(row);
      return [
        row.t.toFixed(3),
        row.number,
        cell(this.person(row.number).name),
        ...row.box,
        label === null ? this.settings.unsure : names[label],
        ...row.p,
        cell(row.run || ""),
        cell(this.accuracyOf(row.run)),
      ].join(",");
    });
    save(new Blob([[head.join(","), ...lines].join("\n") + "\n"], { type: "text/csv" }), "live_session.csv");
  },

  // The picture, the bars and the run in one file.
  picture() {
    const canvas = document.createElement("canvas");
    this.compose(canvas);
    canvas.toBlob((blob) => save(blob, "live_picture.png"), "image/png");
  },

  // Films what `compose` draws until it is pressed again; the film is made and kept in the browser.
  record() {
    if (this.recorder) return this.endRecording();
    const types = ["video/webm;codecs=vp8", "video/webm", "video/mp4"];
    const type = window.MediaRecorder && types.find((each) => MediaRecorder.isTypeSupported(each));
    if (!type) return this.problem(this.say("This browser can't record; take the picture, the csv or the timeline."));
    this.compose(this.film);
    const recorder = new MediaRecorder(this.film.captureStream(25), { mimeType: type, videoBitsPerSecond: 3e6 });
    const parts = [];
    recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
    recorder.addEventListener("stop", () => {
      save(new Blob(parts, { type }), `live_recording.${type.includes("mp4") ? "mp4" : "webm"}`);
    });
    recorder.start(1000);
    this.recorder = recorder;
    this.filmed = performance.now();
  },

  endRecording() {
    if (!this.recorder) return;
    this.recorder.stop();
    this.recorder = null;
    this.find("[data-do=record]").textContent = this.say("Record");
  },

  // With each answer, while it is recorded.
  drawSheet(now) {
    if (!this.recorder) return;
    this.compose(this.film);
    const seconds = (now - this.filmed) / 1000;
    this.find("[data-do=record]").textContent = this.say("Stop recording ({seconds} s)", { seconds: seconds.toFixed(0) });
    if (seconds > LONGEST_S) this.endRecording();
  },

  // A figure of the whole session, a strip for each face.
  figure() {
    const canvas = document.createElement("canvas");
    this.strips(canvas);
    canvas.toBlob((blob) => save(blob, "live_timeline.png"), "image/png");
  },

  // Which runs answered in this session, each with its accuracy.
  runs() {
    const names = [...new Set(this.rows.map((row) => row.run))];
    const accuracy = (name) => (this.accuracyOf(name) ? `${name} (${this.accuracyOf(name)})` : name);
    return names.map(accuracy).join(", ") || this.settings.run || "";
  },

  // What the page says of a run's accuracy, kept for each run that answered in this session.
  accuracyOf(run) {
    if (this.settings.run) this.accuracies.set(this.settings.run, this.settings.accuracy || "");
    return this.accuracies.get(run) || "";
  },
};

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

// A text as a cell: quoted, and behind an apostrophe where a spreadsheet would take it for a formula.
function cell(text) {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
