"""Section "Calibration": does 80% mean right four times in five?"""

import pandas as pd
import streamlit as st

from fer_core.errors import FerError
from fer_core.evaluation import headlines
from fer_core.evaluation.calibration import apply_temperature, negative_log_likelihood, reliability
from fer_core.evaluation.statistics import align
from fer_core.figures.reliability import reliability_figure
from pages.runs_parts import aligned_predictions
from pages.runs_parts.choose import ChosenRuns
from pages.ui import downloads, layout
from pages.ui.plain import plain
from pages.ui.states import RUNS

_MOST = 6


def show(choice: ChosenRuns) -> None:
    """Reliability diagram with counts, expected calibration error, temperature."""
    left, middle, right = st.columns(3)
    with left:
        split = aligned_predictions.split_box(choice)
    if split is None:
        return
    bins = middle.slider("Bins", **RUNS.widget("bins"))
    scaled = right.toggle(
        "After temperature scaling", **RUNS.widget("scaled"),
        help="Softmax of the logits over a temperature that was fitted on the validation split; no prediction changes.",
    )  # fmt: skip
    diagrams, records = {}, []
    for name, run in choice.chosen.items():
        if split not in aligned_predictions.kept_splits(run):
            continue
        try:
            one = align({name: aligned_predictions.kept_predictions(run, split)})
            given, cured = one.probabilities[name], apply_temperature(one.probabilities[name], run.temperature)
            before, after = reliability(given, one.labels, bins), reliability(cured, one.labels, bins)
        except FerError as error:
            st.error(f"{plain(name)}: {plain(error)}")
            continue
        diagrams[name] = after if scaled else before
        records.append(
            {
                "run": name,
                "pictures": len(one.labels),
                "ECE": before.ece,
                "ECE, scaled": after.ece,
                "temperature": run.temperature if run.config.get("calibration") else None,
                "log loss": negative_log_likelihood(given, one.labels),
                "log loss, scaled": negative_log_likelihood(cured, one.labels),
            }
        )
    if not records:
        st.info(f"None of the chosen runs keeps predictions on {split}.", icon=":material/rule:")
        return
    name = choice.reference if choice.reference in diagrams else next(iter(diagrams))
    layout.headline(headlines.calibration(name, diagrams[name]), "calibration", "confidence", "ECE", "temperature")
    shown = dict(list(diagrams.items())[:_MOST])
    downloads.figure(
        reliability_figure(shown, palette=choice.palette), f"reliability-{split}", key="reliability", split=split
    )
    more = f" The first {_MOST} runs are drawn, the table has all." if len(diagrams) > _MOST else ""
    st.caption(
        "Measured. On the diagonal a network is as right as it is sure; below it, it is too sure. Bars: how many "
        f"pictures each point stands for.{more} ECE: mean gap between the two, weighted by these counts."
    )
    downloads.table(pd.DataFrame.from_records(records), f"calibration-{split}", key="calibration", split=split)
    if split == "validation" and scaled:
        st.caption("The temperature was fitted on this very split; look at private or public for an honest figure.")
