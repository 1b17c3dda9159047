"""How long a frame takes while the map of pictures is panned or zoomed: our canvas beside Plotly's WebGL, which it
replaced (that one zooms by a box alone).

    python benchmarks/map_pan.py
    python benchmarks/map_pan.py --points 20000 --width 390

Starts a page of Streamlit's with both maps of the same random points, and drives a real Chromium without a graphics
card: for two seconds each frame moves the pointer once with its button held, or turns the wheel by one step. A frame's
time is what lies between it and the next, so all that a move costs is in it: script, drawing, and the browser's
share. Prints medians and 95th percentiles in milliseconds (16.7 is a screen's own pace) with the load of the machine.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

REPO = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPO))

from benchmarks.server import dashboard  # noqa: E402

PAGE = """
import sys
sys.path.insert(0, {repo!r})
import numpy as np
import streamlit as st
from fer_core.figures.embedding import painted, scatter
from pages.ui.point_map import point_map
st.set_page_config(layout="wide")
rng = np.random.default_rng(0)
labels = rng.integers(0, 7, {points})
places = (3 * rng.normal(size=(7, 2))[labels] + rng.normal(size=({points}, 2))).astype(np.float32)
words = [f"row {{at}}, labelled with one of seven classes" for at in range({points})]
figure = scatter(places, words, **painted("class", labels, labels, np.zeros({points})))
if "old" in st.query_params:
    figure.update_layout(dragmode="pan")
    st.plotly_chart(figure)
else:
    point_map(figure, "map", "map", lambda: None)
st.title("Drawn")
"""

# Every frame one move; the distance between frames is what a move costs.
DRAG = """
([target, seconds, zoomed]) => new Promise((done) => {
  const reach = (root) => root.querySelector(target) ??
    [...root.querySelectorAll("*")].map((one) => one.shadowRoot && reach(one.shadowRoot)).find(Boolean);
  const element = reach(document), box = element.getBoundingClientRect(), times = [];
  const middle = [box.left + box.width / 2, box.top + box.height / 2];
  const send = (kind, x, y) => {
    const where = { bubbles: true, composed: true, cancelable: true, clientX: x, clientY: y, buttons: 1 };
    const to = document.querySelector(".dragcover") ?? element;
    to.dispatchEvent(new PointerEvent("pointer" + kind, { pointerId: 1, pointerType: "mouse", ...where }));
    to.dispatchEvent(new MouseEvent("mouse" + kind, where));
  };
  const turn = (by) => element.dispatchEvent(new WheelEvent("wheel", {
    bubbles: true, cancelable: true, ctrlKey: true, deltaY: by, clientX: middle[0], clientY: middle[1],
  }));
  if (!zoomed) send("down", ...middle);
  const step = (now) => {
    times.push(now);
    const at = times.length;
    const place = [middle[0] + 80 * Math.sin(at / 7), middle[1] + 50 * Math.cos(at / 9)];
    if (now - times[0] < 1000 * seconds) {
      zoomed ? turn(20 * Math.sin(at / 15)) : send("move", ...place);
      requestAnimationFrame(step);
    } else {
      send("up", ...place);
      done(times);
    }
  };
  requestAnimationFrame(step);
})
"""


def main() -> None:
    """Runs the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=7178)
    parser.add_argument("--width", type=int, default=1440, help="of the window, in pixels")
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--tries", type=int, default=3, help="of each map, by turns")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "both.py"
        script.write_text(PAGE.format(repo=str(REPO), points=args.points), encoding="utf-8")
        with dashboard(script) as app:
            found = _drive(app.address, args)
    load = os.getloadavg()[0]
    print(f"{args.points:,} points, window {args.width} wide, load {load:.1f} on {os.cpu_count()} cores")
    for name, times in found.items():
        middle, high = np.percentile(times, [50, 95])
        print(f"{name:22} median {middle:5.1f}   95% {high:5.1f} ms a frame, n {len(times)}")


def _drive(address: str, args: argparse.Namespace) -> dict[str, list[float]]:
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import CHROMIUM_FLAGS, chromium_path, settle

    webgl, canvas = ("Plotly's WebGL", "?old=1", ".nsewdrag"), ("our canvas", "", ".points canvas")
    found: dict[str, list[float]] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_FLAGS)
        page = browser.new_page(viewport={"width": args.width, "height": 1000})
        page.set_default_timeout(120_000)
        for _ in range(args.tries):
            for name, query, target in (webgl, canvas):
                page.goto(f"{address}/{query}")
                settle(page, 120)
                page.locator(target).wait_for()
                page.wait_for_timeout(1500)
                if not query:
                    page.get_by_role("button", name="Pan", exact=True).click()
                    found.setdefault(f"{name}, zoomed", []).extend(_frames(page, target, args.seconds, True))
                found.setdefault(f"{name}, panned", []).extend(_frames(page, target, args.seconds, False))
        browser.close()
    return found


def _frames(page: Any, target: str, seconds: float, zoomed: bool) -> list[float]:
    """Milliseconds of each frame but the first three, in which the drag begins."""
    return np.diff(page.evaluate(DRAG, [target, seconds, zoomed]))[3:].tolist()


if __name__ == "__main__":
    main()
