"""Classes taken together, by hand."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import f1_score

from fer_core.errors import FerError
from fer_core.evaluation.confusion import Selection, sentence
from fer_core.evaluation.merged import grouping, parse
from fer_core.evaluation.paired import against, compare
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


def _by_hand(labels: np.ndarray, probabilities: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Labels and answers with angry and disgust as one and fear and sad as another, without the code under test."""
    sums = np.stack(
        [probabilities[:, [0, 1]].sum(axis=1), probabilities[:, [2, 4]].sum(axis=1), *probabilities[:, [3, 5, 6]].T],
        axis=1,
    )
    return np.array([0, 0, 1, 2, 1, 3, 4])[labels], sums.argmax(axis=1)


def _f1(true: np.ndarray, said: np.ndarray) -> float:
    """Macro F1 over five groups that all occur."""
    return float(
        np.mean([2 * np.sum((true == k) & (said == k)) / (np.sum(true == k) + np.sum(said == k)) for k in range(5)])
    )


def test_tests_between_runs_on_merged_classes_are_those_of_hand_merged_labels() -> None:
    """Accuracy, macro F1, McNemar, permutation and Holm against scipy and scikit-learn on labels merged by hand."""
    random = np.random.default_rng(3)
    labels = random.integers(0, 7, 400)
    runs = {
        name: SimpleNamespace(
            rows=np.arange(400),
            labels=labels,
            probabilities=random.dirichlet(np.full(7, 0.4), 400).astype(np.float32) * 0.6
            + 0.4
            * np.eye(7, dtype=np.float32)[np.where(random.random(400) < skill, labels, random.integers(0, 7, 400))],
        )
        for name, skill in (("ref", 0.5), ("better", 0.8), ("alike", 0.55))
    }
    found = grouping([["angry", "disgust"], ["sad", "fear"]])
    table = compare({name: found.merge(one) for name, one in runs.items()}, against("ref", list(runs)), resamples=300)
    said = {name: _by_hand(labels, one.probabilities) for name, one in runs.items()}
    true, ref = said["ref"]
    p_values = []
    for row in table.table.itertuples():
        own = said[row.a][1]
        only_a, only_b = int(np.sum((own == true) & (ref != true))), int(np.sum((own != true) & (ref == true)))
        assert (row.n, row.only_a, row.only_b) == (400, only_a, only_b)
        assert row.accuracy == pytest.approx(np.mean(own == true) - np.mean(ref == true))
        assert row.macro_f1 == pytest.approx(
            f1_score(true, own, average="macro") - f1_score(true, ref, average="macro")
        )
        assert row.p_accuracy == pytest.approx(stats.binomtest(only_a, only_a + only_b).pvalue)
        theirs = stats.permutation_test(
            (own, ref), lambda x, y: _f1(true, x) - _f1(true, y), permutation_type="samples", n_resamples=999,
            rng=np.random.default_rng(1),
        ).pvalue  # fmt: skip
        assert row.p_macro_f1 == pytest.approx(theirs, abs=0.05)
        p_values.append(row.p_accuracy)
    small, large = sorted(p_values)
    assert sorted(table.table["holm_accuracy"]) == pytest.approx([min(1, 2 * small), max(min(1, 2 * small), large)])
    seven = compare(runs, against("ref", list(runs)), resamples=50).table
    assert (seven["only_a"] != table.table["only_a"]).any()


def test_what_is_taken_together_is_told_in_words_and_typed_with_plus() -> None:
    found = parse(["disgust + angry", "sad+fear"])
    assert found.told == "angry or disgust as one class, fear or sad as another"
    assert found.of.tolist() == grouping([["angry", "disgust"], ["fear", "sad"]]).of.tolist()
    for bad in (["angry"], ["+"], []):
        with pytest.raises(FerError, match="two classes or more"):
            parse(bad)


def test_unlabelled_pictures_stay_so() -> None:
    one = SimpleNamespace(
        rows=np.array([4, 9]), labels=np.array([-1, 6]), probabilities=np.eye(7, dtype=np.float32)[[0, 1]]
    )
    merged = grouping([["angry", "disgust"]]).merge(one)
    assert merged.rows.tolist() == [4, 9] and merged.labels.tolist() == [-1, 5]
    assert merged.predicted.tolist() == [0, 0] and merged.probabilities.shape == (2, 6)
