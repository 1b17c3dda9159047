"""How long a press on the confusion matrix takes until its pictures are on the screen, and how long another run takes.

python benchmarks/confusion_click.py            # two synthetic runs on 7,178 synthetic pictures
python benchmarks/confusion_click.py --presses 40 --width 390

Starts the dashboard on a free port, drives a real Chromium, and prints medians, 95th percentiles and maxima in
milliseconds, with the load of the machine. A press counts as answered when the heading names the cell and its number
of pictures, and the gallery holds that many tiles and has its new picture decoded.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

REPO = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPO))

from benchmarks.server import dashboard  # noqa: E402
from fer_core.labels import CLASSES  # noqa: E402

PICTURES = 7178


def main() -> None:
    """Runs the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--presses", type=int, default=30)
    parser.add_argument("--width", type=int, default=1440, help="of the window, in pixels")
    parser.add_argument("--warm", action="store_true", help="with TensorFlow loaded in the server, as after a while")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        counts = _make(Path(folder))
        with dashboard(
            FER_RUNS=f"{folder}/runs", FER_DATA=f"{folder}/noise.npz", FER_CACHE=f"{folder}/cache",
            FER_WARM="1" if args.warm else "0",
        ) as app:  # fmt: skip
            presses, changes = _drive(app.address, counts, args)
    load = os.getloadavg()[0]
    print(f"{PICTURES:,} synthetic pictures, window {args.width} wide, load {load:.1f} on {os.cpu_count()} cores")
    for name, times in (("press to pictures", presses), ("another run", changes)):
        middle, high, most = 1000 * np.percentile(times, [50, 95, 100])
        print(f"{name:18} median {middle:5.0f}   95% {high:5.0f}   max {most:5.0f} ms, n {len(times)}")


def _make(folder: Path) -> dict[str, np.ndarray]:
    """Two synthetic runs on noise pictures below the folder, and their confusion matrices by name."""
    from fer_core.data.dataset import make_dataset
    from fer_core.evaluation.metrics import confusion
    from fer_core.runs import load_run
    from tests.conftest import write_run

    rng = np.random.default_rng(0)
    sizes = {0: 2871, 1: 42, 2: PICTURES}
    split = np.concatenate([np.full(n, s, np.uint8) for s, n in sizes.items()])
    labels = rng.integers(0, 7, len(split)).astype(np.int8)
    pixels = rng.integers(0, 256, (len(split), 12, 12), dtype=np.uint8).repeat(4, axis=1).repeat(4, axis=2)
    dataset = make_dataset("noise", pixels, labels, split, "npz")
    np.savez(folder / "noise.npz", pixels=pixels, emotion=labels, usage=split)
    counts = {}
    for seed, name in enumerate(("first", "second")):
        run = load_run(write_run(folder / "runs", name, dataset, seed=seed, skill=1.5))
        found = run.predictions("private")
        counts[name] = confusion(found.labels, found.predicted)
    return counts


# Waits inside the browser, so that no polling from outside adds to the time.
ANSWERED = """
([title, tiles]) => new Promise((done) => {
  const inside = (root, out) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.classList.contains("tiles")) out.push(element);
      if (element.shadowRoot) inside(element.shadowRoot, out);
    }
    return out;
  };
  const look = async () => {
    const gallery = inside(document, [])[0];
    const heading = [...document.querySelectorAll("[data-testid=stMarkdown] p")].some((p) => p.textContent === title);
    if (heading && gallery && gallery.querySelectorAll("button").length === tiles) {
      const picture = new Image();
      picture.src = gallery.querySelector(".sheet").style.backgroundImage.slice(5, -2);
      await picture.decode();
      done(performance.now());
    } else {
      requestAnimationFrame(look);
    }
  };
  look();
})
"""


def _drive(address: str, counts: dict[str, np.ndarray], args: argparse.Namespace) -> tuple[list[float], list[float]]:
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import CHROMIUM_FLAGS, chromium_path, settle

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_FLAGS)
        page = browser.new_page(viewport={"width": args.width, "height": 1000})
        page.set_default_timeout(120_000)
        page.goto(address)
        settle(page, 180)
        page.goto(f"{address}/confusion?run=first&split=private")
        settle(page, 180)
        page.locator(".matrix .cell").nth(48).wait_for()
        if args.warm:
            time.sleep(30)
        rng = np.random.default_rng(1)
        cells = [tuple(rng.integers(0, 7, 2)) for _ in range(args.presses + 3)]
        cells = [cell for cell, before in zip(cells, [None, *cells], strict=False) if cell != before]
        presses = [_press(page, counts["first"], *cell) for cell in cells]
        changes = [_change(page, counts, name) for name in ["second", "first"] * 4]
        browser.close()
    return presses[3:], changes[2:]  # the first ones fill caches


def _title(count: int, true: int, taken: int) -> str:
    what = f"{CLASSES[true]}, recognised" if true == taken else f"{CLASSES[true]} taken for {CLASSES[taken]}"
    return f"{count:,} {'picture' if count == 1 else 'pictures'}: {what}"


def _press(page: Any, counts: np.ndarray, true: int, taken: int) -> float:
    count = int(counts[true, taken])
    button = page.locator(f'.matrix .cell[data-true="{true}"][data-predicted="{taken}"]')
    begin = button.evaluate("button => { const now = performance.now(); button.click(); return now; }")
    end = page.evaluate(ANSWERED, [_title(count, true, taken), min(48, count)])
    page.wait_for_timeout(300)
    return (end - begin) / 1000


def _change(page: Any, counts: dict[str, np.ndarray], name: str) -> float:
    shown = page.locator(".matrix .cell.picked")
    true, taken = int(shown.get_attribute("data-true")), int(shown.get_attribute("data-predicted"))
    count = int(counts[name][true, taken])
    page.get_by_role("combobox", name="Run", exact=True).click()
    option = page.get_by_role("option", name=name)
    option.wait_for()
    begin = option.evaluate("option => { const now = performance.now(); option.click(); return now; }")
    end = page.evaluate(ANSWERED, [_title(count, true, taken), min(48, count)])
    page.wait_for_timeout(300)
    return (end - begin) / 1000


if __name__ == "__main__":
    main()
