"""Figures of runs, of the report, of flips and of drawn faces: what is drawn, worked out by hand."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from fer_core.errors import FerError
from fer_core.figures.beside_report import beside_report_figure
from fer_core.figures.drawn import moved_overlay, sweep_figure
from fer_core.figures.flips import flips_figure
from fer_core.figures.learning import accuracy_curves, filters_picture
from fer_core.figures.parallel import is_wide, parallel_figure, scatter_figure
from fer_core.labels import CLASSES


def numbers(values: Any) -> list[float]:
    return [round(float(value), 6) for value in values]


def runs() -> pd.DataFrame:
    columns = {"rate": [0.001, 0.1, 0.01, np.nan], "seed": [3, 1, 2, 2], "optimizer": ["sgd", None, "adam", "adam"]}
    return pd.DataFrame({**columns, "score": [0.5, 0.75, 0.625, 0.9]}, index=["a", "b", "c", "d"])


def test_parallel_axes_are_logarithms_words_or_numbers() -> None:
    lines = parallel_figure(runs(), ["rate", "seed", "optimizer"], "score").data[0]
    rate, seed, optimizer, score = lines.dimensions  # d has no rate: it can't be drawn
    assert numbers(rate["values"]) == [-3, -1, -2] and numbers(rate.tickvals) == [-3, -2, -1]
    assert list(rate.ticktext) == ["0.001", "0.01", "0.1"]
    assert numbers(seed["values"]) == [3, 1, 2] and list(seed.ticktext) == ["1", "2", "3"]
    assert list(optimizer.ticktext) == ["adam", "none", "sgd"] and numbers(optimizer["values"]) == [2, 1, 0]
    assert numbers(score["values"]) == numbers(lines.line.color) == [0.5, 0.75, 0.625]
    with pytest.raises(FerError, match="No run has all of rate, score"):
        parallel_figure(runs()[3:], ["rate"], "score")


@pytest.mark.parametrize(
    "values, wide", [([1, 30], False), ([1, 31], True), ([0, 100], False), ([-1, 100], False), ([1, np.nan, 40], True)]
)
def test_an_axis_is_wide_from_thirty_times_on(values: list[float], wide: bool) -> None:
    assert is_wide(np.array(values, float)) == wide and not is_wide(np.array([np.inf]))


def test_dots_have_their_place_their_run_and_their_colour() -> None:
    figure = scatter_figure(runs(), "rate", "score", "optimizer", quoted=[("n", 0.7)])
    found = {trace.name: (list(trace.text), numbers(trace.x), numbers(trace.y)) for trace in figure.data}
    assert found == {
        "optimizer: adam": (["c"], [0.01], [0.625]),
        "optimizer: none": (["b"], [0.1], [0.75]),
        "optimizer: sgd": (["a"], [0.001], [0.5]),
    }
    assert figure.layout.xaxis.type == "log" and figure.layout.shapes[0].y0 == 0.7
    assert figure.layout.annotations[0].text == "report: n (quoted)"
    plain = scatter_figure(runs(), "seed", "score")
    assert list(plain.data[0].text) == ["a", "b", "c", "d"] and not plain.data[0].showlegend
    assert plain.layout.xaxis.type != "log"


def test_quotes_stand_above_and_ours_below_the_line_of_their_variant() -> None:
    summary = pd.DataFrame({
        "variant": ["base", "aug", "none"], "quoted": [0.5, np.nan, np.nan], "quoted_low": [0.375, np.nan, np.nan],
        "quoted_high": [0.5625, np.nan, np.nan], "mean": [0.75, 0.25, np.nan], "seeds": [2, 1, 0],
    })  # fmt: skip
    table = pd.DataFrame({"variant": ["base", "base", "aug", "gone"], "run": list("abcd")})
    table["public"] = [0.5, 1.0, 0.25, 0.1]
    figure = beside_report_figure(table, summary, "public")
    quoted, own, mean = figure.data
    # two lines, read from below: aug at 0, base at 1
    assert list(figure.layout.yaxis.ticktext) == ["aug", "base"] and numbers(figure.layout.yaxis.range) == [-0.6, 1.6]
    assert (numbers(quoted.x), numbers(quoted.y)) == ([50], [1.17])
    assert (numbers(quoted.error_x.array), numbers(quoted.error_x.arrayminus)) == ([6.25], [12.5])
    assert (numbers(own.x), numbers(own.y), list(own.customdata)) == ([50, 100, 25], [0.83, 0.83, -0.17], list("abc"))
    assert (numbers(mean.x), numbers(mean.y), list(mean.customdata)) == ([75], [0.83], [2])
    assert len(beside_report_figure(table[:0], summary.assign(seeds=0), "public").data) == 1


def test_flips_by_gray_levels_have_their_interval() -> None:
    table = pd.DataFrame({"epsilon": [1, 2], "share": [0.25, 0.5], "low": [0.125, 0.375], "high": [0.5, 0.5625]})
    table["flipped"], table["n"] = [25, 50], 100
    one, other = flips_figure({"a": table, "b": table.assign(share=table["share"] + 0.125)}).data
    assert (list(one.x), numbers(one.y), numbers(other.y)) == (["1", "2"], [0.25, 0.5], [0.375, 0.625])
    assert numbers(one.error_y.array) == [0.25, 0.0625] and numbers(one.error_y.arrayminus) == [0.125, 0.125]
    assert one.line.color != other.line.color and one.customdata.tolist() == [[25, 100], [50, 100]]
    assert not flips_figure({"a": table}).layout.showlegend


def test_moved_pixels_are_orange_and_the_others_stay() -> None:
    face, mask = np.array([[100, 200]], np.uint8), np.array([[True, False]])
    # 28% of 100 and 72% of (255, 122, 26)
    assert moved_overlay(face, mask).tolist() == [[[212, 116, 47], [200, 200, 200]]]


def test_a_sweep_has_a_line_a_class_and_a_mark() -> None:
    p = np.arange(14, dtype=np.float32).reshape(2, 7) / 100
    figure = sweep_figure(np.array([0.0, 1.0]), p, "AU12", 0.3)
    assert [trace.name for trace in figure.data] == list(CLASSES)
    assert numbers(figure.data[3].y) == [0.03, 0.10] and figure.layout.shapes[0].x0 == 0.3
    assert figure.layout.xaxis.title.text == "Intensity of AU12"


def epoch(number: int, accuracy: float, new: float, filters: np.ndarray) -> Any:
    return SimpleNamespace(number=number, accuracy=accuracy, test_accuracy=new, filters=filters)


def test_the_class_sees_both_accuracies_and_the_training_before() -> None:
    filters = np.zeros((1, 2, 2))
    film = [epoch(0, 0.1, 0.2, filters), epoch(1, 0.5, 0.4, filters)]
    figure = accuracy_curves(film, 15, 1, [epoch(0, 0.9, 0.3, filters)])
    before, own, new = figure.data
    assert (numbers(before.y), numbers(own.y), numbers(new.y)) == ([0.3], [0.1, 0.5], [0.2, 0.4])
    assert list(own.x) == [0, 1] and own.line.dash != new.line.dash
    assert sorted(numbers(shape.y0 for shape in figure.layout.shapes if shape.y0 is not None)) == [0, 0.142857]
    assert (figure.layout.xaxis.dtick, tuple(figure.layout.xaxis.range)) == (3, (-0.3, 15.3))
    assert len(accuracy_curves(film, 3, 0).data) == 2 and accuracy_curves(film, 3, 0).layout.xaxis.dtick == 1


def test_filters_are_drawn_each_by_its_own_greatest_weight() -> None:
    start, end = np.zeros((1, 2, 2)), np.array([[[2.0, -2.0], [0.0, 1.0]]])
    film = [epoch(0, 0, 0, start), epoch(4, 0, 0, end), epoch(9, 0, 0, -end)]
    # 2 of 2 is white, -2 of 2 black, 0 gray, and 1 in between; the start, which is nothing, is gray
    wanted = {4: [[255, 0], [127, 191]], 9: [[0, 255], [127, 63]]}
    for shown, tile in wanted.items():
        picture = filters_picture(film, shown, scale=1)[..., 0].astype(int)
        found = np.lib.stride_tricks.sliding_window_view(picture, (2, 2))
        start_at = np.argwhere((np.abs(found - 127) <= 1).all(axis=(2, 3)))
        end_at = np.argwhere((np.abs(found - np.array(tile)) <= 1).all(axis=(2, 3)))
        assert len(start_at) == len(end_at) == 1 and start_at[0][0] < end_at[0][0]
