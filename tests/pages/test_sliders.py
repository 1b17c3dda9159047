"""A value of a slider is written with its unit, and so a screen reader says it; numbers that only count have none."""

import ast
from collections.abc import Iterator

import pytest

from fer_core import saliency
from pages.ui.drawing import intensities
from tests.conftest import REPO

COUNTS = {
    "How many pictures",
    "Bins, equally filled",
    "Bins",
    "Epoch in view",
    "Pictures a side",
    "Every pixel may change by so many gray levels of 255",
    "Strength",
    "Steps",
    "Pictures for each",
    "Faces at most (the largest)",
}
"""Labels that say of what there are so many."""

NUMBERS = {
    "Step size": "of gradient ascent",
    "Diversity": "a weight",
    "Total variation": "a weight",
    "L2": "a weight",
    "Blur": "a weight",
    "One side alone: the viewer's left (-1) or right (1)": "both ends stand in the label",
}
"""Numbers without a unit, and why."""


def sliders() -> Iterator[tuple[str, ast.Call]]:
    """(file:line, call) of each of Streamlit's sliders on the pages."""
    for path in sorted((REPO / "pages").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "slider":
                yield f"{path.relative_to(REPO)}:{node.lineno}", node


def label(call: ast.Call) -> str:
    first = call.args[0]
    if isinstance(first, ast.Call) and first.args:  # say("...")
        first = first.args[0]
    return first.value if isinstance(first, ast.Constant) else ast.unparse(first)


def test_every_slider_has_a_unit_or_counts() -> None:
    found = list(sliders())
    assert len(found) > 35
    bare = {
        f"{where} {label(call)}"
        for where, call in found
        if "format" not in {word.arg for word in call.keywords}
        and label(call) not in COUNTS | set(NUMBERS)
        and "AU" not in label(call)  # the intensities of action units have words
    }
    assert bare == set()


@pytest.mark.parametrize(
    ("method", "setting", "unit"),
    [("occlusion", "size", "px"), ("smoothgrad", "noise", "%"), ("rise", "open", "%"), ("rise", "masks", "")],
)
def test_settings_of_maps_name_their_unit(method: str, setting: str, unit: str) -> None:
    known = {one.name: one for one in saliency.get(method).parameters()}
    assert known[setting].unit == unit


def test_intensities_go_up_from_rest() -> None:
    numbers = [number for number, _ in intensities()]
    assert numbers == sorted(numbers) and numbers[0] == 0.0 and len(numbers) == 6
    assert [word for number, word in intensities() if number <= 0.5][-1] == "marked"
