"""Section "The report": its figures, quoted, and our runs of the same experiment, measured."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from fer_core.comparison import beside_report, reference
from fer_core.evaluation import headlines
from fer_core.figures.beside_report import beside_report_figure
from pages.runs_parts.choose import ChosenRuns
from pages.ui import downloads, layout
from pages.ui.states import RUNS

_NOTE = (
    "Diamonds: quoted from the report, which trained each network once; their bars are Wilson's 95% intervals, "
    "worked out here from its accuracy and the number of pictures. Dots: measured here."
)


def show(choice: ChosenRuns) -> None:
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
    layout.headline(headlines.report(lines), "interval", "private", "public", "seed")
    downloads.figure(beside_report_figure(table, lines, split), f"beside-the-report-{split}", key="beside", note=_NOTE)
    st.caption(_NOTE)
    if not len(table):
        st.info(
            "No run here repeats the report's experiment yet. `python -m fer_core sweep report` trains its five "
            "variants and its final network; each appears here as it ends.",
            icon=":material/science:",
        )
    frame = _lines(lines)
    downloads.table(frame, f"beside-the-report-{split}-lines", key="beside_lines", column_config=_shapes(frame))
    if len(table):
        st.caption(
            "Difference: ours less the report's, in percentage points, with Newcombe's 95% interval for two networks "
            "that can't be paired picture by picture. Step: what the variant adds to the baseline, in the report "
            "and here."
        )
        _sizes(table)
        with st.expander(f"The {len(table)} runs behind it"):
            shown = table.drop(columns=[c for c in table.columns if c.startswith("n_")])
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


def _lines(lines: pd.DataFrame) -> pd.DataFrame:
    """The lines in percent and percentage points, as numbers."""
    return pd.DataFrame(
        {
            "variant": lines["variant"],
            "report (quoted), %": 100 * lines["quoted"],
            "ours, mean, %": 100 * lines["mean"],
            "ours, sd": 100 * lines["sd"],
            "runs": lines["seeds"],
            "difference, points": 100 * lines["difference"],
            "95% from": 100 * lines["low"],
            "95% to": 100 * lines["high"],
            "report's step": 100 * lines["quoted_step"],
            "our step": 100 * lines["step"],
        }
    )


def _shapes(frame: pd.DataFrame) -> dict[str, Any]:
    """Two decimals; differences with their sign."""
    signed = ("difference", "95%", "report's step", "our step")
    shares = [name for name in frame.columns if name not in ("variant", "runs")]
    return {n: st.column_config.NumberColumn(format="%+.2f" if n.startswith(signed) else "%.2f") for n in shares}


def _lay_over(table: pd.DataFrame) -> None:
    """Before the next run: these runs, grouped by recipe where there are seeds, the report's lines behind them."""
    quoted = [q.name for q in reference.ALL if q.val_accuracy and q.name in set(table["variant"])]
    RUNS.put_all(
        runs=table["run"].tolist(),
        quoted=quoted,
        group="recipe" if len(table) > table["variant"].nunique() else "",
        view="Curves",
    )
