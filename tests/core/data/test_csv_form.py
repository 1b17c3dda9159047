"""What the columns of a csv are, told from their cells."""

import pytest

from fer_core.data.csv_form import _column_of_pixels, _counts_on, _names_by_content, kind_of_cells, label_of
from fer_core.errors import FerError

PIXELS = " ".join(["7"] * 2304)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("3", 3), ("3.0", 3), ("3,0", 3), (" 6 ", 6), ("0", 0), ("happy", 3), ("Happiness", 3), ("ANGRY", 0),
        ("7", None), ("-1", None), ("2.5", None), ("nan", None), ("inf", None), ("", None), ("mood", None),
        ("1,2,3", None),
    ],
)  # fmt: skip
def test_a_label_is_a_number_or_a_word(text: str, label: int | None) -> None:
    assert label_of(text) == label


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["Training", "publictest", " PrivateTest "], "usage"),
        (["train", "7"], None),
        (["3", "0", "6"], "emotion"),
        (["happy", "sad"], "emotion"),
        (["7", "8", "12"], "id"),
        (["7", "x"], None),
        (["7", "-8"], None),
    ],
)
def test_a_column_is_what_all_its_cells_are(cells: list[str], kind: str | None) -> None:
    assert kind_of_cells(cells) == kind


def test_what_counts_on_goes_up_by_one() -> None:
    assert _counts_on(["3", "4", "5"]) and _counts_on(["9"])
    assert not _counts_on(["3", "5"]) and not _counts_on(["4", "3"]) and not _counts_on(["3", "3"])
    assert not _counts_on(["3", "x"])


def test_an_id_beside_the_labels_is_told_from_them() -> None:
    rows = [[str(i), label, PIXELS] for i, label in enumerate(("4", "0", "4", "2"))]
    assert _names_by_content(rows, 2, "some.csv") == ["id", "emotion", "pixels"]
    assert _names_by_content([[label, PIXELS, number] for number, label, _ in rows], 1, "x.csv") == [
        "emotion",
        "pixels",
        "id",
    ]
    alone = [[number, PIXELS] for number, _, _ in rows]
    assert _names_by_content(alone, 1, "train.csv") == ["emotion", "pixels"]
    assert _names_by_content(alone, 1, "all.zip: test.csv") == ["id", "pixels"]
    assert _names_by_content([*rows, ["cut"]], 2, "some.csv") == ["id", "emotion", "pixels"]


@pytest.mark.parametrize(
    ("rows", "said"),
    [([["?", PIXELS]], r"column 1 holds \('\?'\)"), ([["4", "2", PIXELS], ["4", "1", PIXELS]], "column 1 holds")],
)
def test_what_can_not_be_told_names_its_column(rows: list[list[str]], said: str) -> None:
    with pytest.raises(FerError, match=said):
        _names_by_content(rows, len(rows[0]) - 1, "some.csv")


def test_the_column_of_pixels_is_the_only_one_with_as_many_numbers() -> None:
    assert _column_of_pixels([["3", PIXELS, "Training"]]) == 1
    assert _column_of_pixels([[PIXELS, PIXELS]]) is None and _column_of_pixels([["3", PIXELS + " 7"]]) is None
