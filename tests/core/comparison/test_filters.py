"""Filters over a table of runs, each against the rows it must keep."""

import pandas as pd
import pytest

from fer_core.comparison.filters import matching
from fer_core.errors import FerError

TABLE = pd.DataFrame(
    {
        "private accuracy": [0.5, 0.65, 0.7, None],
        "optimizer": ["sgd", "adam", "Nadam", "adam"],
        "training.mixup": [0.0, 0.2, 0.0, 0.2],
        "note": ["old (first)", "", "good one", "old"],
    },
    index=["a", "b", "c", "d"],
)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("", "abcd"),
        ("private accuracy > 0.6", "bc"),
        ("private accuracy >= 65%", "bc"),
        ("private accuracy > 0.6, optimizer = adam", "b"),
        ("private accuracy > 0.6 and optimizer = adam", "b"),
        ("optimizer = sgd or optimizer = nadam", "ac"),
        ("not optimizer = adam", "ac"),
        ("optimizer != adam", "ac"),
        ("optimizer holds adam", "bcd"),
        ("optimizer = adam or optimizer = sgd and private accuracy > 0.6", "bd"),  # and binds more tightly
        ("(optimizer = adam or optimizer = sgd) and private accuracy > 0.4", "ab"),
        ("not (optimizer = adam or note holds old)", "c"),
        ("mixup = 0.2", "bd"),  # any setting, by the last part of its name
        ("old", "ad"),
        ("good one", "c"),
        ("note = 'good one'", "c"),
        ("NOT old AND optimizer = NADAM", "c"),
    ],
)
def test_what_a_filter_keeps(text, kept) -> None:
    assert "".join(TABLE.index[matching(TABLE, text)]) == kept


def test_columns_go_by_their_titles_too() -> None:
    assert matching(TABLE, "the optimiser = sgd", {"optimizer": "the optimiser"}).tolist()[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("speed > 3", "no column 'speed'"),
        ("optimizer > adam", "holds words"),
        ("private accuracy > high", "'high' is none"),
        ("(old", "does not close"),
        ("old)", "bracket missing"),
        ("old and", "lacks something"),
        ("optimizer =", "lacks a value"),
        ("or old", "lacks something"),
        ("!", "can't be read"),
    ],
)
def test_what_can_not_be_understood_is_said(text, said) -> None:
    with pytest.raises(FerError, match=said):
        matching(TABLE, text)
