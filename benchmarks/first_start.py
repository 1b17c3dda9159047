"""From `streamlit run` to the first page in a real browser, with an empty cache folder: seconds, of three starts.

    python benchmarks/first_start.py

A figure of the machine it runs on; needs the development tools and Chromium.
"""

import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent


def start_once(browser: object, port: int) -> float:
    """Seconds from the start of the server process until the first page's heading shows."""
    with tempfile.TemporaryDirectory() as cache:
        env = {**os.environ, "FER_CACHE": cache}
        command = [sys.executable, "-m", "streamlit", "run", "dashboard.py", "--server.port", str(port)]
        started = time.perf_counter()
        server = subprocess.Popen([*command, "--server.headless", "true"], cwd=REPO, env=env, stdout=subprocess.DEVNULL)
        page = browser.new_page()
        try:
            while True:
                try:
                    page.goto(f"http://127.0.0.1:{port}")
                    break
                except Exception:  # refused while the server starts
                    time.sleep(0.05)
            page.wait_for_selector("h1", timeout=120_000)
            return time.perf_counter() - started
        finally:
            page.close()
            server.terminate()
            server.wait()


def main() -> None:
    from playwright.sync_api import sync_playwright

    chromium = os.environ.get("FER_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    times = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for _ in range(3):
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
            times.append(start_once(browser, port))
        browser.close()
    print(f"first page after {statistics.median(times):.1f} s (median of {', '.join(f'{t:.1f}' for t in times)})")


if __name__ == "__main__":
    main()
