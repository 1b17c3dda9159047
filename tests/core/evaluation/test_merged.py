"""Classes taken together, by hand."""

import numpy as np
import pytest

from fer_core.errors import FerError
from fer_core.evaluation.merged import grouping


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
