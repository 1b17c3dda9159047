"""What readers decided: counted, compared with other readers and with FER+, and taken along."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pandas as pd
import streamlit as st

from fer_core.data import readers, verdicts
from fer_core.data.dataset import Dataset
from fer_core.data.verdicts import Verdict
from fer_core.errors import FerError
from fer_core.spreadsheet import csv_text
from pages.ui import downloads
from pages.ui.plain import plain

EVERYBODY = "All readers, where they agree"


def show(dataset: Dataset, found: list[Verdict], path: Path) -> None:
    """The section below the picture; filled only once it is opened."""
    box = st.expander("What was decided, by whom, and the set after it", key="review_kept_box", on_change="rerun")
    if not box.open:
        return
    with box:
        if not found:
            st.caption("Nothing is decided yet.")
        else:
            decided = _whose(found)
            _counted(dataset, decided)
            _files(dataset, decided, path)
        _second_reader(dataset, found)


def _whose(found: list[Verdict]) -> dict[int, str]:
    names = verdicts.readers(found)
    who = st.selectbox("Decisions of", [EVERYBODY, *names], key="review_whose") if len(names) > 1 else names[0]
    return verdicts.latest(found, None if who == EVERYBODY else who)


def _counted(dataset: Dataset, decided: dict[int, str]) -> None:
    counts = Counter(decided.values())
    said = ", ".join(f"{word} {count:,}" for word, count in counts.most_common()) or "none"
    st.markdown(f"**{len(decided):,} pictures decided on**: {said}.")
    if dataset.votes is not None and decided:
        after, before, count = verdicts.against_votes(dataset, decided)
        st.caption(
            f"FER+'s voters confirm {after:,} of {count:,} of these verdicts, and {before:,} of the labels before them "
            "(pictures that are unsure, unlabelled or without a vote are left out)."
        )


def _files(dataset: Dataset, decided: dict[int, str], path: Path) -> None:
    with st.container(horizontal=True):
        downloads.button(
            "Row list as csv",
            lambda: csv_text(readers.table(dataset, decided)).encode("utf-8"),
            f"{dataset.name}-verdicts-rows.csv",
            key="review_rows",
        )
        downloads.button(
            "The set after it, as csv",
            lambda: b"".join(verdicts.corrected_csv(dataset, decided)),
            f"{dataset.name}-corrected.csv",
            key="review_corrected",
            help="FER2013's own layout: labels as decided, what is no face left out.",
        )
        downloads.button("The file of verdicts", path.read_bytes, path.name, key="review_file")
    st.caption(
        f"`python -m fer_core train --verdicts {plain(path.name)}` learns from them, `evaluate --verdicts` scores by "
        "them; a picture on which readers differ stays as it is."
    )


def _second_reader(dataset: Dataset, found: list[Verdict]) -> None:
    """Readers two by two; a file from another machine joins for this visit."""
    given = st.file_uploader(
        "A second reader's file of verdicts, to compare with (nothing of it is kept)", ["csv"], key="review_second"
    )
    theirs: list[Verdict] = []
    if given is not None:
        try:
            theirs = verdicts.parse(given.getvalue(), given.name, dataset.fingerprint)
        except FerError as error:
            st.error(plain(error))
    own = set(verdicts.readers(found))
    theirs = [replace(one, who=f"{one.who} (file)") if one.who in own else one for one in theirs]
    every = tuple((one.row, one.verdict, one.who) for one in [*found, *theirs])
    if len({who for _, _, who in every}) < 2:
        return
    frame = _agreements(every)
    if not len(frame):
        st.caption("No two readers have decided on a picture in common yet.")
        return
    percent = st.column_config.NumberColumn("alike", format="percent")
    downloads.table(
        frame, f"{dataset.name}-readers", key="review_readers", column_config={"alike": percent}
    )  # fmt: skip
    st.caption(
        "Cohen's kappa: agreement beyond what chance would give, 1 for always alike, 0 for chance (Cohen 1960); low "
        "and high are its 95% interval, by the bootstrap over pictures. None where both always said one word."
    )


@st.cache_data(show_spinner="Comparing the readers", max_entries=8)
def _agreements(every: tuple[tuple[int, str, str], ...]) -> pd.DataFrame:
    return readers.agreements(Verdict(row, word, who, "") for row, word, who in every)
