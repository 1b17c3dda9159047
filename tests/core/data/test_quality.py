import numpy as np
import pytest

from fer_core.data import twins
from fer_core.data.averages import averages
from fer_core.data.dataset import make_dataset
from fer_core.data.quality import constant, counts_table, measures, summary
from fer_core.data.twins import contradictory, duplicate_groups, relabelled_twins
from fer_core.data.votes import agreement, agrees


def set_of(grays: list[int], labels: list[int], split: list[int]):
    """Pictures whose left half is black and whose right half has the given gray level."""
    pixels = np.zeros((len(grays), 48, 48), np.uint8)
    pixels[:, :, 24:] = np.array(grays)[:, None, None]
    return make_dataset("hand", pixels, labels, split, "npz")


@pytest.fixture
def hand():
    #             0  1  2  3   4  5   6  7   8
    return set_of(
        [10, 10, 20, 0, 10, 20, 30, 30, 0],
        [3, 4, 5, 0, 3, 6, 1, 1, -1],
        [0, 0, 0, 0, 1, 2, 2, 2, 3],
    )


def test_twins_are_test_pictures_that_training_holds(hand):
    assert twins(hand).tolist() == [False] * 4 + [True, True, False, False, True]


def test_a_relabelled_twin_has_a_training_copy_with_another_label(hand):
    # 4 is happy, its copies happy and sad; 5 is neutral, its copy surprise; 8 has no label.
    assert relabelled_twins(hand).tolist() == [False] * 4 + [True, True, False, False, False]


def test_duplicates_are_found_everywhere_and_those_with_several_labels_among_them(hand):
    groups = duplicate_groups(hand)
    assert [group.tolist() for group in groups] == [[0, 1, 4], [2, 5], [3, 8], [6, 7]]
    assert [group.tolist() for group in contradictory(hand, groups)] == [[0, 1, 4], [2, 5]]


def test_pictures_that_differ_in_one_pixel_are_no_copies():
    dataset = set_of([10, 10], [0, 0], [0, 1])
    dataset.pixels[1, 47, 47] = 11
    assert not twins(dataset).any()
    assert duplicate_groups(dataset) == []


def test_the_summary_counts_by_hand(hand):
    assert summary(hand) == {
        "all_zero": {"count": 2, "labels": {"angry": 1, "unlabelled": 1}},
        "constant": {"count": 0, "labels": {}},
        "twins": {
            "public": {"count": 1, "other_label": 1},
            "private": {"count": 1, "other_label": 1},
            "test": {"count": 1, "other_label": 0},
        },
        "duplicates": {"pictures": 4, "copies": 9, "several_labels": 2},
    }


def test_a_set_without_training_pictures_has_no_twins():
    dataset = set_of([1, 1], [0, 1], [3, 3])
    assert not twins(dataset).any()
    assert not relabelled_twins(dataset).any()


def test_constant_pictures_are_those_of_one_gray():
    pixels = np.zeros((3, 4, 4), np.uint8)
    pixels[1], pixels[2, 0, 0] = 200, 1
    assert constant(pixels).tolist() == [True, True, False]


def test_counts_by_split_and_class(hand):
    table = counts_table(hand)
    assert list(table) == ["train", "public", "private", "test"]
    assert table["train"] == {"angry": 1, "disgust": 0, "fear": 0, "happy": 1, "sad": 1, "surprise": 1, "neutral": 0}
    assert table["test"]["unlabelled"] == 1


def test_measures_by_hand():
    pixels = np.zeros((3, 3, 4), np.uint8)
    pixels[0] = [[0, 0, 8, 8]] * 3  # a step: Laplacian +8 before it, -8 behind it
    pixels[1] = 255
    pixels[2] = [[0, 10, 20, 30]] * 3  # a ramp has none
    found = measures(pixels)
    np.testing.assert_allclose(found.brightness, [4, 255, 15])
    np.testing.assert_allclose(found.contrast, [4, 0, np.sqrt(125)], rtol=1e-6)
    np.testing.assert_allclose(found.sharpness, [64, 0, 0], atol=1e-4)


def test_averages_by_hand():
    dataset = set_of([10, 30, 100, 7], [3, 3, 4, -1], [0, 0, 0, 0])
    means = averages(dataset.pixels, dataset.labels)
    assert means.counts.tolist() == [0, 0, 0, 2, 1, 0, 0]
    assert np.unique(means.mean[3]).tolist() == [0, 20]
    assert np.unique(means.deviation[3]).tolist() == [0, 10]
    assert np.unique(means.mean[0]).tolist() == [0]
    np.testing.assert_allclose(means.overall()[0, 47], 140 / 3)
    np.testing.assert_allclose(means.against_all()[4][0, 47], 100 - 140 / 3)
    assert not means.against_all()[0].any()


def test_averages_keep_each_pictures_own_label_from_block_to_block(monkeypatch):
    monkeypatch.setattr("fer_core.data.averages._BATCH", 2)
    dataset = set_of([10, 30, 100, 7, 60], [3, 5, 5, -1, 3], [0] * 5)
    means = averages(dataset.pixels, dataset.labels)
    assert means.counts.tolist() == [0, 0, 0, 2, 0, 2, 0]
    assert [np.unique(means.mean[k])[-1] for k in (3, 5)] == [35, 65]
    assert [np.unique(means.deviation[k])[-1] for k in (3, 5)] == [25, 35]


def test_voters_agree_where_no_column_has_more_votes_than_the_labels_own():
    votes = np.zeros((5, 10), np.uint8)
    votes[0, [1, 0]] = 6, 4  # happiness
    votes[1, [1, 0]] = 5, 5  # happiness and neutral alike
    votes[2, [9, 1]] = 9, 1  # not a face
    votes[3, 4] = 10  # anger
    labels = np.array([3, 6, 3, 0, 3], np.int8)  # the last one has no votes at all
    assert agrees(votes, labels).tolist() == [True, True, False, True, False]
    assert not agrees(votes, np.full(5, -1)).any()
    table = agreement(votes, labels)
    assert (table["happy"], table["angry"], table["sad"], table["all"]) == ((1, 3), (1, 1), (0, 0), (3, 5))
