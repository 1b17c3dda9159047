// What is heard of the live view: the faces' labels once they stay, never each frame.

const STAYS_MS = 700; // for so long what is said must have held
const PAUSE_MS = 3000; // for so long nothing else is said after it

const speech = {
  speak(now) {
    const words = this.running ? this.heardOf() : this.say("Camera off");
    if (words !== this.nextWords) {
      this.nextWords = words;
      this.nextSince = now;
    }
    const early = now - this.nextSince < STAYS_MS || now - (this.spokeAt ?? -PAUSE_MS) < PAUSE_MS;
    const place = this.find("[data-role=spoken]");
    if (place.textContent === words || (this.running && early)) return;
    place.textContent = words;
    this.spokeAt = now;
  },

  heardOf() {
    if (this.silent) return this.say("No answer from the server");
    if (!this.faces.length) return this.say("No face is found");
    const who = (face) => this.person(face.number).name || this.say("Face {number}", { number: face.number });
    return this.faces.map((face) => `${who(face)}: ${this.saidOf(face)}`).join(", ");
  },

  saidOf(face) {
    const label = this.labelOf(face);
    return label === null ? this.say(this.settings.unsure) : this.called(label);
  },
};
