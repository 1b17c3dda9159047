"""Points of a map as a canvas gets them: the same places, colours and marks that the figure has."""

import numpy as np

from fer_core.figures.embedding import painted, scatter
from fer_core.figures.on_canvas import LEVELS, on_canvas
from fer_core.labels import CLASSES, COLOURS

POINTS = np.array([[0, 1], [2, 3], [4, 5], [6, 8]], np.float32)
LABELS = np.array([3, 0, 3, -1])
PREDICTED = np.array([3, 3, 6, 6])


def test_points_keep_place_words_and_colour_in_the_order_of_the_legend() -> None:
    found = on_canvas(scatter(POINTS, list("abcd"), **painted("class", LABELS, PREDICTED, np.zeros(4))))
    assert found.names == [CLASSES[0], CLASSES[3], "none"]
    assert found.places.tolist() == [1, 0, 2, 3] and found.words == ["b", "a", "c", "d"]
    assert found.xy.tolist() == [[2, 3], [0, 1], [4, 5], [6, 8]]
    assert found.series.tolist() == found.look.tolist() == [0, 1, 1, 2]
    assert found.colours[:2] == [COLOURS[CLASSES[0]], COLOURS[CLASSES[3]]]
    assert found.chosen is None and found.rings == {} and found.scale is None


def test_what_was_chosen_stands_out_and_what_is_marked_has_rings() -> None:
    drawn = painted("class", LABELS, PREDICTED, np.zeros(4))
    figure = scatter(POINTS, list("abcd"), chosen=np.array([3, 0]), marked={"opened": np.array([2])}, **drawn)
    found = on_canvas(figure)
    assert found.chosen is not None and found.places[found.chosen].tolist() == [0, 3]
    (name, (where, colour)), *more = found.rings.items()
    assert name == "opened" and where.tolist() == [[4, 5]] and colour.startswith("#") and not more
    none = on_canvas(scatter(POINTS, list("abcd"), chosen=np.empty(0, int), **drawn))
    assert none.chosen is not None and not none.chosen.any(), "an empty choice dims all"


def test_a_scale_has_steps_from_low_to_high() -> None:
    doubt = np.array([0.25, 0.75, np.nan, 0.5])
    found = on_canvas(scatter(POINTS, list("abcd"), **painted("doubt", LABELS, PREDICTED, doubt)))
    assert found.places.tolist() == [2, 0, 1, 3], "those without a value lie below"
    assert found.scale is not None and found.scale[1:3] == (0.25, 0.75) and len(found.scale[3]) == LEVELS
    assert (found.look - len(found.names)).tolist()[1:] == [0, LEVELS - 1, LEVELS // 2] and found.look[0] == 0
    assert [found.colours[one] for one in found.look[1:3]] == ["rgb(68, 1, 84)", "rgb(253, 231, 37)"]
    same = on_canvas(scatter(POINTS, list("abcd"), **painted("doubt", LABELS, PREDICTED, np.full(4, 0.5))))
    assert set(same.look.tolist()) == {1}, "one value has one colour"


def test_no_points() -> None:
    found = on_canvas(scatter(POINTS[:0], [], **painted("class", LABELS[:0], PREDICTED[:0], np.zeros(0))))
    assert found.xy.shape == (0, 2) and not found.names and not found.words
