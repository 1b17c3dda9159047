"""Every view of every page, as an address: each value of the switch that a page's views stand behind."""

import urllib.parse

from pages.ui import listing, states

SWITCHES = ("view", "way", "look", "set")
"""Names under which pages keep which of their views is shown."""


def every_view() -> list[str]:
    """Paths of the app, "runs?view=Flips", in the order of the navigation; pages without views stand once."""
    found = []
    for entry in listing.PAGES:
        fields = states.of(entry.name).fields
        held = {"lesson": "1-what-does-it-see"} if "lesson" in fields else {}  # its views are of a lesson
        switches = [fields[name] for name in SWITCHES if name in fields]
        found += [
            f"{entry.path}?{urllib.parse.urlencode({**held, switch.name: option})}"
            for switch in switches
            for option in getattr(switch, "options", None) or ()
        ] or [entry.path]
    return found
