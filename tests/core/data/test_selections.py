"""Tags of pictures and saved selections: kept beside the set by row number, found again, forgotten."""

import json
from pathlib import Path

import pytest

from fer_core.data import selections
from fer_core.errors import FerError
from tests.core.data.test_verdicts import small_set

PRINT, OTHER = "0123456789abcdef", "fedcba9876543210"


def kept(path: Path, fingerprint: str = PRINT) -> dict[str, list[int]]:
    return {name: rows.tolist() for name, rows in selections.read(path, fingerprint).items()}


def test_a_selection_is_found_again_and_more_pictures_join_it(tmp_path):
    path = tmp_path / "few.tags.json"
    assert kept(path) == {}
    assert selections.keep(path, PRINT, "  dark   and sad ", [30, 10]) == "dark and sad"
    selections.keep(path, PRINT, "dark and sad", [20, 10])
    selections.keep(path, PRINT, "Blurred", [50])
    selections.keep(path, OTHER, "Blurred", [7])
    assert list(kept(path).items()) == [("Blurred", [50]), ("dark and sad", [10, 20, 30])]
    assert kept(path, OTHER) == {"Blurred": [7]}
    selections.forget(path, PRINT, "Blurred")
    assert kept(path) == {"dark and sad": [10, 20, 30]} and kept(path, OTHER) == {"Blurred": [7]}
    with pytest.raises(FerError, match="kept as 'Blurred'"):
        selections.forget(path, PRINT, "Blurred")


def test_a_picture_bears_the_names_it_was_given_and_no_others(tmp_path):
    path = tmp_path / "t.json"
    selections.keep(path, PRINT, "odd", [10, 20])
    selections.keep(path, PRINT, "lone", [20])
    selections.tag(path, PRINT, 20, ["odd", "new"])
    assert kept(path) == {"new": [20], "odd": [10, 20]}
    assert selections.names_of(selections.read(path, PRINT), 20) == ["new", "odd"]
    selections.tag(path, PRINT, 20, [])
    assert kept(path) == {"odd": [10]}


def test_it_lies_beside_the_set(tmp_path):
    there = small_set()
    assert selections.file_for(there, tmp_path / "fer2013.csv") == tmp_path / "fer2013.tags.json"
    assert there.fingerprint in selections.file_for(there, None).name


@pytest.mark.parametrize("name", ["", "   ", "x" * 61])
def test_names_that_can_not_be_are_refused_before_anything_is_written(tmp_path, name):
    path = tmp_path / "t.json"
    with pytest.raises(FerError, match="1 to 60 letters"):
        selections.keep(path, PRINT, name, [1])
    with pytest.raises(FerError, match="1 to 60 letters"):
        selections.tag(path, PRINT, 1, ["fine", name])
    assert not path.exists()


def test_what_a_box_calls_the_whole_set_is_no_name(tmp_path):
    with pytest.raises(FerError, match="means the whole set"):
        selections.keep(tmp_path / "t.json", PRINT, "All  pictures", [1])


def test_limits_are_sentences_and_leave_the_file_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "t.json"
    selections.keep(path, PRINT, "a", [1, 2])
    before = path.read_bytes()
    monkeypatch.setattr(selections, "MOST_ROWS", 3)
    with pytest.raises(FerError, match="more than 3 rows"):
        selections.keep(path, PRINT, "b", [1, 2])
    monkeypatch.setattr(selections, "MOST", 1)
    with pytest.raises(FerError, match="1 names are kept"):
        selections.keep(path, PRINT, "b", [1])
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "content", ["", "[]", "{", '{"sets": {"p": {"a": ["1"]}}}', '{"sets": {"p": {"a": [true]}}}', '{"sets": [1]}',
                json.dumps({"sets": {"p": {"a": [-1]}}})],
)  # fmt: skip
def test_a_damaged_file_is_one_sentence_and_is_not_written_over(tmp_path, content):
    path = tmp_path / "t.json"
    path.write_text(content)
    with pytest.raises(FerError, match="no file of tags"):
        selections.read(path, PRINT)
    with pytest.raises(FerError, match="no file of tags"):
        selections.keep(path, PRINT, "a", [1])
    assert path.read_text() == content
