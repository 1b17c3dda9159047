"""What the server's memory does as people walk through the pages: resident MB after each round of all pages.

    python benchmarks/server_memory.py [--rounds 8]

Garbage collection after each script run is switched off (see pages/ui/warmup.py); this shows what that costs. Each
round is a new session in a real Chromium that opens every page and leaves. The first rounds load networks and caches.
"""

import argparse
import sys
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPO))

from benchmarks.server import chromium, dashboard  # noqa: E402 - the path comes first
from pages.ui.listing import PAGES  # noqa: E402 - the path comes first

DONE = """() => document.querySelector('[data-testid="stApp"]')?.getAttribute('data-test-script-state') === 'notRunning'
    && document.querySelector('h1')"""


def resident_mb(process: int) -> float:
    """Resident memory of a process in MB, from Linux' /proc."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


def walk(browser: object, address: str) -> None:
    """One visitor: every page in a new session."""
    page = browser.new_context().new_page()
    for entry in PAGES:
        page.goto(f"{address}/{entry.path}")
        page.wait_for_function(DONE, timeout=240_000)
    page.context.close()


def main() -> None:
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=8)
    args = parser.parse_args()
    with dashboard() as app, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        for number in range(1, args.rounds + 1):
            walk(browser, app.address)
            print(f"round {number}: {resident_mb(app.pid):,.0f} MB", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
