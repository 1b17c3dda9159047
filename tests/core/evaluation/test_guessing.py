"""Guess the label: the lots that are drawn and who agrees with whom."""

import numpy as np
import pytest

from fer_core.data.dataset import make_dataset
from fer_core.errors import FerError
from fer_core.evaluation.guessing import LABEL, NETWORK, PEOPLE, VISITOR, Turn, agreements, drawn_lots, people_say
from tests.conftest import tiny_faces


def votes(**given: int) -> np.ndarray:
    names = ("neutral", "happy", "surprise", "sad", "angry", "disgust", "fear", "contempt", "unknown", "none")
    return np.array([given.get(name, 0) for name in names], np.uint8)


def test_people_say_what_has_most_votes_and_a_tie_counts() -> None:
    assert people_say(votes(happy=6, neutral=4), 3) and not people_say(votes(happy=6, neutral=4), 6)
    assert people_say(votes(sad=5, fear=5), 4) and people_say(votes(sad=5, fear=5), 2)
    assert not people_say(votes(contempt=6, angry=4), 0)
    assert not people_say(votes(), 3)


def test_who_agrees_with_whom_by_hand() -> None:
    turns = [
        Turn(label=3, guess=3, network=3, votes=votes(happy=10)),
        Turn(label=4, guess=6, network=2, votes=votes(neutral=7, sad=3)),
        Turn(label=2, guess=5, network=5, votes=votes(surprise=6, fear=4)),
        Turn(label=0, guess=0, network=4),
    ]
    found = {(one.first, one.second): (one.same, one.of) for one in agreements(turns)}
    assert found == {
        (PEOPLE, LABEL): (1, 3),
        (NETWORK, LABEL): (1, 4),
        (VISITOR, LABEL): (2, 4),
        (VISITOR, PEOPLE): (3, 3),
        (NETWORK, PEOPLE): (2, 3),
        (VISITOR, NETWORK): (2, 4),
    }
    low, high = next(one for one in agreements(turns) if one.of == 4).interval
    assert 0 < low < 0.25 < high < 1


def test_without_votes_nothing_is_said_of_people() -> None:
    assert all(PEOPLE not in (one.first, one.second) for one in agreements([Turn(1, 1, 2)]))


def test_lots_are_the_same_for_a_seed_and_never_twice() -> None:
    faces = tiny_faces(per_class=3)
    lots = drawn_lots(faces, seed=5)
    assert len(set(lots.tolist())) == 10 and np.array_equal(lots, drawn_lots(faces, seed=5))
    assert not np.array_equal(lots, drawn_lots(faces, seed=6))
    assert set(faces.split[lots]) == {2}  # the private half


def test_rare_classes_are_as_likely_and_flat_pictures_are_left_out() -> None:
    labels = np.r_[np.full(400, 3), np.arange(7).repeat(20)]
    pixels = np.random.default_rng(0).integers(0, 255, (len(labels), 48, 48), dtype=np.uint8)
    pixels[labels == 5] = 7
    faces = make_dataset("some", pixels, labels, np.full(len(labels), 2), "npz")
    drawn = np.concatenate([faces.labels[drawn_lots(faces, seed)] for seed in range(60)])
    counts = np.bincount(drawn, minlength=7)
    assert counts[5] == 0 and counts[3] < 160 and counts[1] > 60


def test_too_few_pictures_are_said() -> None:
    faces = tiny_faces(per_class=1)
    with pytest.raises(FerError, match="7 pictures"):
        drawn_lots(faces, seed=0)
