"""Section "The report": its figures, quoted, and our runs of the same experiment, measured."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from fer_core.comparison import beside_report, reference
from fer_core.figures.beside_report import beside_report_figure
from pages.runs_parts.choose import Choice
from pages.ui import downloads
from pages.ui.states import RUNS


def show(choice: Choice) -> None:
    """One line a variant: quoted beside measured, then each of our runs."""
    table = beside_report.runs_beside(choice.every.values())
    left, middle, right = st.columns([1, 2, 2], vertical_alignment="bottom")
    split = left.selectbox(
        "Split", beside_report.SPLITS, **RUNS.widget("rsplit"),
        help="Private and public are the test halves of FER2013; the report's validation tenth was another than ours.",
    )  # fmt: skip
    if len(table):
        groups = beside_report.groups(table)
        group = middle.selectbox(
            "Our runs", groups, **RUNS.widget("rgroup", default=groups[0], options=groups), format_func=_counted(table),
            help="Runs of one width, greatest length and optimiser: only these are one experiment.",
        )  # fmt: skip
        table = table[table["group"] == group]
        with right.container(horizontal=True):
            st.button(
                "Lay these runs over its figures", icon=":material/layers:", on_click=_lay_over, args=(table,),
                help="Chooses these runs and draws their curves with the report's figures behind.",
            )  # fmt: skip
    lines = beside_report.summary(table, split)
    downloads.figure(beside_report_figure(table, lines, split), f"beside-the-report-{split}", key="beside")
    st.caption(
        "Diamonds: quoted from the report, which trained each network once; their bars are Wilson's 95% intervals, "
        "worked out here from its accuracy and the number of pictures. Dots: measured here."
    )
    if not len(table):
        st.info(
            "No run here repeats the report's experiment yet. `python -m fer_core sweep report` trains its five "
            "variants and its final network; each appears here as it ends.",
            icon=":material/science:",
        )
    downloads.table(_words(lines), f"beside-the-report-{split}", key="beside_lines")
    if len(table):
        st.caption(
            "Difference: ours less the report's, in percentage points, with Newcombe's 95% interval for two networks "
            "that can't be paired picture by picture. Step: what the variant adds to the baseline, in the report "
            "and here."
        )
        _sizes(table)
        with st.expander(f"The {len(table)} runs behind it"):
            shown = table.drop(columns=[c for c in table.columns if c.startswith("n_")]).round(5)
            downloads.table(shown, "beside-the-report-runs", key="beside_runs")


def _counted(table: pd.DataFrame) -> Callable[[str], str]:
    counts = table["group"].value_counts()
    return lambda group: f"{group} ({counts[group]} run{'s' if counts[group] > 1 else ''})"


def _sizes(table: pd.DataFrame) -> None:
    """Says so where ours are not the report's size: then levels can't be compared, steps can."""
    narrow = table[table["width"] != 1]
    if len(narrow):
        widths = ", ".join(f"{width:g}" for width in sorted(narrow["width"].unique()))
        st.info(
            f"{len(narrow)} of these {len(table)} runs train the report's network at {widths} of its width, for at "
            f"most {int(narrow['epochs'].max() or 0)} epochs (the report: up to 200). They are another, smaller "
            "network: compare the steps between the variants, not the levels.",
            icon=":material/straighten:",
        )


def _words(lines: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "variant": lines["variant"],
            "report (quoted)": lines["quoted"].map(_percent),
            "ours, mean": lines["mean"].map(_percent),
            "ours, sd": lines["sd"].map(lambda v: f"{100 * v:.2f}" if v == v else ""),
            "runs": lines["seeds"],
            "difference, points": [_difference(line) for line in lines.itertuples()],
            "report's step": lines["quoted_step"].map(_points),
            "our step": lines["step"].map(_points),
        }
    )  # fmt: skip


def _difference(line: Any) -> str:
    if line.difference != line.difference:  # NaN: nothing to take a difference of
        return ""
    return f"{100 * line.difference:+.2f} ({100 * line.low:+.2f} to {100 * line.high:+.2f})"


def _percent(value: float) -> str:
    return f"{100 * value:.2f}%" if value == value else ""


def _points(value: float) -> str:
    return f"{100 * value:+.2f}" if value == value else ""


def _lay_over(table: pd.DataFrame) -> None:
    """Before the next run: these runs, grouped by recipe where there are seeds, the report's lines behind them."""
    quoted = [q.name for q in reference.ALL if q.val_accuracy and q.name in set(table["variant"])]
    RUNS.put_all(
        runs=table["run"].tolist(),
        quoted=quoted,
        group="recipe" if len(table) > table["variant"].nunique() else "",
        view="Curves",
    )
