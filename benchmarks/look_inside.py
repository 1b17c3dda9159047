"""How fast a network is looked into: its map for another face, one step of the step-through, and the report.

python benchmarks/look_inside.py                        # compact and report-final, drawn faces
python benchmarks/look_inside.py --runs drawn --moves 400
python benchmarks/look_inside.py --data fer2013.csv     # the report with the run's own pictures

Map: layout, what flows through every layer on a face not seen before, and the sheet that the browser gets; wall-clock,
once the network is loaded. Step-through: in a real Chromium, how long the page works for one move of the pointer
(processor time of its thread, and the clock's), and how long it takes from one frame of the screen to the next while
the pointer moves over the whole output; 60 frames a second leave 16.7 ms. Report: wall-clock and processor seconds of
the page that stands alone, the network loaded within it.
"""

import argparse
import os
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

REPO = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPO))

FACES = 12

WATCH = """
window.works = [];
const plain = window.requestAnimationFrame.bind(window);
window.plainFrame = plain;
window.requestAnimationFrame = (call) => plain((now) => {
  const begin = performance.now();
  call(now);
  window.works.push(performance.now() - begin);
});
"""
MOVES = """
async (frame, count) => {
  const box = frame.getBoundingClientRect(), spent = [], gaps = [];
  let before = null;
  for (let i = 0; i < count; i++) {
    const at = (i * 7919) % 2304, x = box.left + box.width * ((at % 48) + 0.5) / 48;
    const y = box.top + box.height * (Math.floor(at / 48) + 0.5) / 48;
    const begin = performance.now();
    const told = { pointerType: "mouse", clientX: x, clientY: y, bubbles: true };
    frame.dispatchEvent(new PointerEvent("pointermove", told));
    const moved = performance.now() - begin;
    window.works.length = 0;
    const now = await new Promise((done) => window.plainFrame(done));
    spent.push(moved + window.works.reduce((a, b) => a + b, 0));
    if (before !== null) gaps.push(now - before);
    before = now;
  }
  return [spent, gaps];
}
"""


def main() -> None:
    """Runs the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", nargs="+", default=["compact", "report-final"])
    parser.add_argument("--moves", type=int, default=240)
    parser.add_argument("--data", help="data set of the report (default: none, drawn faces stand in)")
    parser.add_argument("--parts", nargs="+", default=["map", "steps", "report"], choices=["map", "steps", "report"])
    args = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for name in args.runs if "map" in args.parts else []:
        times, processor = _maps(name)
        _line(f"map, {name}", times)
        print(f"{f'map, {name}':28} {1000 * processor:.1f} ms of processor time, all threads")
    if "steps" in args.parts:
        for name, (busy, spent, gaps) in _steps(args.runs, args.moves).items():
            print(f"{f'one move, {name}':28} {1000 * busy:.1f} ms of processor time on the page's thread")
            _line(f"one move, {name}", spent)
            _line(f"frame to frame, {name}", gaps)
    for name in args.runs if "report" in args.parts else []:
        wall, processor = _report(name, args.data)
        print(f"{f'report, {name}':28} {wall:.1f} s by the clock, {processor:.1f} s of processor time")


def _line(name: str, seconds: list[float]) -> None:
    middle, high, most = 1000 * np.percentile(seconds, [50, 95, 100])
    print(f"{name:28} median {middle:6.1f}   95% {high:6.1f}   max {most:6.1f} ms, n {len(seconds)}")


def _maps(name: str) -> tuple[list[float], float]:
    """(seconds by the clock of each face, mean processor seconds)."""
    from fer_core.data.drawn.dataset import drawn_dataset
    from fer_core.inside import flow, lay_out
    from fer_core.inside.flow import opened
    from fer_core.pictures import data_url
    from fer_core.pictures.sheet import sheet
    from fer_core.runs import find_run, load_model

    model = load_model(find_run(name))
    times, busy = [], []
    for pixels in drawn_dataset(count=FACES + 2).pixels:
        begin, before = time.perf_counter(), time.process_time()
        drawing = lay_out(opened(model))
        shown = flow(model, pixels)
        data_url(sheet(np.stack([shown[box.name].picture for box in drawing.boxes]), 16, gap=0)[..., 0])
        times.append(time.perf_counter() - begin)
        busy.append(time.process_time() - before)
    return times[2:], float(np.mean(busy[2:]))  # the first ones compile


def _steps(names: list[str], moves: int) -> dict[str, tuple[float, list[float], list[float]]]:
    from playwright.sync_api import sync_playwright

    from benchmarks.server import dashboard
    from tests.browser.conftest import CHROMIUM_FLAGS, chromium_path, settle

    found = {}
    with dashboard(FER_RUNS=str(REPO / "checkpoints"), FER_WARM="1") as app, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        page.add_init_script(WATCH)
        watch = page.context.new_cdp_session(page)
        watch.send("Performance.enable", {"timeDomain": "threadTicks"})  # processor time, not the clock's
        page.set_default_timeout(300_000)
        page.goto(app.address)
        settle(page, 300)
        for name in names:
            page.goto(f"{app.address}/filters?run={name}&view=Step+by+step&layer={_second(name)}")
            settle(page, 300)
            frame: Any = page.locator(".stepper .frame.asked")
            frame.wait_for()
            frame.scroll_into_view_if_needed()
            before = _busy(watch)
            spent, gaps = frame.evaluate(MOVES, moves)
            busy = (_busy(watch) - before) / moves
            found[name] = (busy, [ms / 1000 for ms in spent[10:]], [ms / 1000 for ms in gaps[10:]])
        browser.close()
    return found


def _busy(watch: Any) -> float:
    """Processor seconds of the page's main thread so far: script, style, layout and paint."""
    found = {one["name"]: one["value"] for one in watch.send("Performance.getMetrics")["metrics"]}
    return float(found["TaskDuration"])


def _second(name: str) -> str:
    """The second convolution: it reads all channels of the first."""
    from fer_core.features import layers
    from fer_core.runs import find_run, load_model

    return [info.name for info in layers(load_model(find_run(name))) if info.is_convolution][1]


def _report(name: str, data: str | None) -> tuple[float, float]:
    from fer_core.commands.common import open_data
    from fer_core.reports.student import student_report
    from fer_core.runs import find_run

    run = find_run(name)
    dataset = open_data(data) if data else None
    wall, processor = time.perf_counter(), time.process_time()
    student_report(run, dataset)
    return time.perf_counter() - wall, time.process_time() - processor


if __name__ == "__main__":
    main()
