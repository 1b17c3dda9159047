"""Verdicts as tables."""

import numpy as np
import pytest

from fer_core.data import readers, verdicts
from fer_core.data.dataset import make_dataset
from fer_core.data.verdicts import Verdict
from fer_core.errors import FerError

PRINT = "00112233aabbccdd"


def said(row: int, word: str, who: str) -> Verdict:
    return Verdict(row, word, who, "")


def test_decisions_are_listed_by_row_with_the_label_as_it_was():
    pixels = np.zeros((3, 48, 48), np.uint8)
    data = make_dataset("few", pixels, np.array([4, -1, 0]), np.array([0, 2, 1]), "npz", np.array([9, 5, 70]))
    frame = readers.table(data, {70: "right", 5: "sad"})
    assert frame.to_dict("list") == {
        "row": [5, 70],
        "split": ["private", "public"],
        "label": ["", "angry"],
        "verdict": ["sad", "right"],
    }
    with pytest.raises(FerError, match="no row 6"):
        readers.table(data, {6: "sad"})


def test_readers_are_compared_two_by_two_where_they_share_pictures():
    """Ann and Bo: 3 of 4 alike. By chance 3/4 * 1/2 + 1/4 * 1/2 = 1/2, so kappa is (3/4 - 1/2) / (1/2)."""
    ann = [said(row, word, "Ann") for row, word in enumerate(["sad", "sad", "sad", "fear"])]
    bo = [said(row, word, "Bo") for row, word in enumerate(["sad", "sad", "fear", "fear"])]
    found = readers.agreements([*ann, *bo, said(99, "happy", "Cy")])
    assert len(found) == 1
    pair = found.iloc[0]
    assert (pair.reader, pair.other, pair.pictures, pair.alike) == ("Ann", "Bo", 4, 0.75)
    assert pair.kappa == pytest.approx(0.5)


def test_a_file_sent_along_is_read_like_one_on_the_disk(tmp_path):
    path = tmp_path / "v.csv"
    verdicts.give(path, PRINT, 30, "sad", "Ann")
    verdicts.give(path, PRINT, 20, "right", "Ann")
    verdicts.take_back(path, PRINT, "Ann")
    assert verdicts.parse(path.read_bytes(), "theirs.csv", PRINT) == verdicts.read(path, PRINT)
    with pytest.raises(FerError, match=r"^theirs\.csv is no file of verdicts"):
        verdicts.parse(b"emotion\n1\n", "theirs.csv", PRINT)


def test_a_file_of_another_set_counts_as_empty_where_it_is_added_to(tmp_path):
    path = tmp_path / "v.csv"
    verdicts.give(path, "f" * 16, 30, "sad", "Ann")
    with pytest.raises(FerError, match="another set"):
        verdicts.read(path, PRINT)
    assert verdicts.read(path, PRINT, mixed=True) == []
    assert verdicts.take_back(path, PRINT, "Ann") is None
