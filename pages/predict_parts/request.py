"""Which runs are asked, and how: the settings that all ways in share."""

from dataclasses import dataclass

import streamlit as st

from fer_core.reading.faces import SMALL_BELOW
from fer_core.reading.inference import Predictor
from fer_core.reading.sure import Rule
from fer_core.runs import Run
from pages.ui import layout, loaders, picker
from pages.ui.language import mark, say
from pages.ui.states import PREDICT

MAX_RUNS = 4


@dataclass(frozen=True)
class ReadingRequest:
    """The runs asked (the first is the one that is explained), flip averaging, and eyes turned level."""

    runs: tuple[Run, ...]
    flip: bool
    level: bool
    doubtful: bool = True
    wanted: float = 0.0
    """Share of answers that are to agree with the label, below which the answer is "not sure"; 0 for a label always."""

    @property
    def run(self) -> Run:
        return self.runs[0]

    @property
    def predictors(self) -> list[Predictor]:
        return [loaders.predictor(run) for run in self.runs]

    @property
    def rule(self) -> Rule:
        """From which probability on the first run's answer is a label."""
        return loaders.sure_rule(self.run, self.wanted)

    @property
    def least(self) -> dict[str, float]:
        """That probability for each run, by its name."""
        return {run.name: loaders.sure_rule(run, self.wanted).least for run in self.runs}

    @property
    def key(self) -> tuple:
        """Changes whenever an answer could."""
        networks = tuple((str(run.folder), loaders.network_stamp(run)) for run in self.runs)
        return (networks, self.flip, self.level, self.doubtful)


def controls() -> ReadingRequest | None:
    """The run, the runs beside it and the switches; None, with a note, where no run has a model."""
    first, second = st.columns(2)
    with first:
        run = picker.pick_run(
            PREDICT,
            keep=lambda run: run.can_predict,
            why=mark("has its weights beside it"),
            drawn=PREDICT.value("way") == "Example",
        )
    if run is None:
        return None
    with second:
        others = _others(run)
    with st.expander(say("More settings"), icon=":material/tune:"):
        left, right = st.columns(2)
        with left:
            flip, level = _averaged(), _level()
        with right:
            wanted = _wanted()
            doubtful = not st.toggle(
                say("Leave out faces too small or blurred"),
                **PREDICT.widget("clear"),
                help=say(
                    "Below {pixels} pixels a side, or so blurred that a third of labels change. In pictures.",
                    pixels=SMALL_BELOW,
                ),
            )
    for asked in (run, *others):
        layout.left_aside(asked)
    return ReadingRequest((run, *others), flip, level, doubtful, wanted)


def _averaged() -> bool:
    return st.toggle(
        say("Average with the mirrored face"),
        **PREDICT.widget("flip"),
        help=say("Each face is asked twice, once mirrored; doubles the time and raises accuracy a little."),
    )


def _level() -> bool:
    return st.toggle(
        say("Turn tilted faces upright"),
        **PREDICT.widget("level"),
        help=say("By the eye points that YuNet finds, from 8 degrees of tilt on. Raises accuracy on tilted faces."),
    )


def _wanted() -> float:
    """The accuracy that the answers given should have; 0 where the likeliest class is always named."""
    on = st.toggle(
        say("Say “not sure” where it is not"),
        **PREDICT.widget("sure"),
        help=say(
            "Below a probability that is chosen on the run's validation pictures, as on Confusion's view Abstain."
        ),
    )
    wanted = st.slider(
        say("Of the answers given, so many are to agree with the label"),
        step=0.05,
        format="percent",
        disabled=not on,
        **PREDICT.widget("sure_of"),
    )
    return wanted if on else 0.0


def _others(run: Run) -> list[Run]:
    runs, _ = loaders.runs()
    there = {other.name: other for other in picker.best_first(runs) if other.can_predict and other.name != run.name}
    if not there:
        return []
    names = st.multiselect(
        say("Runs beside it"),
        list(there),
        max_selections=MAX_RUNS - 1,
        placeholder=say("Choose options"),
        **PREDICT.widget("beside", default=[], options=list(there)),
    )
    return [there[name] for name in names][: MAX_RUNS - 1]
