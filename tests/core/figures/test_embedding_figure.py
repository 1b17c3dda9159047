"""The map of pictures as a figure."""

import numpy as np
import pytest

from fer_core.errors import FerError
from fer_core.figures.embedding import painted, painted_by_slice, scatter

POINTS = np.array([[0, 1], [2, 3], [4, 5], [6, 7]], np.float32)
LABELS = np.array([4, 0, -1, 4])
PREDICTED = np.array([4, 3, 1, -1])
DOUBT = np.array([0.2, 0.9, np.nan, 0.5])


def by_name(figure) -> dict:
    return {trace.name: trace for trace in figure.data}


def test_each_point_carries_its_place_under_its_class():
    found = by_name(scatter(POINTS, list("abcd"), **painted("class", LABELS, PREDICTED, DOUBT)))
    assert {name: trace.customdata.tolist() for name, trace in found.items()} == {
        "angry": [1],
        "sad": [0, 3],
        "none": [2],
    }
    assert found["sad"].x.tolist() == [0, 6] and found["sad"].text.tolist() == ["a", "d"]


def test_error_knows_right_wrong_and_neither():
    found = by_name(scatter(POINTS, list("abcd"), **painted("error", LABELS, PREDICTED, DOUBT)))
    assert {name: trace.customdata.tolist() for name, trace in found.items()} == {
        "right": [0],
        "wrong": [1],
        "none": [2, 3],
    }


def test_doubt_is_a_scale_and_what_has_none_is_apart():
    figure = scatter(POINTS, list("abcd"), **painted("doubt", LABELS, PREDICTED, DOUBT))
    without, scale = figure.data
    assert without.customdata.tolist() == [2]
    np.testing.assert_allclose(scale.marker.color, [0.2, 0.9, 0.5], atol=1e-6)


def test_what_was_chosen_and_marked_elsewhere_stands_out():
    drawn = painted("prediction", LABELS, PREDICTED, DOUBT)
    found = by_name(scatter(POINTS, list("abcd"), chosen=np.array([3, 0]), marked={"opened": np.array([1])}, **drawn))
    assert list(found["sad"].selectedpoints) == [0] and list(found["none"].selectedpoints) == [0]
    assert list(found["happy"].selectedpoints) == []
    assert found["opened"].x.tolist() == [2]


def test_an_unknown_colour_is_refused():
    with pytest.raises(FerError, match="not by 'mood'"):
        painted("mood", LABELS, PREDICTED, DOUBT)


def test_points_are_coloured_by_the_slice_they_are_in():
    inside = {"first": np.array([False, True, True, False]), "second": np.array([False, True, False, True])}
    found = by_name(scatter(POINTS, list("abcd"), **painted_by_slice("selection", selections=inside)))
    assert {name: trace.customdata.tolist() for name, trace in found.items()} == {
        "in no selection": [0],
        "first": [1, 2],
        "second": [3],
    }
    twins = np.array([True, False, False, True])
    found = by_name(scatter(POINTS, list("abcd"), **painted_by_slice("twin in training", twin=twins)))
    assert {name: trace.customdata.tolist() for name, trace in found.items()} == {
        "twin in training": [0, 3],
        "no twin": [1, 2],
    }
    measured = np.array([0.0, 9.0, 99.0, 999.0])
    scale = scatter(POINTS, list("abcd"), **painted_by_slice("sharpness", measure=measured)).data[-1]
    np.testing.assert_allclose(scale.marker.color, [0, 1, 2, 3], atol=1e-6)
    scale = scatter(POINTS, list("abcd"), **painted_by_slice("contrast", measure=measured)).data[-1]
    np.testing.assert_allclose(scale.marker.color, measured)
    with pytest.raises(FerError, match="coloured by class"):
        painted_by_slice("class")
