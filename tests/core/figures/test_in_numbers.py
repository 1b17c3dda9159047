"""Figures as tables: the numbers are the figure's own, in the form that reads best."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from fer_core.evaluation.calibration import reliability
from fer_core.figures.in_numbers import all_in_numbers, in_numbers


def rows(frame: pd.DataFrame) -> list[list]:
    return frame.to_numpy(dtype=object).tolist()


def test_lines_over_the_same_places_stand_side_by_side() -> None:
    figure = go.Figure(
        [
            go.Scatter(x=[1, 2, 3], y=[0.25, 0.5, 0.6789], mode="lines", name="compact"),
            go.Scatter(x=[1, 2], y=[3.0, 1.0], mode="lines", name="<b>fast</b>"),
            go.Scatter(x=[1, 2], y=[5, 6], name="hidden", visible="legendonly"),
        ]
    )
    figure.update_layout(xaxis_title="epoch", yaxis_title="val accuracy")
    found = in_numbers(figure)
    assert list(found.columns) == ["epoch", "compact", "fast"]
    assert rows(found)[:2] == [[1, 0.25, 3.0], [2, 0.5, 1.0]] and np.isnan(found["fast"][2])


def test_a_grid_keeps_its_rows_and_columns() -> None:
    figure = go.Figure(go.Heatmap(z=[[1, 2, 3], [4, None, 6]], x=["a", "b", "c"], y=["up", "down"]))
    figure.update_layout(yaxis_title="labelled")
    found = in_numbers(figure)
    assert list(found.columns) == ["labelled", "a", "b", "c"]
    assert rows(found)[0] == ["up", 1.0, 2.0, 3.0] and found["a"][1] == 4 and pd.isna(found["b"][1])


def test_points_have_their_names_and_both_ends_of_their_interval() -> None:
    error = {"type": "data", "symmetric": False, "array": [2.0, 4.0], "arrayminus": [1.0, 3.0]}
    figure = go.Figure(go.Scatter(x=[10.0, 20.0], y=["one", "two"], mode="markers", error_x=error))
    figure.update_layout(xaxis_title="points")
    found = in_numbers(figure)
    assert list(found.columns) == ["name", "points", "low", "high"]
    assert rows(found) == [["one", 10.0, 9.0, 12.0], ["two", 20.0, 17.0, 24.0]]


def test_words_at_the_ticks_stand_for_their_places() -> None:
    figure = go.Figure([go.Scatter(x=[3.0, 5.0], y=[0.12, 0.88], mode="markers", name="a", text=["r1", "r2"])])
    figure.update_yaxes(tickvals=[0, 1], ticktext=["skin", "age"])
    found = in_numbers(figure)
    assert rows(found) == [["r1", "skin", 3.0], ["r2", "age", 5.0]] and list(found.columns) == ["what", "name", "x"]


def test_a_band_is_two_numbers_at_each_place() -> None:
    line = go.Scatter(x=[1, 2], y=[0.5, 0.6], mode="lines", name="mean")
    band = go.Scatter(x=[1, 2, 2, 1], y=[0.7, 0.8, 0.4, 0.3], fill="toself", name="mean")
    found = in_numbers(go.Figure([line, band]))
    assert list(found.columns) == ["series", "x", "y", "low", "high"]
    last = found[found["series"] == "mean (band)"]
    assert last["low"].tolist() == [0.3, 0.4] and last["high"].tolist() == [0.7, 0.8]


def test_parallel_axes_are_columns_with_their_words() -> None:
    dimensions = [
        {"label": "score", "values": [0.5, 0.7]},
        {"label": "model", "values": [0, 1], "tickvals": [0, 1], "ticktext": ["vgg", "compact"]},
    ]
    found = in_numbers(go.Figure(go.Parcoords(dimensions=dimensions)))
    assert rows(found) == [[0.5, "vgg"], [0.7, "compact"]] and list(found.columns) == ["score", "model"]


def test_the_reliability_figure_names_both_of_its_axes() -> None:
    from fer_core.figures.reliability import reliability_figure

    probabilities = np.full((40, 7), 0.02)
    probabilities[:, 3] = 0.88
    diagram = reliability(probabilities, np.where(np.arange(40) % 4, 3, 0), 10)
    found = in_numbers(reliability_figure({"one": diagram}))
    confidence = next(name for name in found.columns if name.startswith("Confidence"))
    assert found.loc[found["Accuracy"].notna() & (found["series"] != "perfect"), confidence].tolist() == [
        pytest.approx(0.88)
    ]


def test_several_figures_and_none() -> None:
    assert in_numbers(go.Figure()).empty
    one, two = go.Figure(go.Bar(x=["a"], y=[2])), go.Figure(go.Bar(x=["b"], y=[7]))
    assert rows(all_in_numbers({"first": one, "second": two})) == [["first", "a", 2], ["second", "b", 7]]
