// The last minute of each face, as stacked probabilities.

const WINDOW_S = 60; // seconds of the timeline

const past = {
  legend() {
    const place = this.find(".legend");
    if (place.childElementCount || !this.settings.classes) return;
    this.settings.classes.forEach((name, i) => {
      const item = document.createElement("span");
      const dot = document.createElement("i");
      dot.style.background = this.settings.colours[i];
      item.append(dot, this.say(name));
      place.appendChild(item);
    });
  },

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
      const base = (i + 1) * row - 4;
      ink.fillStyle = this.person(number).colour;
      ink.fillRect(0, base - row + 8, 3, row - 8);
      ink.fillStyle = style.color;
      ink.fillText(String(number), 8, base - row / 2 + 8);
      this.drawStack(ink, this.past.get(number), toX, base, row - 8);
    });
    ink.fillStyle = style.color;
    for (const back of [60, 45, 30, 15, 0]) {
      const label = back ? `-${back} s` : this.say("now");
      ink.textAlign = back === 60 ? "left" : back ? "center" : "right";
      ink.fillText(label, toX(now - back), height - 4);
    }
    ink.textAlign = "left";
  },

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
  },
};
