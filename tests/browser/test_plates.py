"""Where the live view puts its labels, worked out in a browser: nobody is covered."""

import itertools
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import REPO

pytestmark = pytest.mark.browser

SCRIPT = Path(REPO / "pages/ui/assets/live/plates.js").read_text(encoding="utf-8")
WIDE = "(text, size) => text.length * size * 0.6"


def plates(page: Any, faces: list[dict[str, Any]], width: int = 640, height: int = 480) -> list[dict[str, Any]]:
    return page.evaluate(f"([f, w, h]) => {{ {SCRIPT}; return layPlates(f, w, h, {WIDE}); }}", [faces, width, height])


def face(x: float, y: float, side: float, number: int = 1) -> dict[str, Any]:
    return {"x": x, "y": y, "side": side, "texts": [str(number), "surprise 62%"]}


def meet(a: dict[str, float], b: dict[str, float]) -> bool:
    return a["left"] < b["right"] and b["left"] < a["right"] and a["top"] < b["bottom"] and b["top"] < a["bottom"]


def test_one_face_has_its_whole_label_above_it(page: Any) -> None:
    (one,) = plates(page, [face(200, 150, 180)])
    assert one["texts"] == ["1", "surprise 62%"] and one["size"] == 18
    assert one["bottom"] <= 150


def test_text_shrinks_with_the_face(page: Any) -> None:
    sizes = [plates(page, [face(200, 150, side)])[0]["size"] for side in (180, 70, 20)]
    assert sizes == [18, 15, 10]


def test_a_crowd_is_numbered_and_nobody_is_covered(page: Any) -> None:
    faces = [face(4 + 78 * i, 4 + 78 * k, 60, 8 * k + i + 1) for k in range(6) for i in range(8)]
    found = plates(page, faces)
    numbers = [one["texts"] for one in found if len(one["texts"]) == 1]
    assert len(numbers) > 20 and all(one["texts"][0] == str(i + 1) for i, one in enumerate(found))
    boxes = [{"left": f["x"], "top": f["y"], "right": f["x"] + f["side"], "bottom": f["y"] + f["side"]} for f in faces]
    for i, one in enumerate(found):
        assert not any(meet(one, box) for j, box in enumerate(boxes) if j != i)
    assert not any(meet(a, b) for a, b in itertools.combinations(found, 2))
