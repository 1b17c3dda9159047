"""Classes taken together, by hand."""

import numpy as np
import pytest

from fer_core.errors import FerError
from fer_core.evaluation.confusion import Selection, sentence
from fer_core.evaluation.merged import grouping
from fer_core.evaluation.per_class import table


def test_groups_keep_the_order_of_the_classes() -> None:
    found = grouping([["sad", "angry"]])
    assert found.names == ("angry or sad", "disgust", "fear", "happy", "surprise", "neutral")
    assert found.labels(np.array([0, 4, 1, 6, -1])).tolist() == [0, 0, 1, 5, -1]


def test_probabilities_add_up_and_a_group_may_win_that_no_class_of_its_did() -> None:
    p = np.array([[0.3, 0.1, 0.0, 0.35, 0.25, 0.0, 0.0]], dtype=np.float32)
    merged = grouping([["angry", "disgust", "sad"]]).probabilities(p)
    np.testing.assert_allclose(merged, [[0.65, 0.0, 0.35, 0.0, 0.0]], atol=1e-6)
    assert p.argmax() == 3 and merged.argmax() == 0


@pytest.mark.parametrize(
    ("groups", "said"),
    [
        ([["angry", "joy"]], "no class 'joy'"),
        ([["angry", "sad"], ["sad", "fear"]], "sad stands in two"),
        ([["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"]], "leave nothing"),
    ],
)
def test_what_makes_no_sense_is_refused(groups, said) -> None:
    with pytest.raises(FerError, match=said):
        grouping(groups)


def test_the_matrix_of_groups_is_counted_by_the_likeliest_group() -> None:
    """Three groups: angry or disgust or sad (0), fear (1), the rest one by one."""
    found = grouping([["angry", "disgust", "sad"], ["happy", "surprise", "neutral"]])
    assert found.names == ("angry or disgust or sad", "fear", "happy or surprise or neutral")
    p = np.zeros((4, 7), np.float32)
    p[0, [0, 1, 3]] = 0.3, 0.3, 0.4  # happy is the likeliest class, the first group the likeliest group
    p[1, 2] = p[2, 6] = p[3, 4] = 1
    counts = found.counts(np.array([4, 3, 5, -1]), p)
    assert counts.tolist() == [[1, 0, 0], [0, 0, 0], [0, 1, 1]]


def test_scores_and_words_take_the_groups_names() -> None:
    found = grouping([["angry", "disgust", "fear", "sad"], ["happy", "surprise", "neutral"]])
    counts = np.array([[6, 2], [1, 3]])
    frame = table(counts, names=found.names)
    assert frame["class"].tolist() == list(found.names)
    assert frame["recall"].tolist() == [0.75, 0.75] and frame["precision"].tolist() == pytest.approx([6 / 7, 0.6])
    said = sentence(counts, Selection(0, 1), "true", found.names)
    assert said.startswith("2 of 8 pictures labelled angry or disgust or fear or sad are taken for happy or")
    assert Selection(1, 1).title(found.names) == "happy or surprise or neutral, recognised"
