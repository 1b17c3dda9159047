"""An audit that can be watched and stopped; what was found in this session shows at once."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from fer_core.errors import FerError
from fer_core.evaluation import fairness
from fer_core.evaluation.fairness import FACTORS, Factor
from fer_core.runs import Run
from pages.ui import layout, loaders, queue
from pages.ui.language import say
from pages.ui.plain import plain, said

SEED = 0
_LINE = "fairness"
_MOST = 12  # audits kept in a session


@dataclass
class Audit:
    """One run's audit in this session: what is known of each factor, and what goes on."""

    run: Run
    people: int
    records: list[dict[str, Any]] = field(default_factory=list)
    steps: Iterator[tuple[Factor, dict[str, Any]]] | None = None
    problem: str = ""

    @property
    def finished(self) -> bool:
        """Whether all factors are through."""
        return len(self.records) == len(FACTORS)

    def table(self) -> pd.DataFrame:
        """The factors, those that change most answers first; see `fer_core.evaluation.fairness.table`."""
        return fairness.table(self.records)

    def ask(self, pixels: np.ndarray) -> np.ndarray:
        """The run's probabilities (N, 7) of pictures u8 (N, 48, 48)."""
        return loaders.predictor(self.run).probabilities(pixels)


def show(runs: list[Run], people: int) -> list[Audit]:
    """The button or the progress; the audits that are through."""
    audits = [_audit(run, people) for run in runs]
    for audit in audits:
        layout.left_aside(audit.run)
        if audit.problem:
            st.error(plain(audit.problem))
    waiting = [audit for audit in audits if not audit.finished]
    if any(audit.steps is not None for audit in audits):
        st.fragment(_watch, run_every=0.05)(audits)
    elif waiting:
        st.button(
            say("Audit {runs}", runs=say(" and ").join(plain(audit.run.name) for audit in waiting)),
            type="primary", icon=":material/balance:", key="audit", on_click=_start, args=(waiting,),
        )  # fmt: skip
        faces = 2 * 7 * people * len(FACTORS)
        st.caption(
            say("{faces:,} faces are drawn and read for each network; some seconds, or half a minute.", faces=faces)
        )
    return [audit for audit in audits if audit.finished]


def _audit(run: Run, people: int) -> Audit:
    kept: dict[tuple[Any, ...], Audit] = st.session_state.setdefault("fairness_audits", {})
    key = (str(run.folder), loaders.network_stamp(run), people)
    if key not in kept:
        kept[key] = Audit(run, people)
        while len(kept) > _MOST:
            kept.pop(next(iter(kept)))
    return kept[key]


def _start(audits: list[Audit]) -> None:
    for audit in audits:
        audit.records, audit.problem = [], ""
        audit.steps = fairness.audit(audit.ask, FACTORS, audit.people, SEED)


def _stop(audits: list[Audit]) -> None:
    for audit in audits:
        audit.steps = None


def _watch(audits: list[Audit]) -> None:
    """One look: the next factor of the first run that is not through."""
    st.button(say("Stop"), icon=":material/stop:", key="audit_stop", on_click=_stop, args=(audits,))
    audit = next((one for one in audits if one.steps is not None), None)
    if audit is not None:
        done = len(audit.records)
        words = say(
            "{run}: {done} of {all} factors, now {factor}",
            run=plain(audit.run.name),
            done=done,
            all=len(FACTORS),
            factor=say(FACTORS[done].name),
        )
        st.progress(done / len(FACTORS), text=words)
        with queue.look(_LINE) as mine:
            if mine:
                _go_on(audit)
    if all(one.steps is None for one in audits):
        queue.leave(_LINE)
        st.rerun(scope="app")


def _go_on(audit: Audit) -> None:
    try:
        if audit.steps is not None:
            audit.records.append(next(audit.steps)[1])
    except FerError as error:
        audit.steps, audit.problem = None, said(error)
    if audit.finished:
        audit.steps = None
