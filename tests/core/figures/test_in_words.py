"""Figures in words: the numbers are the figure's own."""

import plotly.graph_objects as go

from fer_core.figures.in_words import in_words


def test_lines_tell_where_they_begin_and_end() -> None:
    figure = go.Figure(
        [
            go.Scatter(x=[0, 1, 2], y=[0.25, float("nan"), 0.6789], mode="lines", name="compact"),
            go.Scatter(x=[0, 1, 2], y=[3, 1, 2], mode="lines", name="<b>fast</b>"),
            go.Scatter(x=[0, 1], y=[5, 6], name="hidden", visible=False),
            go.Scatter(x=[0, 1], y=[0, 1], fill="toself"),
        ]
    )
    figure.update_layout(title="Curves", xaxis_title="epoch", yaxis_title="val<br>accuracy")
    assert in_words(figure) == (
        "Curves. val accuracy against epoch. compact from 0.25 to 0.6789, between 0.25 and 0.6789; "
        "fast from 3 to 2, between 1 and 3."
    )
    assert in_words(figure, "Of two runs").startswith("Of two runs. val")


def test_bars_tell_each_value_lying_or_standing() -> None:
    lying = go.Figure(go.Bar(x=[0.5, 0.125], y=["angry", "sad"], orientation="h", name="p"))
    assert in_words(lying) == "p: angry 0.5, sad 0.125."
    standing = go.Figure(go.Bar(x=["angry", "sad"], y=[7, 2]))
    assert in_words(standing) == "angry 7, sad 2."


def test_points_grids_and_crowds() -> None:
    points = go.Figure(go.Scatter(x=[1, 2, 3], y=[4.0, 9.0, 5.0], mode="markers", name="runs"))
    assert in_words(points) == "runs: 3 from 4 to 9."
    named = go.Figure(go.Scatter(x=[-1.5, 0.25], y=["fast", "human"], mode="markers"))
    assert in_words(named) == "fast -1.5, human 0.25."
    assert in_words(go.Figure(go.Heatmap(z=[[1, 2, 3], [4, None, 6]]))) == "a grid of 5 cells from 1 to 6."
    crowd = go.Figure([go.Scatter(y=[i, i + 1], mode="lines", name=f"r{i}") for i in range(11)])
    assert in_words(crowd).endswith("r7 from 7 to 8, between 7 and 8; and 3 more.")
    assert in_words(go.Figure(), "Nothing yet") == "Nothing yet."
