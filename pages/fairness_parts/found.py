"""What an audit found: a sentence, the factors beside each other, and the pair of faces that moved most."""

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from fer_core.evaluation import fairness
from fer_core.figures.fairness import MEASURES, factors_figure
from fer_core.labels import CLASSES
from pages.fairness_parts.auditing import SEED, Audit
from pages.ui import bars, downloads, layout
from pages.ui.language import mark, say, words
from pages.ui.plain import plain
from pages.ui.states import FAIRNESS

_WORDS = {"changed": mark("how often the answer changes"), "moved": mark("how far the probabilities move")}


def show(audits: list[Audit]) -> None:
    """The sentences, the figure, the tables and the faces."""
    tables = {audit.run.name: audit.table() for audit in audits}
    for name, frame in tables.items():
        st.markdown(f"**{plain(name)}:** {say(fairness.sentence(frame))}")
    layout.badge(
        "drawn",
        say(
            "{pairs} pairs a factor: {people} people, seven faces each.",
            pairs=audits[0].records[0]["pairs"],
            people=audits[0].people,
        ),
    )
    measure = st.segmented_control(
        say("Shown"),
        list(MEASURES),
        format_func=lambda name: say(_WORDS[name]),
        required=True,
        **FAIRNESS.widget("measure"),
    )
    downloads.figure(factors_figure(tables, measure, words()), f"fairness-{measure}", title=say(_WORDS[measure]))
    st.caption(
        say(
            "Points with 95% intervals, from the bootstrap over people. A pair is the same person with the same "
            "expression, drawn twice; only the factor differs."
        )
    )
    pairs(audits)
    with st.expander(say("All figures")):
        whole = pd.concat([frame.assign(run=name) for name, frame in tables.items()], ignore_index=True)
        whole = whole[["run", *(name for name in whole.columns if name not in ("run", "most"))]]
        downloads.table(whole, "fairness", key="fairness_table")
        st.caption(
            say(
                "right: accuracy on the high side less that on the low side, of the same pairs, with its paired 95% "
                "interval; p: of that difference, by exchanging the sides of whole people at random; holm: p corrected "
                "over the factors (Holm)."
            )
        )


def pairs(audits: list[Audit]) -> None:
    """The pair of faces that moved most under one factor, for each run, with what was said of either side."""
    st.subheader(say("The two faces that moved most"), anchor=False)
    first = audits[0].table()["factor"].tolist()
    name = st.pills(
        say("Factor"),
        first,
        format_func=say,
        required=True,
        **FAIRNESS.widget("factor", default=first[0], options=first),
    )
    st.html(bars.STYLE)
    for audit in audits:
        record = next(one for one in audit.records if one["factor"] == name)
        _pair(audit, fairness.factor_of(name), record)


def _pair(audit: Audit, factor: fairness.Factor, record: dict[str, Any]) -> None:
    number = record["most"]
    asked = np.stack(fairness.pair(factor, number, SEED))
    said = audit.ask(asked)
    moved = float(np.abs(said[0] - said[1]).sum() / 2)
    with st.container(border=True):
        person, expression = number // len(CLASSES), CLASSES[number % len(CLASSES)]
        st.markdown(
            say(
                "**{run}**, person {person}, drawn {expression}: {moved:.0%} of the probability moves, from *{first}* "
                "to *{then}*.",
                run=plain(audit.run.name),
                person=person,
                expression=say(expression),
                moved=moved,
                first=say(CLASSES[said[0].argmax()]),
                then=say(CLASSES[said[1].argmax()]),
            )
        )
        faces = fairness.pair(factor, number, SEED, size=240)
        for column, face, probabilities, side in zip(
            st.columns(2), faces, said, (factor.low, factor.high), strict=True
        ):
            with column:
                downloads.picture(
                    face, f"{audit.run.name}-{factor.name}-{side}".replace(" ", "-"), caption=say(side),
                    alt=say(
                        "A drawn {expression} face, {side}; read as {answer}.",
                        expression=say(expression), side=say(side), answer=say(CLASSES[probabilities.argmax()]),
                    ),
                )  # fmt: skip
                st.html(bars.bars(probabilities))
