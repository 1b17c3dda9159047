"""What axe-core finds on a page that somebody can't see, read or reach; what is Streamlit's own is named."""

from pathlib import Path
from typing import Any

import axe_playwright_python

_AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")

STREAMLITS_OWN = {
    "list": "the navigation's sections stand as div in its list",
    "listitem": "the navigation's links stand in a div, not in a list",
}
"""Rules that Streamlit 1.67's own frame breaks on every page, which no app can mend."""


LOOKS = (("light", 1440, 1000), ("dark", 390, 844), ("dark", 1440, 1000), ("light", 390, 844))
"""Theme, width and height: a desk and a phone."""


def look(page: Any, theme: str, width: int, height: int) -> None:
    """Brings a page that is open into a theme and a size, and waits until it stands."""
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.wait_for_timeout(700)


def barriers(page: Any) -> list[str]:
    """The serious and critical findings on a Playwright page, a line each: rule, element, what is wrong."""
    page.evaluate(_AXE)
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{rule['id']}: {node['html'][:120]} {_why(node)}"
        for rule in found["violations"]
        if rule["impact"] in ("serious", "critical") and rule["id"] not in STREAMLITS_OWN
        for node in rule["nodes"]
    ]


def _why(node: dict[str, Any]) -> str:
    checks = [*node["any"], *node["all"], *node["none"]]
    return checks[0]["message"][:150] if checks else ""
