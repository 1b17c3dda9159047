"""Colours that stay with their run."""

import itertools
import tomllib

import numpy as np
import pytest

from fer_core.figures.dataset import SPLIT_COLOURS
from fer_core.figures.palette import RUN_COLOURS, TRAIN_DASH, look_of, slots
from fer_core.labels import COLOURS, contrast_ratio, ink_on
from tests.conftest import REPO
from tests.core.figures.colour_vision import SEEN_BY, difference, lab

THEMES = tomllib.loads((REPO / ".streamlit/config.toml").read_text())["theme"]
PALETTES = {
    "classes": list(COLOURS.values()),
    "runs": list(RUN_COLOURS),
    "splits": [SPLIT_COLOURS[name] for name in ("train", "public", "private", "test")],
}


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


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [  # pairs of the paper's table 1
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 2.5, 0.0), (50.0, 0.0, -2.5), 4.3065),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_measure_is_ciede2000(one, other, apart) -> None:
    assert difference(np.array(one), np.array(other)) == pytest.approx(apart, abs=1e-4)
    assert difference(np.array(other), np.array(one)) == pytest.approx(apart, abs=1e-4)


@pytest.mark.parametrize("seen_by", SEEN_BY)
@pytest.mark.parametrize("palette", PALETTES)
def test_any_two_colours_are_told_apart_by_all_eyes(palette: str, seen_by: str) -> None:
    for one, other in itertools.combinations(PALETTES[palette], 2):
        assert difference(lab(one, seen_by), lab(other, seen_by)) >= 10, (one, other)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("palette", PALETTES)
def test_every_colour_stands_out_from_the_page(palette: str, theme: str) -> None:
    for colour in PALETTES[palette]:
        assert contrast_ratio(colour, THEMES[theme]["backgroundColor"]) >= 2.5, colour


def test_text_on_a_plate_can_be_read() -> None:
    assert contrast_ratio("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast_ratio("#777777", "#FFFFFF") == pytest.approx(4.478, abs=1e-3)
    assert ink_on("#FFEE00") == "#0B0F12" and ink_on("#101060") == "#FFFFFF"
    for colour in (*COLOURS.values(), *RUN_COLOURS):
        assert contrast_ratio(ink_on(colour), colour) >= 4.5, colour


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_the_theme_writes_can_be_read(theme: str) -> None:
    colours = THEMES[theme]
    for ground in (colours["backgroundColor"], colours["secondaryBackgroundColor"]):
        assert (
            contrast_ratio(colours["textColor"], ground) >= 4.5 and contrast_ratio(colours["linkColor"], ground) >= 4.5
        )
