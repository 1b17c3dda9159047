// A gallery as one picture: a sheet of tiles under a grid of see-through buttons. A press sends the tile's index.

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const host = parentElement.querySelector(".tiles");
  const sheet = host.querySelector(".sheet");
  const words = host.querySelector(".words");
  const columns = data.columns;
  const slots = Math.ceil(data.words.length / columns) * columns;
  const had = host.contains(host.getRootNode().activeElement) ? Number(host.getRootNode().activeElement.dataset.index) : null;
  sheet.style.gridTemplateColumns = `repeat(${columns}, minmax(0, 1fr))`;
  sheet.style.setProperty("--ratio", data.ratio ?? 1);
  sheet.style.backgroundImage = `url(${data.picture})`;
  sheet.setAttribute("aria-label", data.title);
  const hint = () => (words.textContent = data.picked === null ? data.hint : data.words[data.picked]);
  const buttons = data.words.map((text, index) => {
    const made = document.createElement("button");
    made.type = "button";
    made.dataset.index = index;
    made.dataset.row = data.rows[index];
    made.setAttribute("aria-label", text);
    made.setAttribute("aria-pressed", index === data.picked);
    made.classList.toggle("picked", index === data.picked);
    made.tabIndex = index === (data.picked ?? 0) ? 0 : -1;
    made.onclick = () => {
      setTriggerValue("tile", index);
      if (index !== data.picked && data.card) reveal(data.card, "nearest");
    };
    made.onmouseenter = made.onfocus = () => (words.textContent = text);
    made.onmouseleave = made.onblur = hint;
    made.onkeydown = (event) => {
      if (event.key === "Escape" && data.picked !== null && data.card) {
        event.preventDefault();
        setTriggerValue("tile", data.picked); // pressed again, the open picture closes
        return;
      }
      const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      const next = buttons[index + step];
      if (next) {
        made.tabIndex = -1;
        next.tabIndex = 0;
        next.focus();
      }
    };
    return made;
  });
  const blanks = Array.from({ length: slots - buttons.length }, () => {
    const made = document.createElement("span");
    made.className = "blank";
    return made;
  });
  sheet.replaceChildren(...buttons, ...blanks);
  hint();
  if (had !== null && buttons[had]) buttons[had].focus({ preventScroll: true });
}
