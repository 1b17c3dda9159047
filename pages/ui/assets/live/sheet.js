// Pictures that stand alone: the live view with its bars, and the session's timeline, each with the run's name.

const note = (camera) => camera.say("A network's label, not a feeling measured");

const sheet = {
  // Picture on the left, bars on the right, the run below; 1280 x 720.
  compose(canvas) {
    const [width, height, foot] = [1280, 720, 40];
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const ink = canvas.getContext("2d");
    ink.fillStyle = "#12181c";
    ink.fillRect(0, 0, width, height);
    const room = [width - 340, height - foot];
    const scale = Math.min(room[0] / this.over.width, room[1] / this.over.height);
    const [w, h] = [this.over.width * scale, this.over.height * scale];
    ink.drawImage(this.over, (room[0] - w) / 2, (room[1] - h) / 2, w, h);
    const high = Math.min(230, room[1] / Math.max(1, this.faces.length));
    this.faces.forEach((face, i) => this.composeBars(ink, face, width - 325, i * high, high));
    ink.fillStyle = "#fff";
    ink.font = "18px system-ui, sans-serif";
    ink.fillText(`FER Lab · ${this.runs()} · ${note(this)}`, 14, height - 14);
  },

  composeBars(ink, face, x, y, high) {
    const row = Math.min(26, (high - 12) / 8);
    const person = this.person(face.number);
    ink.fillStyle = person.colour;
    ink.fillRect(x - 10, y + 6, 4, high - 12);
    ink.font = `600 ${Math.round(row * 0.75)}px system-ui, sans-serif`;
    ink.fillStyle = "#fff";
    ink.fillText(`${person.name || this.say("Face {number}", { number: face.number })}: ${this.wordsOf(face)}`, x, y + row * 0.9);
    ink.font = `${Math.round(row * 0.65)}px system-ui, sans-serif`;
    const apart = this.apart && face.apart;
    this.settings.classes.forEach((name, i) => {
      const top = y + (i + 1) * row + 4;
      ink.fillStyle = "#fff";
      ink.fillText(this.say(name), x, top + row * 0.62);
      const value = apart ? face.apart[i] : face.p[i];
      const text = apart ? value.toFixed(1) : `${(100 * value).toFixed(0)}%`;
      ink.fillText(text, x + 265, top + row * 0.62);
      ink.fillStyle = "#fff2";
      ink.fillRect(x + 80, top + 2, 176, row - 8);
      ink.fillStyle = this.settings.colours[i];
      const part = apart ? (88 * Math.max(-SPAN, Math.min(SPAN, value))) / SPAN : 176 * value;
      ink.fillRect(apart ? x + 168 + Math.min(0, part) : x + 80, top + 2, Math.abs(part), row - 8);
    });
  },

  // Stacked probabilities over the whole session, averaged over each column of pixels; white, as paper is.
  strips(canvas) {
    const byFace = new Map();
    for (const row of this.rows) {
      if (!byFace.has(row.number)) byFace.set(row.number, []);
      byFace.get(row.number).push(row);
    }
    const longest = [...byFace.values()].sort((a, b) => b.length - a.length).slice(0, 8);
    const faces = longest.sort((a, b) => a[0].number - b[0].number);
    const end = Math.max(1, this.rows.length ? this.rows[this.rows.length - 1].t : 1);
    const [width, left, top, high] = [1400, 150, 60, 120];
    Object.assign(canvas, { width, height: top + faces.length * (high + 24) + 80 });
    const ink = canvas.getContext("2d");
    ink.fillStyle = "#fff";
    ink.fillRect(0, 0, width, canvas.height);
    ink.fillStyle = "#111";
    ink.font = "600 20px system-ui, sans-serif";
    ink.fillText(`${this.say("Live session: probabilities of each face, stacked")} · ${this.runs()}`, 14, 30);
    const wide = width - left - 20;
    faces.forEach((rows, i) => this.strip(ink, rows, end, left, top + i * (high + 24), wide, high));
    const bottom = top + faces.length * (high + 24);
    ink.fillStyle = "#111";
    ink.font = "16px system-ui, sans-serif";
    for (let k = 0; k <= 8; k += 1) ink.fillText(`${((end * k) / 8).toFixed(0)} s`, left + (wide * k) / 8 - 12, bottom);
    this.settings.classes.forEach((name, i) => {
      ink.fillStyle = this.settings.colours[i];
      ink.fillRect(left + i * 130, bottom + 22, 16, 16);
      ink.fillStyle = "#111";
      ink.fillText(this.say(name), left + i * 130 + 22, bottom + 36);
    });
    ink.fillText(note(this), left, bottom + 64);
  },

  strip(ink, rows, end, left, top, wide, high) {
    const person = this.person(rows[0].number);
    ink.fillStyle = person.colour;
    ink.fillRect(10, top, 6, high);
    ink.fillStyle = "#111";
    ink.font = "16px system-ui, sans-serif";
    ink.fillText(person.name || this.say("Face {number}", { number: rows[0].number }), 24, top + high / 2);
    ink.strokeStyle = "#ccc";
    ink.strokeRect(left, top, wide, high);
    const columns = new Map();
    for (const row of rows) {
      const place = Math.floor((row.t / end) * (wide - 1));
      const sum = columns.get(place) || { n: 0, p: row.p.map(() => 0) };
      sum.n += 1;
      row.p.forEach((p, i) => { sum.p[i] += p; });
      columns.set(place, sum);
    }
    const places = [...columns.keys()].sort((a, b) => a - b);
    const second = (1.5 * wide) / end; // a gap of more is one
    places.forEach((place, k) => {
      const next = places[k + 1];
      const until = next !== undefined && next - place <= second ? next : place + 1;
      const { n, p } = columns.get(place);
      let y = top + high;
      p.forEach((sum, i) => {
        const part = (sum / n) * high;
        ink.fillStyle = this.settings.colours[i];
        ink.fillRect(left + place, y - part, until - place, part);
        y -= part;
      });
    });
  },
};
