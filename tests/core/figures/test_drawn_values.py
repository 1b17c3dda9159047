"""Figures whose numbers go through arithmetic on their way: what is drawn, worked out by hand."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from fer_core.evaluation.abstention import Answered, Coverage
from fer_core.evaluation.calibration import Reliability
from fer_core.evaluation.intervals import wilson
from fer_core.figures.dataset import class_shares, spread, value_histograms
from fer_core.figures.fairness import factors_figure
from fer_core.figures.forest import accuracy_figure
from fer_core.figures.per_class import class_curves, class_intervals, coverage
from fer_core.figures.reliability import reliability_figure
from fer_core.figures.robustness import all_curves_figure
from fer_core.figures.robustness import curve_figure as robustness_figure
from fer_core.figures.slices import accuracy_bins, common_reach
from fer_core.figures.trust import cascade_figure, shares_figure
from fer_core.figures.trust import curve_figure as trust_figure
from fer_core.robustness import DISTURBANCES, STRENGTHS, Robustness


def numbers(values: object) -> list[float]:
    return [round(float(value), 6) for value in values]  # type: ignore[attr-defined]


def test_factors_of_two_runs_stand_apart_around_their_line() -> None:
    columns = ["factor", "low", "high", "changed", "changed_low", "changed_high"]
    one = pd.DataFrame([["age", 20, 70, 0.25, 0.125, 0.5], ["glasses", 0, 1, 0.5, 0.375, 0.5625]], columns=columns)
    other = one.assign(changed=[0.75, 0.0625], changed_low=[0.5, 0.0], changed_high=[0.8125, 0.25])
    alone, both = factors_figure({"a": one}), factors_figure({"a": one, "b": other})
    # read from above: the first factor has the greater place; the first run stands above the second
    assert numbers(alone.data[0].y) == [1, 0] and not alone.layout.showlegend
    assert [numbers(trace.y) for trace in both.data] == [[1.14, 0.14], [0.86, -0.14]] and both.layout.showlegend
    assert list(both.layout.yaxis.ticktext) == ["glasses", "age"]
    assert numbers(both.data[0].x) == [25, 50] and numbers(both.data[1].x) == [75, 6.25]
    assert numbers(both.data[1].error_x.array) == [6.25, 18.75]
    assert numbers(both.data[1].error_x.arrayminus) == [25, 6.25]
    assert len({trace.marker.symbol for trace in both.data}) == 2
    assert list(both.data[0].customdata[1]) == ["glasses", 0, 1]


def test_accuracies_have_both_ends_of_their_interval_and_quotes_stand_below() -> None:
    alone = pd.DataFrame({"run": ["x", "y"], "accuracy": [0.5, 0.75], "low": [0.375, 0.5], "high": [0.5625, 0.8125]})
    figure = accuracy_figure(alone, [("n1", 0.25, 0.125, 0.5), ("n2", 0.6, 0.5, 0.65)], split="public")
    quoted, own = figure.data
    assert list(own.y) == ["y", "x"] and numbers(own.x) == [75, 50]
    assert numbers(own.error_x.array) == [6.25, 6.25] and numbers(own.error_x.arrayminus) == [25, 12.5]
    assert list(quoted.y) == ["report: n2", "report: n1"] and numbers(quoted.error_x.arrayminus) == [10, 12.5]
    assert list(figure.layout.yaxis.categoryarray) == ["report: n2", "report: n1", "y", "x"]
    assert "public" in figure.layout.xaxis.title.text and own.showlegend
    assert not accuracy_figure(alone).data[0].showlegend


def test_long_names_lose_their_middle() -> None:
    name = "a-name-of-thirty-letters-seed12"  # 31 letters; 24 leave 11 at each end
    frame = pd.DataFrame({"run": [name, "x" * 24], "accuracy": 0.5, "low": 0.4, "high": 0.6})
    assert list(accuracy_figure(frame).layout.yaxis.ticktext) == ["x" * 24, "a-name-of-t…ters-seed12"]


def test_scores_of_a_class_stand_in_the_order_asked_for() -> None:
    table = pd.DataFrame({"class": ["sad", "happy", "fear"], "support": [11, 22, 33]})
    for number, score in enumerate(("precision", "recall", "f1")):
        table[score] = np.array([0.25, 0.5, 0.75]) + number / 100
        table[f"{score}_low"], table[f"{score}_high"] = table[score] - 0.125, table[score] + [0.03125, 0.0625, 0.25]
    figure = class_intervals(table, np.array([2, 0, 1]))  # read downwards: fear, sad, happy
    assert list(figure.layout.yaxis.ticktext) == ["happy", "sad", "fear"]
    recall, precision, f1 = figure.data
    assert numbers(recall.x) == [0.51, 0.26, 0.76] and numbers(precision.x) == [0.5, 0.25, 0.75]
    assert numbers(f1.x) == [0.52, 0.27, 0.77]
    assert [numbers(trace.y) for trace in figure.data] == [[0.2, 1.2, 2.2], [0, 1, 2], [-0.2, 0.8, 1.8]]
    assert numbers(precision.error_x.array) == [0.0625, 0.03125, 0.25]
    assert numbers(precision.error_x.arrayminus) == [0.125] * 3
    assert list(recall.customdata[0]) == ["happy", pytest.approx(0.385), pytest.approx(0.5725), 22]


def test_one_class_is_strong_or_all_are() -> None:
    from fer_core.evaluation.per_class import ThresholdCurve

    x = np.array([0.0, 0.25, 1.0])
    curves = {name: ThresholdCurve(x, x**2, np.array([1, 0.5, 0]), 0.3) for name in ("sad", "happy")}
    looks = [(trace.opacity, trace.line.width) for trace in class_curves(curves, "pr", "happy").data]
    assert looks == [(0.35, 1.6), (1, 3)]
    assert [(trace.opacity, trace.line.width) for trace in class_curves(curves, "pr").data] == [(1, 1.6), (1, 1.6)]
    assert numbers(class_curves(curves, "pr", "sad", chance=0.125).data[0].y) == [0.125, 0.125]
    roc = class_curves(curves, "roc").data
    assert numbers(roc[0].y) == [0, 1] and roc[1].name == "sad 0.300" and numbers(roc[1].y) == [0, 0.0625, 1]


def test_a_long_coverage_curve_is_thinned_and_keeps_its_end() -> None:
    count = 1301  # every second entry, and the last
    curve = Coverage(np.linspace(1, 0.2, count), np.linspace(0.001, 1, count), np.linspace(0.99, 0.63, count), 0.2)
    line, point = coverage(curve, Answered(200, 50, 40, 0.8, (0.67, 0.89)), 0.75).data
    assert len(line.x) == 651 and line.x[-1] == 1 and line.x[1] == curve.coverage[2]
    assert numbers(line.customdata[:2]) == numbers(curve.thresholds[[0, 2]])
    assert (numbers(point.x), numbers(point.y)) == ([0.25], [0.8])
    assert (numbers(point.error_y.array), numbers(point.error_y.arrayminus)) == ([0.09], [0.13])
    figure = coverage(curve, Answered(200, 0, 0, float("nan"), (0, 1)), 0.99)
    assert len(figure.data) == 1  # nothing answered: no point
    assert numbers(figure.layout.yaxis.range) == [0.58, 1.01]  # 0.63 down to the next twentieth, and a little


def test_bars_of_two_runs_stand_beside_each_other_over_their_bin() -> None:
    edges = np.array([0, 0.5, 1.0])
    first = Reliability(edges, np.array([3, 0]), np.array([0.25, np.nan]), np.array([0.375, np.nan]))
    second = Reliability(edges, np.array([1, 7]), np.array([0.125, 0.75]), np.array([0.5, 0.625]))
    figure = reliability_figure({"a": first, "b": second})
    _, points_a, bars_a, points_b, bars_b = figure.data
    assert (numbers(points_a.x), numbers(points_a.y)) == ([0.25], [0.375])  # the empty bin has no point
    assert (numbers(points_b.x), numbers(points_b.y)) == ([0.125, 0.75], [0.5, 0.625])
    # |0.5 - 0.125| of 1 picture and |0.625 - 0.75| of 7, over 8
    assert (points_a.name, points_b.name) == ("a, ECE 0.125", "b, ECE 0.156")
    assert list(points_a.customdata) == [3] and list(points_b.customdata) == [1, 7]
    assert list(bars_a.y) == [3, 0] and numbers(bars_a.x) == [0.25, 0.75]
    assert numbers(bars_a.width) == [0.23, 0.23] and numbers(bars_a.offset) == [-0.25, -0.25]
    assert numbers(bars_b.offset) == [0, 0]
    alone = reliability_figure({"b": second}).data[2]
    assert alone.offset is None and numbers(alone.width) == [0.46, 0.46]


def test_bins_are_named_by_their_ends() -> None:
    frame = pd.DataFrame({"low": [0.25, 12.5, 99.96], "high": [12.5, 99.96, 12345.6], "pictures": [4, 5, 6]})
    frame["accuracy"], frame["accuracy_low"], frame["accuracy_high"] = 0.5, [0.25, 0.375, 0.125], [0.75, 0.875, 0.5625]
    figure = accuracy_bins(frame, "size", 0.4, (0.1, 0.9))
    assert list(figure.data[0].x) == ["0.25<br>to 12.5", "12.5<br>to 100", "100<br>to 12,346"]
    assert numbers(figure.data[0].error_y.array) == [0.25, 0.375, 0.0625]
    assert numbers(figure.data[0].error_y.arrayminus) == [0.25, 0.125, 0.375]
    assert numbers(figure.layout.yaxis.range) == [0.1, 0.9] and figure.layout.shapes[0].y0 == 0.4
    assert figure.layout.xaxis.tickangle == 0
    assert accuracy_bins(pd.concat([frame, frame]), "size", 0.4).layout.xaxis.tickangle is None


def measured(done: int) -> Robustness:
    """Four pictures of class 0; clean 3 right; the disturbance k at level v leaves as many right as v says."""
    clean = np.tile(np.eye(7, dtype=np.float32)[0], (4, 1))
    clean[3] = np.eye(7)[5]
    disturbed = np.zeros((len(DISTURBANCES), STRENGTHS, 4, 7), np.float32)
    for level, right in enumerate((4, 3, 2, 1, 0)):
        disturbed[:, level, :right, 0] = 1
        disturbed[:, level, right:, 6] = 1
    rows = np.arange(4)
    return Robustness(
        "one", "set", "test", rows, np.zeros(4, int), np.zeros((4, 5, 2), np.float32), clean, disturbed, done
    )


def test_a_disturbance_s_curve_begins_with_the_pictures_as_they_are() -> None:
    name = next(iter(DISTURBANCES))
    band, line = robustness_figure([measured(35)], name, marked=1).data
    assert numbers(line.x) == [0, 1, 2, 3, 4, 5] and numbers(line.y) == [0.75, 1, 0.75, 0.5, 0.25, 0]
    assert list(line.marker.size) == [8, 8, 13, 8, 8, 8] and list(line.customdata) == [-1, 0, 1, 2, 3, 4]
    low, high = wilson(3, 4)
    assert (band.y[0], band.y[-1]) == (pytest.approx(high), pytest.approx(low)) and len(band.y) == 12
    assert line.text[0] == f"undisturbed: 75.0% ({low:.1%} to {high:.1%})"
    assert robustness_figure([measured(0)], name).data[1].y == (0.75,)  # nothing of it is measured yet


def test_all_seven_in_one_figure_and_one_legend() -> None:
    figure = all_curves_figure([measured(35), measured(35)])
    lines = [trace for trace in figure.data if trace.fill is None]
    assert len(lines) == 14 and [trace.showlegend for trace in lines] == [True, True] + [False] * 12
    assert [trace.yaxis for trace in lines[::2]] == ["y", "y2", "y3", "y4", "y5", "y6", "y7"]


def test_a_map_s_curve_lies_over_the_range_of_random_orders() -> None:
    random = np.array([[0.9, 0.5, 0.2], [0.9, 0.3, 0.1], [0.9, 0.4, 0.3]])
    given = SimpleNamespace(shares=np.array([0, 0.25, 1]), values=np.array([0.9, 0.2, 0.0]), random=random, area=0.3)
    given.random_area, given.kind = 0.456, "deletion"
    low, high, mean, own = trust_figure(given, "Deletion").data
    assert numbers(own.x) == numbers(low.x) == [0, 25, 100] and numbers(own.y) == [0.9, 0.2, 0]
    assert (numbers(low.y), numbers(high.y)) == ([0.9, 0.3, 0.1], [0.9, 0.5, 0.3])
    assert numbers(mean.y) == [0.9, 0.4, 0.2]
    assert (mean.name, own.name) == ("random, area 0.46", "this map, area 0.30")
    given.random = random[:0]
    assert len(trust_figure(given, "Deletion").data) == 1


def test_shuffled_layers_and_shares_of_the_face() -> None:
    steps = [SimpleNamespace(layer="logits", correlation=0.5), SimpleNamespace(layer="conv", correlation=-0.25)]
    plain, own = cascade_figure(steps, steps[:1], "grad_cam").data
    assert (own.name, list(own.x), list(own.y)) == ("grad_cam", ["logits", "conv"], [0.5, -0.25])
    assert (plain.name, list(plain.y), own.line.width, plain.line.width) == ("plain gradient", [0.5], 3, 2)
    assert len(cascade_figure(steps).data) == 1
    of_map, of_picture = shares_figure({"mouth": 0.5, "eyes": 0.125}, {"eyes": 0.25, "mouth": 0.0625}).data
    assert (list(of_map.x), list(of_map.y), list(of_picture.y)) == (["mouth", "eyes"], [50, 12.5], [6.25, 25])


def test_shares_of_classes_are_of_their_split() -> None:
    figure = class_shares({"train": {"happy": 30, "sad": 10}, "public": {"happy": 1, "sad": 4}})
    assert [trace.name for trace in figure.data] == ["train (40)", "public (5)"]
    assert [numbers(trace.y) for trace in figure.data] == [[0.75, 0.25], [0.2, 0.8]]
    assert list(figure.data[1].customdata) == [1, 4] and list(figure.data[0].x) == ["happy", "sad"]


def test_a_measure_is_spread_over_forty_bins_by_split_and_an_empty_split_left_out() -> None:
    # 0 to 40, one in the middle of each bin but for two that are in one, of the first split; the other split has few
    values = np.concatenate([np.arange(40) + 0.5, [0.0, 40.0], [10.4, 10.6, 30.5, 30.6]]).astype(np.float32)
    split = np.array([0] * 42 + [2] * 4, np.uint8)
    figure = spread(values, split, ("train", "public", "private"), "brightness")
    train, private = figure.data
    assert (train.name, private.name) == ("train", "private") and len(train.x) == 40
    low, high = np.quantile(values, (0.002, 0.995))
    assert train.x[0] == pytest.approx(low + (high - low) / 80) and train.x[-1] == pytest.approx(
        high - (high - low) / 80
    )
    assert sum(train.y) == pytest.approx(40 / 42) and sum(private.y) == pytest.approx(1)  # the outermost are left out
    assert private.y[10] == pytest.approx(0.5) and max(private.y) == pytest.approx(0.5)
    assert figure.layout.xaxis.title.text == "brightness"


def test_the_values_that_a_network_sees_are_spread_over_their_own_range() -> None:
    ramp = np.tile(np.arange(48, dtype=np.float32) / 47, (48, 1))
    plain, flat = value_histograms({"plain": ramp * 2 - 1, "flat": np.full((48, 48), 3, np.float32)}).data
    assert plain.name == "plain" and len(plain.x) == 50
    assert (plain.x[0], plain.x[-1]) == (pytest.approx(-0.98), pytest.approx(0.98)) and sum(plain.y) == pytest.approx(1)
    assert flat.x[0] == pytest.approx(3.01) and numbers(flat.y) == [1.0] + [0.0] * 49


def test_slices_share_an_axis_on_which_all_intervals_lie() -> None:
    one = pd.DataFrame({"accuracy_low": [0.5, 0.3125], "accuracy_high": [0.75, 0.5]})
    other = pd.DataFrame({"accuracy_low": [0.4], "accuracy_high": [0.8125]})
    assert common_reach([one, other]) == (pytest.approx(0.2925), pytest.approx(0.8325))
    assert common_reach([one.assign(accuracy_low=0.01, accuracy_high=0.995)]) == (0.0, 1.0)
    assert common_reach([one.assign(accuracy_low=0.5, accuracy_high=0.5)]) == (0.0, 1.0)
