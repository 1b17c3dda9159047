// What is heard of an answer that changes in place, and of sliders whose numbers have words.

const CALM = 700; // milliseconds without another change, before an answer is said

export default function (component) {
  const { data, parentElement } = component;
  const place = parentElement.querySelector(".spoken");
  if (place.next !== data.text) {
    place.next = data.text;
    clearTimeout(place.waiting);
    place.waiting = setTimeout(() => (place.textContent = data.text), place.textContent ? CALM : 0);
  }
  place.data = data;
  if (!place.hears) document.addEventListener("focusin", (place.hears = () => watch(place.data)), true);
  watch(data);
  return () => {
    document.removeEventListener("focusin", place.hears, true);
    place.hears = null;
  };
}

// Also at each change of focus: folded groups have their sliders later.
function watch(data) {
  for (const key of data.sliders) {
    const slider = document.querySelector(`.st-key-${CSS.escape(key)} input[type=range]`);
    if (!slider || slider.steps) continue;
    slider.steps = data.steps;
    name(slider);
    new MutationObserver(() => name(slider)).observe(slider, { attributes: true, attributeFilter: ["aria-valuetext"] });
  }
}

// "0.40" becomes "0.40, marked": the last word whose number is reached.
function name(slider) {
  const shown = (slider.getAttribute("aria-valuetext") || slider.value).split(", ")[0];
  const word = slider.steps.filter(([from]) => Number(slider.value) >= from).pop()?.[1];
  const wanted = word ? `${shown}, ${word}` : shown;
  if (slider.getAttribute("aria-valuetext") !== wanted) slider.setAttribute("aria-valuetext", wanted);
}
