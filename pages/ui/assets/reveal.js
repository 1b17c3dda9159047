// Scrolls a keyed container of the page into view once it is there and has stopped growing.

const QUIET = 200; // milliseconds without a change of height
const PATIENCE = 4000;

function reveal(key, block) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const last = performance.now() + PATIENCE;
  let height = 0, since = 0;
  const look = (now) => {
    const found = document.querySelector(".st-key-" + key);
    if (found && found.offsetHeight !== height) {
      height = found.offsetHeight;
      since = now;
    }
    if (found && height > 0 && now - since > QUIET) {
      found.style.scrollMarginTop = "4.5rem"; // the app's own bar lies over the top of the page
      found.scrollIntoView({ behavior: calm ? "auto" : "smooth", block });
    } else if (now < last) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
