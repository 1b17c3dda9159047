"""Doubtful labels: planted ones are found, FER+ votes are read in the right columns."""

import numpy as np
import pytest

from fer_core.errors import FerError
from fer_core.evaluation import doubtful


def planted(count=700, wrong=40, seed=0):
    """Labels, `wrong` of them moved to another class, and probabilities that believe the true one."""
    rng = np.random.default_rng(seed)
    true = np.arange(count) % 7
    probabilities = rng.dirichlet(np.full(7, 0.3), count) * 0.4
    probabilities[np.arange(count), true] += 0.6
    labels = true.copy()
    moved = rng.choice(count, wrong, replace=False)
    labels[moved] = (true[moved] + 1 + rng.integers(0, 6, wrong)) % 7
    return labels, probabilities.astype(np.float32), true, moved


@pytest.mark.parametrize("by", doubtful.RANKINGS)
def test_planted_errors_come_first(by):
    labels, probabilities, _, moved = planted()
    first = doubtful.rank(labels, probabilities, by).position[:40]
    assert len(set(first) & set(moved)) >= 38


def test_suggestion_and_margin_of_one_picture():
    labels = np.array([2, 4])
    probabilities = np.array([[0, 0, 0.1, 0, 0.7, 0.2, 0], [0, 0, 0, 0, 0.9, 0.1, 0]], np.float32)
    row = doubtful.rank(labels, probabilities).iloc[0]
    assert (row.position, row.label, row.suggested) == (0, "fear", "sad")
    assert row.self_confidence == pytest.approx(0.1)
    assert row.quality == pytest.approx((0.1 - 0.7 + 1) / 2)


def test_constant_pictures_come_before_everything():
    labels, probabilities, true, _ = planted()
    constant = np.zeros(len(labels), bool)
    sure = int(np.flatnonzero(labels == true)[0])
    constant[sure] = True
    frame = doubtful.rank(labels, probabilities, constant=constant)
    assert frame.position[0] == sure
    assert frame.constant.tolist()[:2] == [True, False]


def test_pictures_without_a_label_are_left_out():
    labels, probabilities, *_ = planted()
    labels[:10] = -1
    frame = doubtful.rank(labels, probabilities)
    assert len(frame) == len(labels) - 10
    assert frame.position.min() == 10
    with pytest.raises(FerError, match="label"):
        doubtful.rank(np.full(3, -1), probabilities[:3])
    with pytest.raises(FerError, match="'luck'"):
        doubtful.rank(labels, probabilities, "luck")


def test_expected_number_of_wrong_labels():
    labels, probabilities, *_ = planted()
    assert 35 <= doubtful.expected_wrong(labels, probabilities) <= 45


def test_votes_contradict_a_label_only_when_another_class_has_more():
    #               neutral happy surprise sad anger disgust fear contempt unknown not-a-face
    votes = np.array([[0, 0, 0, 0, 6, 0, 4, 0, 0, 0], [0, 0, 0, 5, 0, 0, 5, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0, 9, 1]])
    assert doubtful.class_votes(votes)[0].tolist() == [6, 0, 4, 0, 0, 0, 0]
    fear = np.array([2, 2, 2])
    assert doubtful.outvoted(fear, votes).tolist() == [True, False, False]
    assert doubtful.unvoted(fear, votes).tolist() == [False, False, True]
    assert doubtful.outvoted(np.array([0, 4, 0]), votes).tolist() == [False, False, False]


def test_precision_at_k():
    assert doubtful.precision_at(np.array([True, True, False, True]), 3) == pytest.approx(2 / 3)
    with pytest.raises(FerError, match="at least 1"):
        doubtful.precision_at(np.array([True]), 0)


def test_precision_down_the_list():
    confirmed = np.array([True, False, True, True])
    assert doubtful.precision_by_rank(confirmed).tolist() == [1, 1 / 2, 2 / 3, 3 / 4]
    assert doubtful.precision_by_rank(confirmed)[2] == doubtful.precision_at(confirmed, 3)


def test_a_ranking_checked_against_votes():
    labels, probabilities, true, moved = planted()
    votes = np.zeros((700, 10), np.uint8)
    votes[np.arange(700), np.array([4, 5, 6, 1, 3, 2, 0])[true]] = 10
    found = doubtful.check(doubtful.rank(labels, probabilities), labels, votes, k=30)
    assert found["outvoted"] == found["unvoted"] == (1.0, 40 / 700)
    assert found["agreed"][0] == 1.0
    # A constant picture is no merit of the ranking: it is left out, and so the list of the wrong ones is shorter.
    constant = np.zeros(700, bool)
    constant[moved[:10]] = True
    found = doubtful.check(doubtful.rank(labels, probabilities, constant=constant), labels, votes, k=40)
    assert found["outvoted"][1] == 30 / 690
    assert found["outvoted"][0] <= 30 / 40


def test_only_labels_that_the_network_contradicts_are_flagged():
    """As in cleanlab's own list: passing another class's threshold is no error while the label stays likeliest."""
    from cleanlab.filter import find_label_issues

    rng = np.random.default_rng(4)
    labels = rng.integers(0, 7, 900)
    probabilities = rng.dirichlet(np.full(7, 0.8), 900)
    probabilities[np.arange(900), labels] += rng.random(900) * 0.5
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    frame = doubtful.rank(labels, probabilities.astype(np.float32))
    flagged = np.sort(frame.position[frame.confident_error].to_numpy())
    assert (probabilities[flagged].argmax(axis=1) != labels[flagged]).all()
    own = find_label_issues(
        labels, probabilities, filter_by="confident_learning", return_indices_ranked_by="normalized_margin"
    )
    np.testing.assert_array_equal(flagged, np.sort(own))


def test_what_is_suggested_is_never_the_label_itself():
    labels = np.array([3, 6, 1])
    probabilities = np.array(
        [[0, 0, 0, 0.8, 0, 0.15, 0.05], [0.3, 0, 0, 0, 0.1, 0, 0.6], [0, 0.9, 0.02, 0, 0, 0, 0.08]], np.float32
    )
    frame = doubtful.rank(labels, probabilities).set_index("position")
    assert frame.suggested.to_dict() == {0: "surprise", 1: "angry", 2: "neutral"}
    assert frame.label.to_dict() == {0: "happy", 1: "neutral", 2: "disgust"}
