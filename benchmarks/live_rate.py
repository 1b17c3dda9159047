"""Frames a second of the live camera, in a real Chromium with a fake camera showing two drawn faces.

    python benchmarks/live_rate.py --run checkpoints/NAME [--seconds 20]

Starts the dashboard on a port of its own, opens the Predict page, presses Start, and prints the rate and delay that the
page itself shows, with and without the overlay, and the server's CPU time per frame, which other programs on the
machine disturb less than the rate.
"""

import argparse
import json
import os
import sys
import tempfile
import time
import urllib.parse
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPO))

from benchmarks.server import Dashboard, chromium, dashboard  # noqa: E402 - the path comes first


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True, help="run folder with a model")
    parser.add_argument("--seconds", type=float, default=20, help="measured after a warm-up of 5 seconds")
    parser.add_argument(
        "--in-flight", type=int, nargs="+", default=[3], help="frames on their way at once; the page's own is 3"
    )
    parser.add_argument("--faces", type=int, choices=(1, 2), default=2)
    parser.add_argument("--chromium", default=chromium())
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        from fer_core.data.drawn.clip import write_mjpeg

        clip = write_mjpeg(Path(folder, "clip.mjpeg"), faces=args.faces)
        with dashboard(FER_RUNS=str(args.run.resolve().parent)) as app:
            print(json.dumps(measure(app, args, clip), indent=1))


def measure(app: Dashboard, args: argparse.Namespace, clip: Path) -> dict:
    """Rates and delays, plain and with the overlay."""
    from playwright.sync_api import sync_playwright

    query = urllib.parse.urlencode({"way": "Live camera", "run": args.run.resolve().name})
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=args.chromium, args=flags(clip))
        page = browser.new_context(viewport={"width": 1440, "height": 1000}).new_page()
        page.goto(app.address)
        page.wait_for_selector("h1", timeout=60_000)
        time.sleep(15)  # TensorFlow warms up in the background
        page.goto(f"{app.address}/predict?{query}")
        page.get_by_role("button", name="Start camera").click(timeout=60_000)
        result: dict = {"load_average": round(os.getloadavg()[0], 1)}
        for count in args.in_flight:
            page.locator(".live").evaluate(f"root => root.dataset.inFlight = {count}")
            result[f"plain, {count} in flight"] = sample(page, app.pid, args.seconds)
        page.get_by_text("Show where it looks").click()
        page.wait_for_timeout(5000)
        if page.locator(".live.on").count() == 0:
            page.get_by_role("button", name="Start camera").click()
        page.locator(".live").evaluate("root => delete root.dataset.inFlight")
        page.locator(".live[data-maps]:not([data-maps='0'])").wait_for(timeout=120_000)
        result["overlay"] = sample(page, app.pid, args.seconds)
        result["load_average_at_the_end"] = round(os.getloadavg()[0], 1)
        browser.close()
    return result


def sample(page: object, server: int, seconds: float) -> dict:
    """What the page shows after a warm-up: frames answered in the time, median delay in ms, server CPU per frame."""
    live = page.locator(".live[data-taken]")
    live.wait_for(timeout=120_000)
    page.wait_for_timeout(5000)
    first, cpu, began = int(live.get_attribute("data-taken")), cpu_seconds(server), time.perf_counter()
    delays = []
    while time.perf_counter() - began < seconds:
        page.wait_for_timeout(1000)
        delays.append(float(live.get_attribute("data-delay")))
    frames = int(live.get_attribute("data-taken")) - first
    spent = time.perf_counter() - began
    return {
        "frames_per_second": round(frames / spent, 1),
        "median_delay_ms": round(sorted(delays)[len(delays) // 2], 1),
        "server_cpu_ms_per_frame": round(1000 * (cpu_seconds(server) - cpu) / max(1, frames), 1),
        "faces": live.get_attribute("data-faces"),
    }


def cpu_seconds(pid: int) -> float:
    """User and system CPU seconds of a process (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def flags(clip: Path) -> list[str]:
    return [
        "--no-sandbox",
        "--disable-gpu",
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={clip}",
    ]


if __name__ == "__main__":
    main()
