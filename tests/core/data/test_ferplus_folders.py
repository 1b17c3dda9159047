"""FER+'s own folders: pictures beside a label.csv of votes."""

import numpy as np
import pytest

from fer_core.data import load
from fer_core.data.dataset import Dataset
from fer_core.errors import FerError
from tests.core.data.conftest import ferplus_files, tree_files, write

CONTEMPT, NO_FACE = 7, 9


@pytest.fixture
def votes(faces: Dataset) -> np.ndarray:
    """Picture 0: contempt first. 1: happiness and contempt share the first place. 8: no face. Others: neutral."""
    votes = np.zeros((len(faces), 10), np.uint8)
    votes[:, 0], votes[:, 8] = 6, 4
    votes[0, :] = [0, 3, 0, 0, 0, 0, 0, 7, 0, 0]
    votes[1, :] = [0, 5, 0, 0, 0, 0, 0, 5, 0, 0]
    votes[8, :] = [4, 0, 0, 0, 0, 0, 0, 0, 0, 6]
    return votes


def test_labels_are_the_voters_and_who_has_none_is_left_out_and_said(faces, votes, tmp_path) -> None:
    files = ferplus_files(faces, votes)
    del files["FER2013Test/fer0000015.png"]
    dataset = load(write(tmp_path / "FERPlus", files))
    assert dataset.rows.tolist() == [i for i in range(21) if i not in (0, 8, 15)]
    assert dataset.labels.tolist() == [3, *[6] * 17]
    np.testing.assert_array_equal(dataset.votes, votes[dataset.rows])
    np.testing.assert_array_equal(dataset.pixels, faces.pixels[dataset.rows])
    assert dataset.taken == (
        "the labels are those that most of FER+'s voters gave",
        "1 row without a picture was left out",
        "2 rows for which contempt, unknown or not a face has the most votes were left out",
    )


def test_a_clone_without_pictures_says_how_they_are_made(faces, tmp_path) -> None:
    files = {name: text for name, text in ferplus_files(faces).items() if name.endswith("label.csv")}
    with pytest.raises(FerError, match=r"None of the 21 pictures .* generate_training_data.py"):
        load(write(tmp_path / "FERPlus", files))


@pytest.mark.parametrize("line", ["fer0000003.png,0,1,2", "a.png,box,0,0,0,0,0,0,0,0,0,x", "a.png,box" + ",300" * 10])
def test_a_damaged_row_is_named(line: str, faces, tmp_path) -> None:
    files = ferplus_files(faces)
    files["FER2013Valid/label.csv"] = str(files["FER2013Valid/label.csv"]) + line + "\n"
    with pytest.raises(FerError, match=r"FER2013Valid/label.csv, row 7: '" + line[:20]):
        load(write(tmp_path / "FERPlus", files))


def test_a_tree_of_classes_may_hold_such_a_file(faces, tmp_path) -> None:
    dataset = load(write(tmp_path / "set", {**tree_files(faces), "train/label.csv": "0,angry\n"}))
    assert dataset.layout == "tree"
    assert len(dataset) == 21
