"""How good the runs are, beside each other and beside what is quoted."""

import pandas as pd
import streamlit as st

from fer_core.comparison import reference
from fer_core.runs import Run
from pages.ui import downloads, layout, loaders
from pages.ui.language import mark, say
from pages.ui.picker import best_first

SPLITS = (mark("validation"), mark("public"), mark("private"), mark("test"))


def show() -> None:
    """The runs' scores and the quoted ones, each labelled as what it is."""
    runs, _ = loaders.runs()
    st.subheader(say("The networks here"), anchor=False)
    if not runs:
        st.info(say("No run yet: `python -m fer_core train --data drawn --recipe drawn` makes one in some minutes."))
        return
    layout.badge("measured")
    downloads.table(
        pd.DataFrame([_row(run) for run in best_first(runs)]),
        "runs",
        column_config={
            **{name: say(name) for name in (mark("run"), mark("network"), mark("trained on"), mark("state"))},
            "parameters": st.column_config.NumberColumn(say("parameters"), format="localized"),
            **{
                split: st.column_config.NumberColumn(
                    say(split), format="percent", help=say("accuracy on the {split} split", split=say(split))
                )
                for split in SPLITS
            },
        },
    )
    final = reference.FINAL
    st.caption(
        say(
            "For comparison, quoted: the report's final network reached {public:.1%} on the public and {private:.1%} "
            "on the private half of FER2013's test images. People agree with its labels in about 65% of pictures, give "
            "or take 5 (Goodfellow et al. 2013).",
            public=final.public,
            private=final.private,
        )
    )


def _row(run: Run) -> dict[str, object]:
    parameters = run.config["model"].get("parameters")
    return {
        "run": run.name,
        "network": run.config["model"].get("name"),
        "parameters": parameters,
        "trained on": run.dataset_name,
        "state": say(run.status),
        **{split: run.scores.get(split, {}).get("accuracy", float("nan")) for split in SPLITS},
    }
