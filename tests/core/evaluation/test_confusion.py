"""The confusion matrix against small cases worked out by hand."""

import numpy as np
import pytest

from fer_core.comparison import reported_confusion
from fer_core.errors import FerError
from fer_core.evaluation import confusion
from fer_core.evaluation.confusion import Selection

COUNTS = np.array([[6, 2, 2], [0, 3, 1], [0, 0, 0]])


def test_shares_by_true_predicted_all_and_none():
    np.testing.assert_allclose(confusion.normalise(COUNTS, "true")[0], [0.6, 0.2, 0.2])
    np.testing.assert_allclose(confusion.normalise(COUNTS, "predicted")[:, 1], [0.4, 0.6, 0.0])
    np.testing.assert_allclose(confusion.normalise(COUNTS, "all")[1, 1], 3 / 14)
    np.testing.assert_array_equal(confusion.normalise(COUNTS, "none"), COUNTS)


def test_a_class_without_pictures_has_no_share():
    assert np.isnan(confusion.normalise(COUNTS, "true")[2]).all()
    assert not np.isnan(confusion.normalise(COUNTS, "predicted")).any()


def test_unknown_normalisation_is_named():
    with pytest.raises(FerError, match="'rows'"):
        confusion.normalise(COUNTS, "rows")


def test_order_by_support():
    assert confusion.class_order(COUNTS, "support").tolist() == [0, 1, 2]
    assert confusion.class_order(COUNTS[::-1, ::-1], "support").tolist() == [2, 1, 0]
    # Rows sum to 3, 9, 5 and columns to 10, 1, 6: by answers the order would be 0, 2, 1.
    assert confusion.class_order(np.array([[2, 0, 1], [5, 1, 3], [3, 0, 2]]), "support").tolist() == [1, 2, 0]
    assert confusion.class_order(COUNTS, "given").tolist() == [0, 1, 2]
    with pytest.raises(FerError, match="'alphabet'"):
        confusion.class_order(COUNTS, "alphabet")


def test_clustered_order_puts_confused_classes_side_by_side():
    # 0 and 2 are taken for each other, 1 and 3 are too, 2 and 3 a little: 0 2 3 1 is the shortest line.
    counts = np.array([[60, 0, 40, 0], [0, 70, 0, 30], [40, 0, 55, 5], [0, 30, 5, 65]])
    assert confusion.class_order(counts, "clustered").tolist() == [0, 2, 3, 1]


def test_clustered_order_does_not_depend_on_how_classes_are_numbered():
    rng = np.random.default_rng(3)
    counts = rng.integers(1, 50, (7, 7))
    order = confusion.class_order(counts, "clustered")
    mixed = rng.permutation(7)
    again = mixed[confusion.class_order(counts[np.ix_(mixed, mixed)], "clustered")]
    assert again.tolist() in (order.tolist(), order[::-1].tolist())


def test_selections_count_what_the_matrix_counts():
    rng = np.random.default_rng(0)
    labels, predicted = rng.integers(-1, 7, 500), rng.integers(0, 7, 500)
    counts = np.zeros((7, 7), int)
    for t, p in zip(labels, predicted, strict=True):
        if t >= 0:
            counts[t, p] += 1
    for t in range(7):
        for p in range(7):
            assert Selection(t, p).mask(labels, predicted).sum() == counts[t, p]
    assert Selection(2, None).mask(labels, predicted).sum() == counts[2].sum()
    assert Selection(None, 2).mask(labels, predicted).sum() == counts[:, 2].sum()
    assert Selection().mask(labels, predicted).sum() == counts.sum()


def test_what_a_cell_says():
    counts = np.zeros((7, 7), int)
    counts[2] = [0, 0, 7, 0, 2, 1, 0]
    assert confusion.sentence(counts, Selection(2, 4), "true") == (
        "2 of 10 pictures labelled fear are taken for sad (20.0%)."
    )
    assert confusion.sentence(counts, Selection(2, 5), "predicted") == (
        "1 of 1 pictures taken for surprise is labelled fear (100.0%)."
    )
    assert "no such pictures" in confusion.sentence(counts, Selection(0, 5), "true")
    assert Selection(2, 4).title() == "fear taken for sad"
    assert Selection(2, 2).title() == "fear, recognised"


def test_difference_is_a_share_minus_a_share():
    a, b = np.array([[8, 2], [5, 5]]), np.array([[6, 4], [10, 0]])
    np.testing.assert_allclose(confusion.difference(a, b, "true"), [[0.2, -0.2], [-0.5, 0.5]])


def test_confusion_of_each_epoch():
    labels = np.array([0, 1, -1, 1])
    classes = np.array([[0, 0, 3, 1], [1, 1, 1, 1]], dtype=np.uint8)
    counts = confusion.over_epochs(labels, classes)
    assert counts.shape == (2, 7, 7)
    assert (counts[0, 0, 0], counts[0, 1, 0], counts[0, 1, 1]) == (1, 1, 1)
    assert (counts[1, 0, 1], counts[1, 1, 1]) == (1, 2)
    assert counts.sum(axis=(1, 2)).tolist() == [3, 3]
    with pytest.raises(FerError, match=r"\(E, 4\)"):
        confusion.over_epochs(labels, classes[:, :3])


def test_most_confused_leaves_the_diagonal_out():
    assert confusion.most_confused(COUNTS)[0] == (1, 2, 0.25)
    assert all(t != p for t, p, _ in confusion.most_confused(COUNTS))


def test_the_reports_statements_against_a_matrix_that_meets_them_all():
    counts = np.diag([80, 80, 66, 90, 75, 80, 80])
    counts[2, 4], counts[4, 6], counts[1, 0] = 34, 25, 20
    counts[0, 2] = counts[5, 6] = counts[6, 5] = 10
    found = reported_confusion.statements(counts)
    assert len(found) == 6
    assert all(s.holds and s.source == "quoted from the report" for s in found)


def test_the_reports_statements_against_a_matrix_that_meets_none():
    counts = np.full((7, 7), 5) + np.diag([90, 10, 80, 10, 60, 60, 60])
    counts[3, 0] = 60
    found = reported_confusion.statements(counts)
    assert not any(s.holds for s in found[:3])
    assert "happy" in found[2].measured
