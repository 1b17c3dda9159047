"""Figures of the comparison: what they draw is what they were given."""

import numpy as np
import pandas as pd
import pytest

from fer_core.comparison import curves
from fer_core.errors import FerError
from fer_core.evaluation.calibration import reliability
from fer_core.figures.curves import SINGLE_LINES, curves_figure, ranges, thin
from fer_core.figures.forest import accuracy_figure, against, forest_figure
from fer_core.figures.in_numbers import in_numbers
from fer_core.figures.parallel import parallel_figure, scatter_figure
from fer_core.figures.reliability import reliability_figure


def table(runs: int = 2, epochs: int = 4) -> pd.DataFrame:
    history = pd.DataFrame({"epoch": range(epochs), "loss": np.linspace(2, 1, epochs), "val_loss": [1.5] * epochs})
    return curves.long_table({f"r{i}": ({}, history + 0.0) for i in range(runs)})


def named(figure, start: str) -> list:
    return [trace for trace in figure.data if (trace.name or "").startswith(start)]


def test_lines_legend_and_star():
    figure = curves_figure(table(), "loss", best={"r0": 3}, quoted=[("baseline", 1.3009)])
    (train,) = named(figure, "r0, train")
    np.testing.assert_allclose(train.y, [2, 5 / 3, 4 / 3, 1])
    (star,) = named(figure, "best epoch")
    assert (star.x, star.y) == ((3.0,), (1.5,))
    assert [trace.name for trace in figure.data if trace.showlegend is not False] == [
        "r0", "r1", "report: baseline, 1.3009 (quoted)"
    ]  # fmt: skip
    assert figure.layout.hovermode == "x unified"


def test_smoothing_keeps_the_raw_curve_behind():
    figure = curves_figure(table(1), "loss", parts=["train"], smoothing=0.5)
    faint, smooth = figure.data[0], figure.data[1]
    np.testing.assert_allclose(faint.y[:-1], [2, 5 / 3, 4 / 3, 1])
    np.testing.assert_allclose(smooth.y, curves.smooth([2, 5 / 3, 4 / 3, 1], 0.5))
    assert "0.3)" in faint.line.color


def test_many_runs_become_few_layers():
    many = table(SINGLE_LINES + 1)
    figure = curves_figure(many, "loss")
    assert len(figure.data) == 16 + 2  # eight colours and the median of all, train and validation
    layers = [trace for trace in figure.data if trace.hoverinfo == "skip"]
    drawn = sum(np.isfinite(np.array(trace.y, float)).sum() for trace in layers)
    assert drawn == len(many)


def test_bands_are_mean_and_one_standard_deviation():
    history = pd.DataFrame({"epoch": [0, 1], "loss": [1.0, 2.0]})
    runs = {f"r{i}": ({}, history + {"epoch": 0, "loss": i}) for i in range(3)}
    long = curves.long_table(runs)
    groups = dict.fromkeys(runs, "g")
    figure = curves_figure(long, "loss", groups=groups, bands=curves.seed_bands(long, groups))
    (area,) = [trace for trace in figure.data if trace.fill == "toself"]
    np.testing.assert_allclose(area.y, [3, 4, 2, 1])  # means 2 and 3, standard deviation 1: upper edge, then lower back
    assert named(figure, "g, train, mean of 3")
    assert [trace.name for trace in figure.data if trace.showlegend is not False] == ["g"]


def test_thinning_keeps_ends_and_extremes():
    y = np.zeros(1000)
    y[357], y[612], y[5] = 9, -9, np.nan
    x, _ = thin(np.arange(1000), y, 50)
    assert len(x) <= 52
    assert {0, 357, 612, 999} <= set(x.tolist())
    np.testing.assert_array_equal(thin(np.arange(3), np.arange(3.0), 50)[1], [0, 1, 2])


def test_shared_ranges():
    found = ranges(table(), "loss", "epoch", ["train"], log=False)
    assert found["y_range"] == pytest.approx((0.95, 2.05))
    assert found["x_range"] == pytest.approx((0.85, 4.15))
    assert ranges(table(), "nothing", "epoch", ["train"], log=False)["y_range"] is None


def pairs() -> pd.DataFrame:
    row = {"only_a": 5, "only_b": 1, "accuracy": 0.04, "accuracy_low": 0.01, "accuracy_high": 0.09, "macro_f1": 0.02,
           "macro_f1_low": -0.01, "macro_f1_high": 0.05, "n": 100, "p_accuracy": 0.02, "holm_accuracy": 0.04,
           "p_macro_f1": 0.2, "holm_macro_f1": 0.4}  # fmt: skip
    return pd.DataFrame([{"a": "x", "b": "ref", **row}, {"a": "ref", "b": "y", **row, "holm_accuracy": 0.3}])


def test_forest_turns_pairs_towards_the_reference():
    turned = against(pairs(), "ref")
    assert turned["run"].tolist() == ["x", "y"]
    assert turned.loc[1, ["accuracy", "accuracy_low", "accuracy_high"]].tolist() == [-0.04, -0.09, -0.01]
    assert turned.loc[1, ["only_run", "only_reference"]].tolist() == [1, 5]
    trace = forest_figure(turned, "ref").data[0]
    assert list(trace.y) == ["y", "x"]
    np.testing.assert_allclose(trace.x, [-4, 4])
    np.testing.assert_allclose(trace.error_x.array, [3, 5])
    np.testing.assert_allclose(trace.error_x.arrayminus, [5, 3])
    assert list(trace.marker.symbol) == ["square-open", "square"]
    f1 = forest_figure(against(pairs(), "ref", "macro_f1"), "ref", "macro_f1").data[0]
    assert list(f1.marker.symbol) == ["square-open", "square-open"]  # its own test finds nothing
    np.testing.assert_allclose(f1.x, [-2, 2])


def test_accuracies_and_quotes_are_told_apart():
    alone = pd.DataFrame([{"run": "x", "accuracy": 0.5, "low": 0.4, "high": 0.6}])
    figure = accuracy_figure(alone, [("baseline", 0.65, 0.63, 0.67)], "private")
    assert [trace.name for trace in figure.data] == ["quoted from the report", "measured"]
    assert list(figure.data[0].y) == ["report: baseline"]


def test_reliability_figure_has_a_bar_for_each_bin():
    p = np.array([[0.9, 0.1], [0.6, 0.4], [0.95, 0.05]])
    figure = reliability_figure({"x": reliability(p, np.array([0, 1, 0]), bins=5)})
    (bar,) = [trace for trace in figure.data if trace.type == "bar"]
    assert list(bar.y) == [0, 0, 1, 0, 2]
    assert "ECE" in figure.data[1].name


def settings() -> pd.DataFrame:
    return pd.DataFrame(
        {"rate": [0.001, 0.1, np.nan], "model": ["a", "b", None], "score": [0.5, 0.6, 0.7]}, index=["r", "s", "t"]
    )


def test_axes_that_span_far_have_few_short_words_and_keep_their_numbers():
    frame = pd.DataFrame({"parameters": [5_000, 60_000, 314_535, 1_251_139], "score": [0.5, 0.6, 0.7, 0.8]})
    wide = parallel_figure(frame, ["parameters"], "score").data[0].dimensions[0]
    assert list(wide.ticktext) == ["5000", "60 k", "314.5 k", "1.251 M"]
    told = in_numbers(parallel_figure(frame, ["parameters"], "score"))
    assert told["parameters"].tolist() == [5_000, 60_000, 314_535, 1_251_139], "not their logarithms"


def test_parallel_coordinates():
    drawn = parallel_figure(settings(), ["model", "rate"], "score").data[0]
    model, rate, score = drawn.dimensions
    assert list(model.ticktext) == ["a", "b"]
    np.testing.assert_allclose(rate["values"], [-3, -1])  # spans 100 times: logarithms; t lacks a rate
    np.testing.assert_allclose(score["values"], [0.5, 0.6])
    with pytest.raises(FerError, match="fewer columns"):
        parallel_figure(settings().iloc[2:], ["rate"], "score")


def test_scatter():
    figure = scatter_figure(settings(), "rate", "score", "model", [("baseline", 0.65)])
    assert figure.layout.xaxis.type == "log"
    assert [trace.name for trace in figure.data] == ["model: a", "model: b"]
    assert figure.layout.annotations[0].text == "report: baseline (quoted)"
    with pytest.raises(FerError, match="other columns"):
        scatter_figure(settings().iloc[2:], "rate", "score")


def test_many_runs_keep_a_named_reference_and_a_median_to_read():
    many = table(SINGLE_LINES + 2)
    names = list(many["run"].unique())
    many.loc[many["run"] == names[0], "value"] = 9.0
    figure = curves_figure(many, "loss", parts=("validation",), reference=names[3])
    read = {trace.name: trace for trace in figure.data if trace.hovertemplate}
    assert set(read) == {f"{names[3]}, validation", f"median of {len(names)} runs, validation"}
    values = many[(many["metric"] == "loss") & (many["part"] == "validation")].groupby("epoch")["value"]
    median = read[f"median of {len(names)} runs, validation"]
    assert list(median.y) == list(values.median())
    assert [low_high[1] for low_high in median.customdata] == [9.0] * len(values)


def test_a_value_without_neighbours_is_a_dot_and_gaps_are_joined_on_request():
    history = pd.DataFrame(
        {"epoch": range(7), "loss": range(7, 0, -1), "val_loss": [None, 5.0, None, None, 4.0, 3.5, None]}
    )
    long = curves.long_table({"r": ({}, history)})
    drawn = {trace.name: trace for trace in curves_figure(long, "loss").data}
    validation = drawn["r, validation"]
    assert validation.mode == "lines+markers"
    assert np.asarray(validation.marker.size).tolist() == [0, 7, 0, 0, 0, 0, 0]  # epochs 5 and 6 are joined by a line
    assert drawn["r, train"].mode == "lines"
    joined = {trace.name: trace for trace in curves_figure(long, "loss", join=True).data}["r, validation"]
    assert list(joined.x) == [2, 5, 6] and joined.mode == "lines"


def test_twelve_runs_share_no_line_and_no_bar() -> None:
    from fer_core.figures.palette import looks

    names = [f"run{i}" for i in range(12)]
    rows = [(name, epoch, 1.0 + i / epoch) for i, name in enumerate(names) for epoch in range(1, 30)]
    long = pd.DataFrame(rows, columns=["run", "epoch", "value"]).assign(metric="loss", part="validation", step=0.0)
    long["minutes"] = long["epoch"]
    lines = {t.name: t for t in curves_figure(long, "loss").data if t.name.endswith("validation")}
    assert len({(t.line.color, t.line.dash) for t in lines.values()}) == 12
    ninth, first = lines["run8, validation"], lines["run0, validation"]
    assert (ninth.line.color, ninth.marker.symbol) == (first.line.color, "diamond")
    assert ninth.mode == "lines+markers" and first.mode == "lines" and (np.asarray(ninth.marker.size) > 0).sum() == 10
    legend = {t.name: t for t in curves_figure(long, "loss").data if t.showlegend is None}
    assert legend["run8"].line.dash == ninth.line.dash and legend["run8"].marker.symbol == "diamond"
    p = np.array([[0.9, 0.1], [0.6, 0.4]])
    one = reliability(p, np.array([0, 1]), bins=5)
    figure = reliability_figure(dict.fromkeys(names, one))
    drawn = [t for t in figure.data if t.type == "scatter" and t.name != "perfect"]
    assert len({(t.line.color, t.line.dash, t.marker.symbol) for t in drawn}) == 12
    bars = [t for t in figure.data if t.type == "bar"]
    assert len({(t.marker.color, t.marker.pattern.shape) for t in bars}) == 12
    kept = reliability_figure({"run8": one}, palette=looks(names)).data[1]
    assert kept.line.dash == "dash"  # the run's own look, whatever its place here


def test_quoted_lines_are_told_apart_by_their_dashes_and_go_from_end_to_end():
    quoted = [(f"q{i}", 1 + i / 8) for i in range(7)]
    lines = named(curves_figure(table(1, epochs=5), "loss", quoted=quoted), "report: ")
    assert [line.name for line in lines][:2] == ["report: q0, 1 (quoted)", "report: q1, 1.125 (quoted)"]
    dashes = [line.line.dash for line in lines]
    assert len(set(dashes[:6])) == 6 and dashes[6] == dashes[0]
    assert [(tuple(line.x), tuple(line.y)) for line in lines][1] == ((1, 5), (1.125, 1.125))
