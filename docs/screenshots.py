"""Takes the README's screenshots: each page of the app as it is shipped, without any data set.

    python docs/screenshots.py [--out docs/screenshots] [--width 1440] [--scheme light] [--full]

Needs the development tools (requirements-dev.txt) and Chromium.
"""

import argparse
import sys
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPO))

from benchmarks.server import chromium, dashboard  # noqa: E402 - the path comes first
from pages.ui.listing import PAGES, by_name  # noqa: E402 - the path comes first


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=REPO / "docs" / "screenshots")
    parser.add_argument("--width", type=int, default=1440)
    parser.add_argument("--height", type=int, default=1000)
    parser.add_argument("--scheme", choices=("light", "dark"), default="light")
    parser.add_argument("--full", action="store_true", help="the whole page, not its first screen")
    parser.add_argument("--pages", nargs="*", default=[entry.name for entry in PAGES])
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    with dashboard(without=("FER_DATA", "FER_RUNS")) as app:
        take(app.address, args)


def take(address: str, args: argparse.Namespace) -> None:
    """Opens each page in turn and saves what shows once it has run to its end."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        height = 6000 if args.full else args.height
        page = browser.new_page(viewport={"width": args.width, "height": height}, color_scheme=args.scheme)
        for name in args.pages:
            page.goto(f"{address}/{by_name(name).path}")
            page.wait_for_function(
                """() => document.querySelector('[data-testid="stApp"]')?.getAttribute('data-test-script-state')
                    === 'notRunning' && document.querySelector('h1')""",
                timeout=180_000,
            )
            page.wait_for_function(
                """() => !document.querySelector('[data-testid="stSkeleton"], [data-testid="stSpinner"]')
                    && [...document.images].every(image => image.complete && image.naturalWidth)""",
                timeout=180_000,
            )
            page.wait_for_timeout(1500)  # charts fade in
            page.screenshot(path=args.out / f"{name}.png")
            print(f"wrote {args.out / name}.png")
        browser.close()


if __name__ == "__main__":
    main()
