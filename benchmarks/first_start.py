"""From `streamlit run` to the first page in a real browser, with an empty cache folder: seconds, of three starts.

    python benchmarks/first_start.py

A figure of the machine it runs on; needs the development tools and Chromium.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPO))

from benchmarks.server import chromium, dashboard  # noqa: E402 - the path comes first


def start_once(browser: object) -> float:
    """Seconds from the start of the server process until the first page's heading shows."""
    with tempfile.TemporaryDirectory() as cache:
        started = time.perf_counter()
        with dashboard(up=False, FER_CACHE=cache) as app:
            page = browser.new_page()
            while True:
                try:
                    page.goto(app.address)
                    break
                except Exception:  # refused while the server starts
                    time.sleep(0.05)
            page.wait_for_selector("h1", timeout=120_000)
            taken = time.perf_counter() - started
            page.close()
            return taken


def main() -> None:
    from playwright.sync_api import sync_playwright

    times = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        for _ in range(3):
            times.append(start_once(browser))
        browser.close()
    print(f"first page after {statistics.median(times):.1f} s (median of {', '.join(f'{t:.1f}' for t in times)})")


if __name__ == "__main__":
    main()
