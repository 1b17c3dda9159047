"""Fair to whom? An audit by drawn faces that differ in one thing only."""

import streamlit as st

from fer_core.errors import FerError
from fer_core.evaluation.fairness import FIRST_SENTENCE, NOT_DRAWN
from fer_core.runs import Run
from pages.fairness_parts import auditing, found
from pages.ui import downloads, layout, links, loaders, picker
from pages.ui.language import mark, say
from pages.ui.plain import plain
from pages.ui.states import FAIRNESS

NOBODY = mark("no other run")


def body() -> None:
    left, middle, right = st.columns([3, 3, 2])
    with left:
        run = picker.pick_run(
            FAIRNESS,
            keep=lambda run: run.can_predict,
            why=mark("has weights that can be asked"),
            drawn=not loaders.has_photographs(),
        )
    if run is None:
        return
    others = {one.name: one for one in picker.best_first(loaders.runs()[0]) if one.can_predict and one.name != run.name}
    options = [NOBODY, *others]
    named = middle.selectbox(
        say("Beside it"),
        options,
        format_func=lambda name: say(name) if name == NOBODY else name,
        **FAIRNESS.widget("vs", default=NOBODY, options=options),
    )
    people = right.selectbox(say("People"), FAIRNESS.options("people"), **FAIRNESS.widget("people"))
    runs: list[Run] = [run, *([others[named]] if named in others else [])]
    downloads.about([one.name for one in runs], data="drawn pairs")
    audits = auditing.show(runs, people)
    if audits:
        found.show(audits)
    _limits()


def _limits() -> None:
    st.subheader(say("What this can't say"), anchor=False)
    st.markdown(
        say(
            "Not audited: {what} A network that passes here may still fail with people: drawings have few kinds of "
            "skin, hair and wrinkles, and only the factors listed. What it costs a network when real pictures are "
            "dark, flat or blurred is measured on the Confusion page; what a network never was shown, no audit can "
            "find.",
            what=say(NOT_DRAWN),
        )
    )
    links.link("confusion", say("Accuracy by brightness and contrast"), view="Slices")


lead = say("Each pair below is one person, drawn twice; only one thing differs.")
layout.header(say("Fair to whom?"), f"{say(FIRST_SENTENCE)} {lead}")
FAIRNESS.open()
try:
    body()
except FerError as error:
    st.error(plain(error))
