"""Section "Table": all runs with their best epoch's values; notes and tags that one can edit."""

from typing import Any

import pandas as pd
import streamlit as st

from fer_core import runs
from fer_core.comparison import tables
from fer_core.comparison.filters import matching
from fer_core.errors import FerError
from fer_core.evaluation import headlines
from fer_core.spreadsheet import csv_text
from pages.runs_parts import order_view
from pages.runs_parts.choose import ChosenRuns
from pages.ui import downloads, layout
from pages.ui.plain import plain
from pages.ui.states import RUNS

_TINT = "background-color: rgba(217, 130, 43, 0.18)"
_BEST = "font-weight: 700; color: #159A8A"
_OF_THE_DATA = ("accuracy", "macro F1", "val_loss", "ECE", "gap")
"""Columns whose values mean something only beside those of runs on the same data set."""

_LOWER = {"val_loss", "validation ECE", "overfit gap", "parameters", "multiply_adds", "minutes"}


def show(choice: ChosenRuns) -> None:
    """Filter, sort and the table itself. Ticking a run's box takes it into the comparison."""
    table = whole(choice)
    _headline(choice)
    left, middle, right = st.columns([2, 1.2, 1])
    words = left.text_input(
        "Filter", placeholder="words anywhere in a row, or validation accuracy > 0.6", **RUNS.widget("filter"),
        help="All words must occur in the row. `private accuracy > 65%`, `optimizer = sgd`, `note holds first` "
        "compare; `and`, `or`, `not` and brackets join them. Any setting of run.json can be named: `mixup = 0.2`.",
    )  # fmt: skip
    columns = list(table.columns)
    sort = middle.selectbox(
        "Sort by",
        ["as listed", *columns],
        format_func=lambda c: "chosen runs first" if c == "as listed" else title(c),
        **RUNS.widget("sort", options=["as listed", *columns]),
    )
    with right:
        down = st.toggle("Largest first", **RUNS.widget("down"))
        only = st.toggle("Only what differs", **RUNS.widget("differs"))
    try:
        shown = filtered(choice, table, words)
    except FerError as error:
        st.error(plain(error))
        shown = table
    if sort != "as listed":
        shown = shown.sort_values(sort, ascending=not down, na_position="last", kind="stable", key=tables.sortable)
    else:  # those compared first
        shown = shown.loc[sorted(shown.index, key=lambda name: name not in choice.chosen)]
    if choice.reference in shown.index:  # pinned
        shown = shown.loc[[choice.reference, *[name for name in shown.index if name != choice.reference]]]
    varying = set(tables.varying_columns(table.loc[[n for n in choice.chosen if n in table.index]]))
    if only:
        shown = shown[[c for c in shown.columns if c in varying or c in ("note", "tags")]]
    _editor(choice, shown, varying)
    order_view.show(choice)
    st.caption(
        f"{len(shown)} of {len(table)} runs. Measured; every value is of the best epoch, whose weights were kept. "
        "Tinted: columns that differ among the chosen runs. Green: the best of the chosen, of "
        "scores the best on the reference's data set. The reference (★) is pinned "
        "on top. Tick a run to compare it; click a note or tags to change them: they are kept beside the run."
    )
    downloads.button(
        "Table as csv", lambda: csv_text(shown, index=True).encode("utf-8"), "runs-as-shown.csv",
        key="runs_csv", type="tertiary",
    )  # fmt: skip


def _headline(choice: ChosenRuns) -> None:
    """Which of the comparable runs is right most often."""
    there = [s for s in ("private", "test", "public", "validation") if s in choice.every[choice.reference].scores]
    split = there[0] if there else "validation"
    found = {name: run.scores.get(split, {}).get("accuracy") for name, run in choice.comparable.items()}
    scores = {name: value for name, value in found.items() if value is not None}
    layout.headline(headlines.table(scores, split), "accuracy", "split", "macro F1", "ECE", "run", "reference")


def whole(choice: ChosenRuns) -> pd.DataFrame:
    """The table of all runs, index the names the page gives them; columns without any value left out."""
    histories = {name: history for name, (_, history) in choice.histories(choice.every).items()}
    named = [_Named(name, run) for name, run in choice.every.items()]
    table = tables.runs_table(named, histories)
    kept = [c for c in table.columns if c in ("note", "tags") or table[c].replace("", None).notna().any()]
    order = [c for c in kept if c not in ("note", "tags")]
    scores = [c for c in order if c.endswith(("accuracy", "macro F1"))]
    rest = [c for c in order if c not in scores and c != "status"]
    return table[["status", *scores, *rest, "tags", "note"]]


class _Named:
    """A run under the name the page gives it."""

    def __init__(self, name: str, run: runs.Run) -> None:
        self.name, self.config, self.status, self.scores = name, run.config, run.status, run.scores
        self.folder = run.folder


def filtered(choice: ChosenRuns, table: pd.DataFrame, words: str) -> pd.DataFrame:
    """Rows for which a filter (see `fer_core.comparison.filters`) over the table and all of run.json holds."""
    whole_table = tables.with_settings(table, {name: run.config for name, run in choice.every.items()})
    return table[matching(whole_table, words, {column: title(column) for column in whole_table.columns})]


def _editor(choice: ChosenRuns, shown: pd.DataFrame, varying: set[str]) -> None:
    frame = shown.reset_index()
    frame.insert(0, "compare", frame["run"].isin(list(choice.chosen)))
    names = frame["run"].tolist()
    frame["run"] = [f"★ {name}" if name == choice.reference else name for name in names]
    st.data_editor(
        _styled(frame, names, choice, varying),
        key="runs_editor",
        hide_index=True,
        width="stretch",
        height=min(560, 38 + 35 * max(1, len(frame))),
        disabled=[c for c in frame.columns if c not in ("compare", "note", "tags")],
        column_config=_columns(frame),
        on_change=_edited,
        args=(choice, names),
    )


def _styled(frame: pd.DataFrame, names: list[str], choice: ChosenRuns, varying: set[str]) -> Any:
    """Tints the columns that differ, and marks the best value among the chosen runs."""
    styles = pd.DataFrame("", index=frame.index, columns=frame.columns)
    chosen = [i for i, name in enumerate(names) if name in choice.chosen]
    # Scores on other pictures are no better or worse than those on the reference's.
    same = next(of_set for of_set in tables.by_data(choice.chosen).values() if choice.reference in of_set)
    comparable = [i for i, name in enumerate(names) if name in same]
    for column in frame.columns:
        if column in varying and column not in ("tags", "note", "status"):
            styles[column] = _TINT
            values = frame.loc[chosen, column]
            if (
                len(chosen) > 1
                and (column in _LOWER or column.endswith(("accuracy", "macro F1")))
                and values.notna().any()
            ):
                values = values[values.index.isin(comparable)] if column.endswith(_OF_THE_DATA) else values
                if not values.notna().any():
                    continue
                best = values.idxmin() if column in _LOWER else values.idxmax()
                styles.loc[best, column] += f"; {_BEST}"
    return frame.style.apply(lambda _: styles, axis=None)


def _columns(frame: pd.DataFrame) -> dict[str, Any]:
    configs: dict[str, Any] = {
        "compare": st.column_config.CheckboxColumn("✓", help="Take the run into the comparison", pinned=True, width=36),
        "run": st.column_config.TextColumn("run", pinned=True, width=190),
        "note": st.column_config.TextColumn("note ✎", width=240),
        "tags": st.column_config.TextColumn("tags ✎", help="Words parted by commas", width=140),
        "minutes": st.column_config.NumberColumn(format="%.1f"),
        "parameters": st.column_config.NumberColumn(format="localized"),
        "multiply_adds": st.column_config.NumberColumn("multiply-adds", format="compact"),
        "learning_rate": st.column_config.NumberColumn("learning rate", format="%g"),
    }
    for column in frame.columns:
        if column.endswith(("accuracy", "macro F1", "ECE", "gap")) or column == "val_loss":
            configs[column] = st.column_config.NumberColumn(title(column), format="%.4f")
        elif column not in configs:
            configs[column] = st.column_config.Column(title(column))
    return {name: config for name, config in configs.items() if name in frame.columns}


def title(column: str) -> str:
    """A column's name in words: val_loss -> validation loss."""
    return {"val_loss": "validation loss", "multiply_adds": "multiply-adds"}.get(column, column.replace("_", " "))


def _edited(choice: ChosenRuns, names: list[str]) -> None:
    """Takes edits over: boxes into the choice, notes and tags beside their run."""
    edits = st.session_state["runs_editor"]["edited_rows"]
    chosen = list(choice.chosen)
    for row, cells in edits.items():
        name = names[int(row)]
        if "compare" in cells:
            chosen = [n for n in chosen if n != name] + ([name] if cells["compare"] else [])
        if "note" in cells or "tags" in cells:
            tags = cells.get("tags")
            words = None if "tags" not in cells else [t.strip() for t in (tags or "").split(",") if t.strip()]
            note = (cells["note"] or "") if "note" in cells else None
            try:
                runs.annotate(choice.every[name], note=note, tags=words)
                st.toast(f"Kept beside {name}.", icon=":material/save:")
            except (OSError, FerError) as error:
                st.toast(f"The note of {name} could not be kept: {error}", icon=":material/error:")
    if chosen != list(choice.chosen):
        RUNS.put("runs", chosen)
    del st.session_state["runs_editor"]  # the table is built anew from what was kept
