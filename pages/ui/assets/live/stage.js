// The full screen for a projector: the picture, big bars, each face's number, and keys.

const KEYS = { s: "snapshot", m: "turn", w: "look", q: "leave", Escape: "leave" };

const stage = {
  async enter() {
    if (!this.running) await this.start();
    if (!this.running) return;
    this.root.classList.add("staged");
    this.onKey = (event) => this.key(event);
    this.onChange = () => { if (!document.fullscreenElement) this.leave(); };
    window.addEventListener("keydown", this.onKey, true);
    try {
      await this.root.requestFullscreen();
      document.addEventListener("fullscreenchange", this.onChange);
    } catch {
      // No full screen here (a phone's browser, a frame): the layout alone, above everything else on the page.
      this.root.popover = "manual";
      this.root.showPopover();
    }
  },

  leave() {
    if (!this.root.classList.contains("staged")) return;
    this.root.classList.remove("staged");
    window.removeEventListener("keydown", this.onKey, true);
    document.removeEventListener("fullscreenchange", this.onChange);
    if (this.root.popover) this.root.removeAttribute("popover");
    if (document.fullscreenElement) document.exitFullscreen();
  },

  key(event) {
    const what = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    event.stopImmediatePropagation(); // the page has keys of its own
    if (!what) return;
    event.preventDefault();
    this[what]();
  },

  turn() {
    this.ask("mirror", !this.mirrored());
    this.draw();
  },

  look() {
    const on = !(this.switches.map ? this.switches.map.value : this.settings.map);
    this.ask("map", on);
    this.flash(on ? this.say("Where it looks: on its way") : this.say("Maps off"));
  },

  ask(name, value) {
    this.switches[name] = { value, at: performance.now() };
  },
};
