"""What the figures around the confusion matrix are given is what they draw."""

import numpy as np
import plotly.graph_objects as go

from fer_core.evaluation import abstention, per_class, slices
from fer_core.evaluation.confusion import Selection
from fer_core.figures import confusion as figures
from fer_core.figures import per_class as class_figures
from fer_core.figures import slices as slice_figures
from fer_core.figures.doubtful import precision_by_rank
from fer_core.labels import CLASSES

COUNTS = np.diag([8, 0, 6, 9, 5, 7, 4])
COUNTS[2, 4] = 3
COUNTS[4, 6] = 1


def test_heatmap_draws_shares_in_the_order_asked_for():
    order = np.array([4, 2, 0, 1, 3, 5, 6])
    heat = figures.heatmap(COUNTS, "true", order).data[0]
    assert heat.x[:2] == ("sad", "fear")
    assert heat.z[1][0] == 3 / 9  # fear taken for sad
    assert heat.text[1][0] == "33.3%<br>3"
    assert heat.text[3][0] == "–"  # disgust does not occur
    assert heat.customdata[1][0] == "3 of 9 pictures labelled fear are taken for sad (33.3%)."
    assert (heat.zmin, heat.zmax) == (0, 1)


def test_heatmap_of_two_runs_names_its_own_axes():
    figure = figures.heatmap(COUNTS, "all", np.arange(7), "A against B", ("A says", "B says"))
    assert figure.layout.xaxis.title.text == "B says" and figure.layout.yaxis.title.text == "A says"
    assert figure.data[0].customdata[2][4] == "A says fear, B says sad: 3"


def test_difference_has_a_scale_around_zero():
    heat = figures.difference_heatmap(np.full((7, 7), -0.1), "true", np.arange(7), 0.2, "A less B").data[0]
    assert (heat.zmin, heat.zmax) == (-0.2, 0.2)


def test_each_cell_has_its_curve_in_its_own_box():
    counts = np.stack([COUNTS, COUNTS * 2, COUNTS])
    figure = figures.cell_curves(counts, np.array([1, 2, 3]), np.arange(7), at=1)
    assert len(figure.data) == 7
    fear = figure.data[2]
    x, y = np.array(fear.x, float), np.array(fear.y, float)
    third = slice(4 * 4, 4 * 4 + 3)  # three epochs and a gap for each cell
    assert ((x[third] > 4) & (x[third] < 5)).all()
    np.testing.assert_allclose(y[third], 4 + 0.06 + 0.86 / 3)
    assert fear.text[4 * 4] == "fear taken for sad<br>epoch 1: 33.3%"


def test_cells_may_have_ceilings_of_their_own_and_the_selected_one_is_framed():
    counts = np.stack([COUNTS, COUNTS * 2, COUNTS])
    order = np.array([6, 5, 4, 3, 2, 1, 0])
    figure = figures.cell_curves(counts, np.array([1, 2, 3]), order, cell=Selection(2, 4), own_ceiling=True)
    fear = figure.data[4]  # in this order
    assert fear.text[2 * 4] == "fear taken for sad<br>epoch 1: 33.3%"
    np.testing.assert_allclose(np.array(fear.y, float)[2 * 4 : 2 * 4 + 3], 2 + 0.06 + 0.76)
    corners = figure.data[7]
    assert corners.text[4 * 7 + 2] == "33%" and corners.text[5 * 7] == "0%"  # disgust never occurs
    frame = figure.layout.shapes[-1]
    assert (frame.type, frame.x0, frame.x1, frame.y0, frame.y1) == ("rect", 2, 3, 2, 3)


def test_a_row_head_frames_its_row_and_nothing_frames_nothing():
    counts = COUNTS[None]
    row = figures.cell_curves(counts, np.array([1]), np.arange(7), cell=Selection(true=2)).layout.shapes[-1]
    assert (row.x0, row.x1, row.y0, row.y1) == (0, 7, 4, 5)
    nothing = figures.cell_curves(counts, np.array([1]), np.arange(7), cell=Selection())
    assert all(shape.type == "line" for shape in nothing.layout.shapes)


def test_intervals_stand_around_their_scores():
    figure = class_figures.class_intervals(per_class.table(COUNTS), np.arange(7))
    recall = figure.data[0]
    fear = 6 - CLASSES.index("fear")
    assert recall.x[fear] == 6 / 9
    assert recall.error_x.array[fear] > 0 < recall.error_x.arrayminus[fear]


def test_curves_and_coverage_and_bins():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 7, 400)
    probabilities = rng.dirichlet(np.ones(7), 400).astype(np.float32)
    curve = per_class.roc(labels, probabilities, 3)
    figure = class_figures.class_curves({"happy": curve}, "roc", "happy")
    assert [trace.name for trace in figure.data] == ["chance", f"happy {curve.area:.3f}"]
    here = abstention.at(labels, probabilities, 0.5)
    drawn = class_figures.coverage(abstention.coverage_curve(labels, probabilities), here, 0.5)
    assert drawn.data[1].x[0] == here.coverage and drawn.data[1].y[0] == here.accuracy
    frame = slices.accuracy_by_bin(rng.random(400), labels, probabilities.argmax(axis=1), 4)
    assert len(slice_figures.accuracy_bins(frame, "contrast", 0.1).data[0].x) == 4


def test_probabilities_beside_votes():
    figure = figures.probability_bars(np.arange(7) / 21, 2, np.array([0, 0, 1, 0, 9, 0, 0]))
    network, votes = figure.data
    assert network.y[4] == "fear (label)" and network.x[4] == 2 / 21
    assert votes.x[2] == 0.9 and votes.text[2] == "9 votes" and votes.text[4] == "1 vote"


def test_precision_down_the_list_marks_the_place_that_is_told():
    precision = np.linspace(0.9, 0.3, 1000)
    figure = precision_by_rank(precision, 100, 0.3)
    line, mark = figure.data
    assert (line.x[0], line.x[-1]) == (1, 1000) and np.all(np.diff(line.x) > 0)
    assert line.y[-1] == precision[-1]
    assert (mark.x[0], mark.y[0]) == (100, precision[99])


def test_figures_of_several_measures_share_the_reach_of_their_intervals():
    rng = np.random.default_rng(1)
    labels, predicted = rng.integers(0, 7, 300), rng.integers(0, 7, 300)
    frames = [slices.accuracy_by_bin(rng.random(300), labels, predicted, bins) for bins in (2, 6)]
    low, high = slice_figures.common_reach(frames)
    assert low <= min(frame.accuracy_low.min() for frame in frames)
    assert high >= max(frame.accuracy_high.max() for frame in frames)
    assert slice_figures.accuracy_bins(frames[0], "contrast", 0.1, (low, high)).layout.yaxis.range == (low, high)


def test_the_reach_of_nothing_is_the_whole_axis():
    nothing = slices.accuracy_by_bin(np.empty(0), np.empty(0, int), np.empty(0, int))
    assert slice_figures.common_reach([nothing, nothing]) == (0.0, 1.0)


def test_the_other_classes_go_pale_and_chance_is_drawn_where_it_is_known():
    labels = np.array([0, 0, 3, 3, 3])
    probabilities = np.full((5, 7), 0.02, np.float32)
    probabilities[:, 0] = [0.9, 0.6, 0.7, 0.2, 0.1]
    probabilities[:, 3] = 0.9 - probabilities[:, 0]
    curves = per_class.curves(labels, probabilities)["pr"]
    figure = class_figures.class_curves(curves, "pr", "happy", chance=0.6)
    chance, angry, happy = figure.data
    assert chance.name == "chance" and chance.y == (0.6, 0.6)
    assert angry.opacity < happy.opacity == 1
    assert [trace.name for trace in class_figures.class_curves(curves, "pr").data] == [angry.name, happy.name]


def test_a_title_has_room_above_the_names_of_the_columns():
    without, titled = (figures.heatmap(COUNTS, "all", np.arange(7), title).layout for title in ("", "A against B"))
    assert titled.title.text == "A against B" and titled.margin.t > without.margin.t > 0


def test_each_cell_s_own_ceiling_stands_in_its_upper_left_corner() -> None:
    figure = go.Figure()
    greatest = np.arange(49).reshape(7, 7) / 100
    order = np.array([1, 0, 2, 3, 4, 5, 6])
    figures._ceilings(figure, greatest, order)
    (texts,) = figure.data
    assert list(texts.text)[:3] == ["8%", "7%", "9%"] and texts.text[48] == "48%"
    assert (texts.x[1], texts.y[1]) == (1.04, 7) and (texts.x[48], texts.y[48]) == (6.04, 1)
