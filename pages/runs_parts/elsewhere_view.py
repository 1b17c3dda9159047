"""Section "Other sets": the chosen runs scored on a set that they were not trained on; kept beside each run."""

from typing import Any

import pandas as pd
import streamlit as st

from fer_core.data.dataset import Dataset
from fer_core.errors import FerError
from fer_core.evaluation import headlines
from fer_core.evaluation.evaluate import evaluate_elsewhere
from pages.runs_parts.choose import ChosenRuns
from pages.ui import downloads, layout, links, loaders, warmup
from pages.ui.plain import plain

DRAWN = "drawn faces"


def show(choice: ChosenRuns) -> None:
    """Which set, the button, and every score on another set that is kept."""
    spot = st.container()
    st.caption(
        "How a network fares on faces from elsewhere. Predictions and scores are kept beside the run; the table has "
        "them as columns, and “Is it real?”, Flips and Calibration as splits named “on SET”."
    )
    there = layout.safe_dataset()
    sets = ([there.name] if there is not None else []) + [DRAWN]
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    named = left.segmented_control("Set", sets, default=sets[0], required=True, key="elsewhere_set")
    dataset = loaders.drawn() if named == DRAWN or there is None else there
    fitting = [
        name
        for name, run in choice.chosen.items()
        if run.can_predict and run.fingerprint != dataset.fingerprint
    ]  # fmt: skip
    pressed = right.button(
        f"Score {len(fitting)} run{'s' * (len(fitting) != 1)} on it",
        icon=":material/travel_explore:",
        key="elsewhere_go",
        disabled=not fitting,
        width="stretch",
    )
    links.link("dataset", "Open another set on the Data page", icon=":material/photo_library:", view="open")
    own = [name for name, run in choice.chosen.items() if run.fingerprint == dataset.fingerprint]
    if own:
        st.caption(f"This is the own set of {plain(', '.join(own))}; those scores stand in the table already.")
    if pressed:
        _score(choice, fitting, dataset)
    lines = _table(choice)
    with spot:
        accuracy = {(line["run"], f"{line['on']}, {line['split']}"): line["accuracy"] for line in lines}
        layout.headline(headlines.elsewhere(accuracy), "accuracy", "split", "run")


def _score(choice: ChosenRuns, names: list[str], dataset: Dataset) -> None:
    said = f"Scoring on {plain(dataset.name)}. Changing anything on the page stops it."
    bar = st.progress(0.0, said)
    warmup.wait()
    for at, name in enumerate(names, 1):
        try:
            evaluate_elsewhere(choice.chosen[name], dataset)
        except FerError as error:
            st.error(f"{plain(name)}: {plain(error)}")
        bar.progress(at / len(names), said)
    bar.empty()


def _table(choice: ChosenRuns) -> list[dict[str, Any]]:
    """The scores on other sets, a line each, as they are shown."""
    lines = []
    for name, run in choice.chosen.items():
        for found, split in loaders.elsewhere(run).values():
            score = found.scores[split]
            low, high = score.get("accuracy_interval") or (None, None)
            lines.append(
                {
                    "run": name,
                    "trained on": run.dataset_name,
                    "on": found.data,
                    "fingerprint": found.fingerprint,
                    "split": split,
                    "pictures": score.get("n"),
                    "accuracy": score.get("accuracy"),
                    "low": low,
                    "high": high,
                    "macro F1": score.get("macro_f1"),
                    "ECE": score.get("ece"),
                    "when": found.when,
                }
            )
    if not lines:
        st.info("None of the chosen runs has been scored on another set yet.", icon=":material/travel_explore:")
        return lines
    percent = {name: st.column_config.NumberColumn(name, format="percent") for name in ("accuracy", "low", "high")}
    downloads.table(pd.DataFrame(lines), "runs-on-other-sets", key="elsewhere_table", column_config=percent)
    st.caption("Measured here. Low and high: Wilson's 95% interval.")
    return lines
