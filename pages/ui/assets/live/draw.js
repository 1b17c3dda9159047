// The picture with its faces, and the bars beside it: drawn on canvases that are never rebuilt, so nothing flickers.

const PEOPLE = ["#4c78a8", "#f58518", "#54a24b", "#b279a2", "#e45756", "#72b7b2", "#9d755d", "#eeca3b"];

const drawing = {
  mirrored() {
    return this.switches.mirror ? this.switches.mirror.value : !!this.settings.mirror;
  },

  draw() {
    const shape = this.shown || { width: this.video.videoWidth || 640, height: this.video.videoHeight || 480 };
    const { width, height } = shape;
    if (this.over.width !== width) this.over.width = width;
    if (this.over.height !== height) this.over.height = height;
    this.root.style.setProperty("--ratio", width / height);
    this.video.classList.toggle("mirror", this.mirrored());
    const ink = this.over.getContext("2d");
    ink.clearRect(0, 0, width, height);
    this.paint(ink);
  },

  // The frame that was read with its faces, in its own pixels.
  paint(ink) {
    const mirror = this.mirrored();
    const width = this.over.width;
    if (this.shown) {
      ink.save();
      if (mirror) {
        ink.translate(width, 0);
        ink.scale(-1, 1);
      }
      ink.drawImage(this.shown, 0, 0);
      ink.restore();
    }
    if (!this.size) return;
    const boxes = this.faces.map((face) => this.drawFace(ink, face, width / this.size[0], mirror ? width : null));
    this.drawPlates(ink, boxes);
    this.drawGame(ink);
  },

  // What a face is called: as somebody typed it, else its number; and its own colour.
  person(number) {
    if (!this.people.has(number)) this.people.set(number, { name: "", colour: PEOPLE[(number - 1) % PEOPLE.length] });
    return this.people.get(number);
  },

  labelOf(face) {
    return face.label === null || face.label === undefined ? null : face.label;
  },

  colourOf(face) {
    const label = this.labelOf(face);
    return label === null ? this.settings.unsure_colour : this.settings.colours[label];
  },

  wordsOf(face) {
    const label = this.labelOf(face);
    return label === null ? this.say(this.settings.unsure) : `${this.called(label)} ${(face.p[label] * 100).toFixed(0)}%`;
  },

  drawFace(ink, face, scale, mirrored) {
    const [centre, middle, side] = face.square.slice(0, 3).map((value) => value * scale);
    const roll = (face.square[3] * Math.PI) / 180;
    ink.save();
    if (mirrored !== null) {
      ink.translate(mirrored, 0);
      ink.scale(-1, 1);
    }
    ink.translate(centre, middle);
    ink.rotate(roll);
    ink.imageSmoothingEnabled = true;
    if (face.map) ink.drawImage(mapPicture(face, this.scale), -side / 2, -side / 2, side, side);
    ink.lineWidth = Math.max(3, this.over.width / 213);
    ink.strokeStyle = this.colourOf(face);
    ink.strokeRect(-side / 2, -side / 2, side, side);
    ink.restore();
    const reach = (side / 2) * (Math.abs(Math.cos(roll)) + Math.abs(Math.sin(roll)));
    return { x: (mirrored === null ? centre : mirrored - centre) - reach, y: middle - reach, side: 2 * reach };
  },

  // Each face's number or name on its own colour, then the label on the label's; in a crowd the number alone.
  drawPlates(ink, boxes) {
    const faces = boxes.map((box, i) => {
      const person = this.person(this.faces[i].number);
      return { ...box, texts: [person.name || String(this.faces[i].number), this.wordsOf(this.faces[i])] };
    });
    const measure = (text, size) => {
      ink.font = `600 ${size}px system-ui, sans-serif`;
      return ink.measureText(text).width;
    };
    layPlates(faces, this.over.width, this.over.height, measure).forEach((plate, i) => {
      const colours = [this.person(this.faces[i].number).colour, this.colourOf(this.faces[i])];
      let left = plate.left;
      ink.font = `600 ${plate.size}px system-ui, sans-serif`;
      plate.texts.forEach((text, k) => {
        ink.fillStyle = colours[k];
        ink.fillRect(left, plate.top, plate.widths[k], plate.high);
        ink.fillStyle = inkOn(colours[k]);
        ink.fillText(text, left + plate.size * 0.4, plate.top + Math.round(plate.size * 1.05));
        left += plate.widths[k];
      });
    });
  },

  bars() {
    const place = this.find("[data-role=faces]");
    const here = new Set(this.faces.map((face) => face.number));
    for (const [number, card] of this.cards) {
      if (!here.has(number)) {
        card.root.remove();
        this.cards.delete(number);
      }
    }
    place.dataset.count = this.faces.length;
    for (const face of this.faces) {
      let card = this.cards.get(face.number);
      if (!card) {
        card = this.makeCard(face.number);
        this.cards.set(face.number, card);
        place.appendChild(card.root);
      }
      this.fillCard(card, face);
    }
  },

  makeCard(number) {
    const person = this.person(number);
    const root = document.createElement("div");
    root.className = "card";
    root.innerHTML = `<div class="head"><canvas width="48" height="48"></canvas><div class="who"><b></b>
      <span class="own"><input class="name" maxlength="24" placeholder="${this.say("Name")}" autocomplete="off">
      <input class="colour" type="color"></span><span class="says"></span></div></div>`;
    root.querySelector("b").textContent = this.say("Face {number}", { number });
    const name = root.querySelector(".name");
    const colour = root.querySelector(".colour");
    name.setAttribute("aria-label", this.say("Name of face {number}", { number }));
    name.value = person.name;
    colour.setAttribute("aria-label", this.say("Colour of face {number}", { number }));
    colour.value = person.colour;
    root.style.setProperty("--own", person.colour);
    name.addEventListener("input", () => { person.name = name.value.trim(); });
    colour.addEventListener("input", () => {
      person.colour = colour.value;
      root.style.setProperty("--own", colour.value);
    });
    const lines = this.settings.classes.map((label, i) => {
      const line = document.createElement("div");
      line.className = "line";
      line.innerHTML = `<span class="class"></span><span class="track"><i></i></span><span class="value"></span>`;
      line.querySelector(".class").textContent = this.say(label);
      line.querySelector("i").style.background = this.settings.colours[i];
      root.appendChild(line);
      return { root: line, fill: line.querySelector("i"), value: line.querySelector(".value") };
    });
    return { root, lines, crop: root.querySelector("canvas"), says: root.querySelector(".says"), title: root.querySelector("b") };
  },

  fillCard(card, face) {
    const person = this.person(face.number);
    card.title.textContent = person.name ? this.say("{name} (face {number})", { name: person.name, number: face.number }) : this.say("Face {number}", { number: face.number });
    card.says.textContent = this.wordsOf(face);
    card.says.style.color = this.labelOf(face) === null ? "" : this.colourOf(face);
    face.p.forEach((p, i) => {
      const line = card.lines[i];
      line.root.classList.remove("apart");
      line.fill.style.marginLeft = "0";
      line.fill.style.width = `${(p * 100).toFixed(1)}%`;
      line.value.textContent = `${(p * 100).toFixed(0)}%`;
    });
    if (this.apart && face.apart) this.showApart(card, face);
    if (!face.crop) return;
    const gray = bytes(face.crop);
    const picture = new ImageData(48, 48);
    for (let i = 0; i < gray.length; i += 1) {
      picture.data.fill(gray[i], 4 * i, 4 * i + 3);
      picture.data[4 * i + 3] = 255;
    }
    card.crop.getContext("2d").putImageData(picture, 0, 0);
  },
};

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
