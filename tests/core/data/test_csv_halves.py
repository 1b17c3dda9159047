"""A large file is read by two threads; what comes out, and what is said, is the same."""

import numpy as np
import pytest

from fer_core.data import csv_pixels
from fer_core.data.csv_pixels import read_table
from fer_core.errors import FerError


def write(path, rows: int, bad: int | None = None, ending: str = "\n"):
    rng = np.random.default_rng(0)
    lines = ["emotion,pixels,Usage"]
    for i in range(rows):
        numbers = " ".join(map(str, rng.integers(0, 256, 2304)))
        lines.append(f"{i % 7},{numbers if i != bad else '300 ' + numbers[4:]},Training")
    path.write_text("\n".join(lines) + ending)
    return path


def read(path, monkeypatch, halves: bool):
    monkeypatch.setattr(csv_pixels, "HALVES_FROM", 1 if halves else 1 << 40)
    with path.open("rb") as stream:
        return read_table(stream, path.name)


@pytest.mark.parametrize("ending", ["\n", "", "\n\n"])
@pytest.mark.parametrize("rows", [1, 2, 3, 61])
def test_two_halves_make_the_whole(tmp_path, monkeypatch, rows: int, ending: str) -> None:
    path = write(tmp_path / "fer2013.csv", rows, ending=ending)
    whole, halves = (read(path, monkeypatch, two) for two in (False, True))
    np.testing.assert_array_equal(halves.pixels, whole.pixels)
    np.testing.assert_array_equal(halves.lines, whole.lines)
    assert halves.columns == whole.columns and halves.header == whole.header


def test_the_threads_are_used(tmp_path, monkeypatch) -> None:
    path = write(tmp_path / "fer2013.csv", 20)
    monkeypatch.setattr(csv_pixels, "HALVES_FROM", 1)
    assert len(csv_pixels._read_halves(str(path), "x").pixels) == 20


@pytest.mark.parametrize("bad", [2, 18])
def test_damage_in_either_half_names_the_same_row(tmp_path, monkeypatch, bad: int) -> None:
    path = write(tmp_path / "fer2013.csv", 20, bad=bad)
    said = []
    for two in (False, True):
        with pytest.raises(FerError) as error:
            read(path, monkeypatch, two)
        said.append(str(error.value))
    assert said[0] == said[1] and f"row {bad}" in said[0]


@pytest.mark.parametrize("short_first", [True, False])
def test_halves_whose_lines_differ_in_length_are_read_alike(tmp_path, monkeypatch, short_first: bool) -> None:
    short, long = " ".join(["7"] * 2304), " ".join(["123"] * 2304)
    lines = [f"{i % 7},{short if (i < 120) == short_first else long},Training" for i in range(240)]
    path = tmp_path / "fer2013.csv"
    path.write_text("emotion,pixels,Usage\n" + "\n".join(lines))
    monkeypatch.setattr(csv_pixels, "BLOCK", 1 << 16)
    whole, halves = (read(path, monkeypatch, two) for two in (False, True))
    np.testing.assert_array_equal(halves.pixels, whole.pixels)
    assert halves.columns == whole.columns


@pytest.mark.parametrize(("to", "start", "count"), [(3, 5, 6), (0, 7, 3), (4, 4, 5), (1, 2, 9), (2, 9, 0)])
def test_rows_move_up_whatever_lies_between(to: int, start: int, count: int) -> None:
    rows = np.arange(24).reshape(12, 2)
    expected = rows[start : start + count].copy()
    csv_pixels._move_up(rows, to, start, count)
    np.testing.assert_array_equal(rows[to : to + count], expected)


def test_more_rows_than_there_is_room_for_are_read_in_one_piece(tmp_path, monkeypatch) -> None:
    path = write(tmp_path / "fer2013.csv", 200)
    monkeypatch.setattr(csv_pixels, "_line_length", lambda *_: 1 << 30)
    assert csv_pixels._read_halves(str(path), "x") is None
    assert len(read(path, monkeypatch, halves=True).pixels) == 200
