"""Colours that stay with their run."""

from fer_core.figures.palette import TRAIN_DASH, look_of, slots


def test_a_run_keeps_its_number_while_others_come_and_go() -> None:
    first = slots(["a", "b", "c"], {})
    assert first == {"a": 0, "b": 1, "c": 2}
    assert slots(["c", "a"], first) == {"c": 2, "a": 0}
    assert slots(["c", "new", "a"], first) == {"c": 2, "a": 0, "new": 1}


def test_no_two_chosen_runs_share_a_number() -> None:
    known = {"a": 0, "b": 0, "c": 1}  # kept from different choices
    assert len(set(slots(["b", "x", "c", "y"], known).values())) == 4


def test_twelve_runs_differ_by_colour_dash_or_mark() -> None:
    found = [look_of(slot) for slot in range(40)]
    assert len({(look.colour, look.dash) for look in found}) == 40
    assert len({(look.colour, look.symbol) for look in found}) == 40
    assert len({(look.colour, look.pattern) for look in found}) == 40
    assert (found[0].colour, found[0].dash) == (found[8].colour, "solid") and found[8].dash != "solid"
    assert TRAIN_DASH not in {look.dash for look in found}  # that is what training curves are known by
