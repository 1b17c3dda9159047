"""Section "Settings": what differs between the runs, and what a setting does to a score."""

import pandas as pd
import streamlit as st

from fer_core.comparison import reference, tables
from fer_core.comparison.importance import setting_importance
from fer_core.errors import FerError
from fer_core.evaluation import headlines
from fer_core.figures.parallel import parallel_figure, scatter_figure
from pages.runs_parts import table_view
from pages.runs_parts.choose import ChosenRuns
from pages.ui import downloads, layout
from pages.ui.plain import plain
from pages.ui.states import RUNS


def show(choice: ChosenRuns) -> None:
    """Difference of the settings, then parallel coordinates and a scatter over all runs or those chosen."""
    configs = {name: run.config for name, run in choice.chosen.items()}
    different = list(tables.difference_table(configs).index)
    layout.headline(headlines.settings(different, len(configs)), "learning rate", "augmentation", "seed", "recipe")
    _differences(choice)
    st.subheader("Settings and scores", anchor=False)
    scope = st.segmented_control(
        "Runs", ["all runs", "chosen runs"], required=True, label_visibility="collapsed",
        **RUNS.widget("over"),
    )  # fmt: skip
    table = table_view.whole(choice).drop(columns=["note", "tags"])
    if scope == "chosen runs":
        table = table.loc[[name for name in table.index if name in choice.chosen]]
    scores = [c for c in table.columns if c.endswith(("accuracy", "macro F1", "ECE", "gap")) or c == "val_loss"]
    if not scores:
        st.info("No run has a score yet.", icon=":material/hourglass_empty:")
        return
    first = next((c for c in ("private accuracy", "test accuracy", "validation accuracy") if c in scores), scores[0])
    score = st.selectbox("Score", scores, **RUNS.widget("score", default=first, options=scores))
    _parallel(table, score, [c for c in table.columns if c not in scores])
    _scatter(table, score)
    _importance(table, score, [c for c in table.columns if c not in scores])


def _differences(choice: ChosenRuns) -> None:
    only = st.toggle("Differences only", **RUNS.widget("diff"))
    configs = {name: run.config for name, run in choice.chosen.items()}
    frame = tables.difference_table(configs, differences_only=only)
    if not len(frame):
        st.info("The chosen runs were asked for with the same settings.", icon=":material/equal:")
        return
    different = set(tables.difference_table(configs).index)
    frame.insert(0, "differs", ["◆" if key in different else "" for key in frame.index])
    if choice.reference in frame:
        rest = [c for c in frame.columns if c not in ("differs", choice.reference)]
        frame = frame[["differs", choice.reference, *rest]]
    downloads.table(frame.reset_index(), "settings", key="settings", height="content" if len(frame) < 16 else 560)


_ROOM = """<style>
@media (max-width: 640px) {
  .st-key-parallel_room {overflow-x: auto;}
  .st-key-parallel_room > div {min-width: WIDEpx;}
}
</style>"""
"""On a phone the axes keep their distance, and the figure is pushed sideways within its frame."""


def _parallel(table: pd.DataFrame, score: str, others: list[str]) -> None:
    varying = [c for c in tables.varying_columns(table[others]) if c not in ("status", "minutes", "best epoch")]
    columns = st.multiselect(
        "Columns of the parallel coordinates", others, **RUNS.widget("axes", default=varying[:6], options=others)
    )
    if not columns:
        st.caption("Choose at least one column: the chosen runs differ in none.")
        return
    try:
        st.html(_ROOM.replace("WIDE", str(200 + 110 * len(columns))))
        with st.container(key="parallel_room"):
            downloads.figure(parallel_figure(table, columns, score), "parallel-coordinates", key="parallel")
        st.caption("A line a run, coloured by the score. Drag along an axis to keep only the runs that pass there.")
    except FerError as error:
        st.info(plain(error))


def _importance(table: pd.DataFrame, score: str, others: list[str]) -> None:
    """Which setting mattered, on request: it takes some seconds."""
    with st.expander("Which setting mattered", icon=":material/insights:"):
        settings = [c for c in others if c not in ("status", "minutes", "best epoch", "epochs", "seed")]
        if not st.toggle("Work it out", **RUNS.widget("mattered")):
            return
        try:
            found, share = _mattered(table, settings, score)
        except FerError as error:
            st.info(plain(error), icon=":material/insights:")
            return
        if share <= 0:
            st.warning(
                f"The settings foretell nothing of {score} in these {len(table)} runs: what follows means nothing.",
                icon=":material/question_mark:",
            )
        else:
            st.markdown(f"The settings foretell **{share:.0%}** of the spread of {score} over these runs.")
        downloads.table(found, f"setting-importance-{score}".replace(" ", "-"), key="importance")
        st.caption(
            "Permutation importance: by how much a forest's error on runs that it did not see grows, as a share of the "
            "scores' variance, when a setting's values are shuffled; with the range of 95% of the shuffles. Settings "
            "that always change together can't be told apart."
        )


@st.cache_data(show_spinner="Growing forests", max_entries=16)
def _mattered(table: pd.DataFrame, settings: list[str], score: str) -> tuple[pd.DataFrame, float]:
    return setting_importance(table, settings, score)


def _scatter(table: pd.DataFrame, score: str) -> None:
    left, right, third = st.columns(3)
    columns = [c for c in table.columns if c not in (score, "status")]
    varying = tables.varying_columns(table[columns])
    x = left.selectbox("Horizontal", columns, **RUNS.widget("sx", default=(varying or columns)[0], options=columns))
    words = ["nothing", *[c for c in columns if not pd.api.types.is_numeric_dtype(table[c]) or table[c].nunique() < 9]]
    colour = right.selectbox("Colour", words, **RUNS.widget("sc", options=words))
    split = score.removesuffix(" accuracy")
    scores = [(q.name, q.score(split)) for q in reference.ALL] if score.endswith("accuracy") else []
    quoted = [(name, value) for name, value in scores if value]
    names = third.multiselect(
        "Report (quoted)", [name for name, _ in quoted], **RUNS.widget("sq", options=[name for name, _ in quoted])
    )
    lines = [(name, value) for name, value in quoted if name in names]
    try:
        figure = scatter_figure(table, x, score, None if colour == "nothing" else colour, lines)
        downloads.figure(figure, "scatter", key="scatter")
    except FerError as error:
        st.info(plain(error))
