// Everything that can be taken along; all of it is made in the browser, the server keeps no log and no picture.

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
