"""What run.json keeps beside the plain scores, against values worked out by hand."""

import numpy as np
import pytest

from fer_core.data.dataset import make_dataset
from fer_core.evaluation.run_scores import ferplus_agreement, run_scores


def _set(votes: np.ndarray | None = None):
    """Two training pictures and four private ones; the first private one is a copy of the first training one."""
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 255, (6, 48, 48), dtype=np.uint8)
    pixels[2] = pixels[0]
    return make_dataset("six", pixels, [0, 1, 0, 1, 2, 3], [0, 0, 2, 2, 2, 2], "npz", votes=votes)


def _sure_of(classes: list[int]) -> np.ndarray:
    return np.eye(7, dtype=np.float32)[classes] * 0.93 + 0.01


def test_twins_are_left_out_in_each_way_of_averaging() -> None:
    dataset = _set()
    private = dataset.subset("private")
    ways = {"none": _sure_of([0, 1, 5, 5]), "flip": _sure_of([5, 1, 2, 5])}
    score = run_scores(dataset, {"private": private}, {"private": ways}, 1.0)["private"]
    assert score["accuracy"] == 0.5 and score["without_twins"]["accuracy"] == pytest.approx(1 / 3)
    flip = score["averaged"]["flip"]
    assert flip["accuracy"] == 0.5 and flip["without_twins"]["accuracy"] == pytest.approx(2 / 3)
    assert flip["without_twins"]["n"] == 3 and "ferplus" not in score


def test_agreement_with_ferplus_counts_shared_first_places() -> None:
    votes = np.zeros((6, 10), dtype=np.uint8)
    votes[2, 4] = 9  # anger, FER2013's 0
    votes[3, 1] = 8  # happiness, FER2013's 3
    votes[4, [0, 3]] = 5  # neutral (6) and sadness (4) share the first place
    votes[5, 9] = 10  # not a face: no class agrees
    private = _set(votes).subset("private")
    found = ferplus_agreement(private, np.array([0, 3, 4, 3]))
    assert found == {"n": 4, "predictions": 0.75, "labels": 0.25}
