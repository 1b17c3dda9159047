"""Nothing serious bars the way on any view, in both themes, on a desk and on a phone (axe-core).

A few views, each in one theme and width, with every run of the tests; with FER_ACCESS=all every view in all four: a
quarter of an hour.
"""

import os
from typing import Any

import pytest

from tests.browser.access import LOOKS, barriers, look
from tests.browser.conftest import settle
from tests.browser.views import every_view

pytestmark = pytest.mark.browser

ALL = os.environ.get("FER_ACCESS") == "all"
VIEWS = every_view()
SOME = [view for view in VIEWS if "epochs" not in view][::9]  # epochs open a network for each


def test_the_views_are_all_there() -> None:
    assert {"runs?view=Flips", "confusion?view=Per+class", "explain?view=Cells", "predict?way=Upload"} <= set(VIEWS)
    assert len(VIEWS) == len(set(VIEWS)) > 60


@pytest.mark.parametrize("view", VIEWS if ALL else SOME)
def test_nothing_bars_the_way(server: str, page: Any, view: str) -> None:
    page.goto(f"{server}/{view}")
    settle(page, 240)
    turn = VIEWS.index(view) % len(LOOKS)
    for one in LOOKS if ALL else LOOKS[turn : turn + 1]:
        look(page, *one)
        assert barriers(page) == [], (view, one)
