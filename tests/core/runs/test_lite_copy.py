"""Whether the LiteRT copy of a run may answer for it: by the bytes of both files, and what run.json says of them."""

import os
from pathlib import Path

import pytest

from fer_core.runs.lite_copy import file_fingerprint, lite_record, usable_copy


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "model.keras").write_bytes(b"network")
    (tmp_path / "model.tflite").write_bytes(b"copy")
    return tmp_path


def replace(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    os.utime(path, (1, 1))


def test_a_copy_answers_while_both_files_are_those_of_the_record(folder: Path) -> None:
    config = {"lite": lite_record(folder)}
    assert usable_copy(folder, config) == (folder / "model.tflite", "")
    replace(folder / "model.tflite", b"poco")
    path, said = usable_copy(folder, config)
    assert path is None and "replaced since it was made" in said
    replace(folder / "model.keras", b"another")
    path, said = usable_copy(folder, config)
    assert path is None and "a copy of another network" in said


def test_without_a_word_of_it_a_copy_beside_a_network_is_left_aside(folder: Path) -> None:
    for config in ({}, {"lite": None}, {"lite": "x"}):
        path, said = usable_copy(folder, config)
        assert path is None and "nothing says that it is a copy" in said and f"export {folder.name}" in said


def test_a_copy_alone_answers_unless_it_was_replaced(folder: Path) -> None:
    (folder / "model.keras").unlink()
    record = lite_record(folder)
    assert record["network"] is None and record["copy"] == file_fingerprint(folder / "model.tflite")
    assert usable_copy(folder, {})[0] == usable_copy(folder, {"lite": record})[0] == folder / "model.tflite"
    path, said = usable_copy(folder, {"lite": {"network": None, "copy": "0" * 16}})
    assert path is None and "was replaced, and is not asked" in said


def test_no_copy_is_no_trouble(folder: Path) -> None:
    (folder / "model.tflite").unlink()
    assert usable_copy(folder, {"lite": {"network": "x", "copy": "y"}}) == (None, "")
    assert file_fingerprint(folder) is None and file_fingerprint(folder / "none") is None
