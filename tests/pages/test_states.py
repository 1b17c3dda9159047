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
