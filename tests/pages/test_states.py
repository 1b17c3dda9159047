"""What a page opens with where its address says nothing."""

from pages.ui import fields, states
from pages.ui.listing import PAGES


def test_what_a_switch_is_where_the_address_says_nothing() -> None:
    """On at first: what most people want to see; everything else is asked for."""
    every = [(entry.name, name, field) for entry in PAGES for name, field in states.of(entry.name).fields.items()]
    on = {f"{page}.{name}" for page, name, field in every if isinstance(field, fields.Toggle) and field.default}
    assert on == {
        "runs.best", "runs.shared", "runs.down", "runs.diff", "predict.level", "predict.sure", "predict.live_fast",
        "predict.mirror", "explain.slow",
    }  # fmt: skip


def test_what_turns_or_moves_a_drawn_face_goes_as_far_either_way() -> None:
    both = ("lean", "yaw", "pitch", "roll", "shift_x", "shift_y", "azimuth")
    found = [states.PLAYGROUND.fields[name] for name in both]
    assert all(isinstance(field, fields.Real) and field.low == -field.high < 0 for field in found)


def test_each_number_opens_within_its_ends() -> None:
    numbers = [
        (entry.name, name, field)
        for entry in PAGES
        for name, field in states.of(entry.name).fields.items()
        if isinstance(field, fields.Real | fields.Whole)
    ]
    assert len(numbers) > 40
    wrong = [
        (page, name)
        for page, name, field in numbers
        if not field.low < field.high or not (field.default is None or field.low <= field.default <= field.high)
    ]
    assert wrong == []
