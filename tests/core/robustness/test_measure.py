"""Accuracy under disturbance, its intervals, and the pictures that turned, on answers made up by hand."""

from pathlib import Path

import numpy as np
import pytest

from fer_core.data.dataset import Dataset
from fer_core.errors import FerError
from fer_core.evaluation.intervals import wilson
from fer_core.robustness import measure, read, sample, write
from fer_core.robustness.measure import Robustness, cells, paired_interval
from tests.conftest import tiny_faces


def bright_is_happy(pixels: np.ndarray) -> np.ndarray:
    """A network that calls bright pictures happy (3) and others neutral (6)."""
    share = 0.2 + 0.6 * (pixels.mean(axis=(1, 2)) > 100)
    out = np.full((len(pixels), 7), 0.0, np.float32)
    out[:, 3], out[:, 6] = share, 1 - share
    return out


def grays() -> Dataset:
    """Four pictures of one gray level each: 250, 150, 120 and 50; labelled happy, happy, happy, neutral."""
    from fer_core.data.dataset import make_dataset

    pixels = np.array([250, 150, 120, 50], np.uint8).reshape(4, 1, 1) * np.ones((1, 48, 48), np.uint8)
    return make_dataset("grays", pixels, np.array([3, 3, 3, 6]), np.full(4, 2), "npz", rows=np.array([7, 2, 5, 3]))


def measured(find_points: bool = False) -> Robustness:
    return list(measure("a", bright_is_happy, grays(), "private", find_points=find_points))[-1]


def test_accuracy_and_drop_by_hand() -> None:
    table = measured().table().set_index(["disturbance", "level"])
    dark = table.loc["darkness"]
    # 250, 150, 120 times 0.7 are 175, 105 (happy) and 84 (not); times 0.5: 125, 75, 60; times 0.35: 87.5, ...
    assert dark["accuracy"].tolist() == [0.75, 0.5, 0.25, 0.25, 0.25]
    assert dark["change"].tolist() == [-0.25, -0.5, -0.75, -0.75, -0.75]
    assert (dark["low"].iloc[0], dark["high"].iloc[0]) == wilson(3, 4)
    assert table.loc["blur"]["accuracy"].tolist() == [1.0] * 5
    assert set(table["n"]) == {4}


def test_paired_interval_by_hand() -> None:
    # Agresti and Min 2005: half a picture is added to each of the four cells. 1 gained, 5 lost of 20.
    change, low, high = paired_interval(np.arange(20) < 12, np.r_[np.arange(19) < 7, True])
    gained, lost, n = 1.5, 5.5, 22
    middle = (gained - lost) / n
    half = 1.959964 * np.sqrt(gained + lost - (gained - lost) ** 2 / n) / n
    assert change == pytest.approx(-4 / 20)
    assert (low, high) == pytest.approx((middle - half, middle + half), abs=1e-6)


def test_the_worst_pictures_are_those_that_were_right_and_turned_surest() -> None:
    found = measured()
    worst = found.worst("darkness", 1)
    assert found.rows[worst].tolist() == [2, 5]  # 150 and 120, both as sure; the darker one by order
    assert found.worst("blur", 4).tolist() == []


def test_progress_counts_cells_and_stopping_keeps_what_is_there() -> None:
    steps = measure("a", bright_is_happy, grays(), "private", find_points=False)
    first = next(steps)
    assert first.done == 0 and len(first.table()) == 0
    second = next(steps)
    assert second.done == 1 and len(second.table()) == 1
    assert second.progress == pytest.approx(1 / 35)
    assert len(cells()) == 35


def test_a_picture_without_a_label_is_left_out_and_none_left_is_said() -> None:
    data = tiny_faces(2)
    labels = data.labels.copy()
    labels[data.split == 2] = -1
    from dataclasses import replace

    with pytest.raises(FerError, match="no labelled picture"):
        next(measure("a", bright_is_happy, replace(data, labels=labels).subset("private"), "private"))


def test_two_runs_are_compared_on_the_same_pictures() -> None:
    a = measured()

    def never(pixels: np.ndarray) -> np.ndarray:
        return np.tile(np.eye(7, dtype=np.float32)[3], (len(pixels), 1))

    b = list(measure("b", never, grays(), "private", find_points=False))[-1]
    beside = a.beside(b).set_index(["disturbance", "level"])
    # b is right on three pictures whatever befalls them; a on 3, 2, 1, 1, 1 of them in the dark.
    assert beside.loc["darkness"]["difference"].tolist() == [0.0, -0.25, -0.5, -0.5, -0.5]
    assert beside.loc["blur"]["difference"].tolist() == [0.25] * 5


def test_it_is_kept_under_a_key_and_damage_counts_as_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FER_CACHE", str(tmp_path))
    found = measured()
    assert read("0123abcd", "b", "other.csv") is None
    write("0123abcd", found)
    again = read("0123abcd", "b", "other.csv")
    assert again is not None and again.table().equals(found.table())
    assert (again.run, again.data, again.split, again.done) == ("b", "other.csv", "private", 35)
    file = next((tmp_path / "robustness").iterdir())
    file.write_bytes(file.read_bytes()[:200])
    assert read("0123abcd", "b", "other.csv") is None


def test_sample_is_even_and_keeps_labelled_pictures_alone() -> None:
    data = tiny_faces(6).subset("private")
    assert len(sample(data, 10)) == 10
    assert len(sample(data, 10**6)) == len(data)
