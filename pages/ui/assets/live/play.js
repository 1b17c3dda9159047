// The resting face and the game: Python does the sums, here they are asked for and drawn.

const SPAN = 4; // log-odds at the ends of a bar that shows a difference

// `say` stands in camera.js, which comes after this file.
const WORDS = {
  get watch() { return say("Look into the camera with a neutral face for ten seconds."); },
  get apart() {
    return say("The bars show the difference from your resting face, in log-odds: +1 says that the odds of a class are 2.7 times those at rest. The network and its labels stay as they are; a face that gets another number has to rest again.");
  },
  get game() {
    return say("Here a network is entertained: a bar fills while it calls a face what was asked for. No feeling is measured.");
  },
};

const play = {
  rest() {
    this.resting = (performance.now() - this.began) / 1000;
    this.restDone = 0;
    this.apart = true;
    this.find("[data-role=apart]").checked = true;
    this.tell();
  },

  // What a frame takes along for the server.
  asked() {
    return { rest: this.resting, game: this.game, players: this.players };
  },

  play1() {
    this.begin(1);
  },

  play2() {
    this.begin(2);
  },

  begin(players) {
    this.players = players;
    this.game = Math.random().toString(36).slice(2);
    this.round = null;
    this.tell();
  },

  endGame() {
    this.game = "";
    this.round = null;
    this.tell();
    this.draw();
  },

  hear(answer) {
    this.restDone = this.resting === null ? 0 : answer.rest || 0;
    if (this.game) this.round = answer.game || this.round;
    if (this.resting !== null && this.restDone < 1) {
      this.flash(this.say("Neutral face, please: {seconds} s", { seconds: Math.ceil(10 * (1 - this.restDone)) }));
    }
    const told = this.root.dataset;
    told.rest = this.restDone;
    told.apart = answer.faces.filter((face) => face.apart).length;
    told.round = this.round ? `${this.round.round} ${this.round.asked}` : "";
    const state = `${this.restDone === 1}`;
    if (state !== this.restState) {
      this.restState = state;
      this.tell();
    }
  },

  // The words and buttons that belong to what is on.
  tell() {
    const rested = this.resting !== null;
    this.find("[data-role=apart-label]").hidden = !rested;
    this.find("[data-do=endGame]").hidden = !this.game;
    const words = [];
    if (rested && this.apart) words.push(this.say(this.restDone < 1 ? WORDS.watch : WORDS.apart));
    if (this.game) words.push(this.say(WORDS.game));
    const place = this.find("[data-role=words]");
    place.textContent = words.join(" ");
    place.hidden = !words.length;
  },

  showApart(card, face) {
    face.apart.forEach((value, i) => {
      const line = card.lines[i];
      const part = (50 * Math.min(SPAN, Math.abs(value))) / SPAN;
      line.root.classList.add("apart");
      line.fill.style.marginLeft = `${value < 0 ? 50 - part : 50}%`;
      line.fill.style.width = `${part.toFixed(1)}%`;
      line.value.textContent = `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(1)}`;
    });
  },

  drawGame(ink) {
    const round = this.round;
    if (!this.game || !round) return;
    const { width, height } = this.over;
    const size = Math.round(width / 20);
    const middle = (text, y, font, colour = "#fff") => {
      ink.font = `700 ${font}px system-ui, sans-serif`;
      const wide = ink.measureText(text).width + font;
      ink.fillStyle = "#000c";
      ink.fillRect((width - wide) / 2, y - font * 1.1, wide, font * 1.5);
      ink.fillStyle = colour;
      ink.fillText(text, (width - wide) / 2 + font / 2, y);
    };
    if (round.asked === null) {
      const [one, two] = round.points;
      const end = two === undefined ? this.say("{one} points", { one }) : this.say("Left {one}, right {two}", { one, two });
      middle(end, height * 0.45, size * 1.4);
      middle(this.say("The network was entertained; no feeling was measured."), height * 0.6, size * 0.55);
      return;
    }
    const asked = this.called(round.asked);
    const when = round.wait > 0 ? this.say("in {seconds}", { seconds: Math.ceil(round.wait) }) : `${Math.ceil(round.left)} s`;
    middle(`${round.round}/${round.rounds}  ${this.say("Show me {expression}: {when}", { expression: asked, when })}`, size * 1.2, size * 0.8);
    if (round.fill.length === 2) {
      ink.fillStyle = "#fff8";
      ink.fillRect(width / 2 - 1, size * 2, 2, height);
    }
    round.fill.forEach((fill, i) => {
      const wide = width / 24;
      const x = i === 0 ? 0 : width - wide;
      const high = height * 0.7;
      const top = height * 0.22;
      ink.fillStyle = "#000a";
      ink.fillRect(x, top, wide, high);
      ink.fillStyle = this.settings.colours[round.asked];
      ink.fillRect(x, top + high * (1 - fill), wide, high * fill);
      ink.font = `700 ${Math.round(size * 0.7)}px system-ui, sans-serif`;
      ink.fillStyle = "#fff";
      const text = String(round.points[i]);
      ink.fillText(text, i === 0 ? 4 : width - ink.measureText(text).width - 4, height - 6);
    });
  },
};
