// Where the labels of faces go: as fer_core.reading.annotate.plates does it for pictures and videos. No label covers
// another face or another label: text shrinks with its face, goes above or below it, and where there is no room only
// the number is left, in the face's own corner. The largest faces choose first.
function layPlates(faces, width, height, measure) {
  const longest = Math.max(width, height);
  const largest = Math.max(18, Math.round(longest / 36));
  const least = Math.max(9, Math.round(longest / 64));
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const boxes = faces.map(({ x, y, side }) => ({ left: x, top: y, right: x + side, bottom: y + side }));
  const made = faces.map(() => null);
  const order = faces.map((_, i) => i).sort((a, b) => faces[b].side - faces[a].side);
  const plate = (texts, size, left, top) => {
    const widths = texts.map((text) => measure(text, size) + 2 * size * 0.4);
    const whole = widths.reduce((sum, one) => sum + one, 0);
    const high = Math.round(size * 1.45);
    const x = Math.max(0, Math.min(left, width - whole));
    return { texts, size, widths, high, left: x, top: top(high), right: x + whole, bottom: top(high) + high };
  };
  for (const i of order) {
    const { x, y, side, texts } = faces[i];
    const others = [...boxes.filter((_, j) => j !== i), ...made.filter(Boolean)];
    const free = (one) =>
      one.top >= 0 && one.right <= width && one.bottom <= height && !others.some((other) => meet(one, other));
    const size = Math.max(least, Math.min(largest, Math.round(0.22 * side)));
    const sizes = [...new Set([size, Math.round(0.75 * size), least])].filter((each) => each >= least);
    const tried = [texts, texts.slice(0, 1)].flatMap((some) =>
      sizes.flatMap((each) => [
        plate(some, each, x - 1.5, (high) => y - high - 1),
        plate(some, each, x - 1.5, () => y + side),
      ]),
    );
    const corner = (some, each) => plate(some, each, x, (high) => Math.max(0, Math.min(y, height - high)));
    const inside = corner(texts, size);
    const room = inside.high <= 0.4 * side && free(inside);
    const number = corner(texts.slice(0, 1), Math.min(size, Math.max(7, Math.round(0.3 * side))));
    made[i] = tried.find(free) || (room ? inside : number);
  }
  return made;
}

// Text on a plate: white or near black, whichever stands out more, as fer_core.labels.ink_on has it.
function inkOn(colour) {
  const linear = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  const luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  return 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.0547 ? "#FFFFFF" : "#0B0F12";
}
