"""Sections "Train and import" and "Take along"."""

from collections.abc import Callable

import streamlit as st

from fer_core.comparison import curves
from fer_core.errors import FerError
from fer_core.evaluation.merged import Grouping
from fer_core.languages import LANGUAGES
from fer_core.reports.comparison_page import report_page
from fer_core.reports.student import student_report
from fer_core.reports.words import WORDS
from fer_core.spreadsheet import csv_text
from pages.runs_parts import aligned_predictions, import_form, table_view, train_form
from pages.runs_parts.choose import ChosenRuns
from pages.ui import downloads, loaders, merging, queue
from pages.ui.language import current
from pages.ui.plain import plain
from pages.ui.states import RUNS


def train_and_import(choice: ChosenRuns | None) -> None:
    """Works without any run, too."""
    train_form.show()
    import_form.show()


_SHOWN = 2_000
_LANGUAGES = {name: LANGUAGES[name] for name in WORDS}


def take_along(choice: ChosenRuns) -> None:
    """All curves in one csv, the table, a report on one page."""
    st.subheader("Take along", anchor=False)
    st.caption("Each figure on the other sections saves itself as PNG (its own bar) and as an HTML that stands alone.")
    curve_table = curves.long_table(choice.histories())
    _button("All curves as one csv", lambda: csv_text(curve_table).encode("utf-8"), "curves.csv")
    st.caption(
        f"{len(curve_table):,} rows: run, epoch, step, time in minutes, metric, part, value; the "
        f"{len(choice.chosen)} chosen runs."
    )
    table = table_view.whole(choice)
    _button(
        "Table of all runs as csv",
        lambda: csv_text(table, index=True).encode("utf-8"),
        "runs-all-columns.csv",
    )
    there = [s for s in aligned_predictions.SPLITS if any(s in loaders.splits(run) for run in choice.chosen.values())]
    split = None
    if there:
        split = st.selectbox("Split of the report", there, **RUNS.widget("split", default=there[0], options=there))
    quoted = st.toggle("With the report's figures, quoted", **RUNS.widget("with_quoted"))
    groups = merging.switched(RUNS)
    _button(
        "Report of the comparison (one HTML page)",
        lambda: _report(choice, split, quoted, groups).encode("utf-8"),
        f"comparison{f'-{split}' if split else ''}.html",
    )
    st.caption(
        "Curves, table, tests, calibration and differing settings of the chosen runs on one page that needs no "
        "network. It takes a second or two to make."
    )
    _student_report(choice)
    with st.expander("All curves as a table"):
        shown = curve_table.head(_SHOWN)
        whole = len(shown) == len(curve_table)
        downloads.table(shown, "curves-all" if whole else f"curves-first-{_SHOWN}", key="curves_t")
        if not whole:
            st.caption(f"The first {_SHOWN:,} of {len(curve_table):,} rows; the button above has all.")


def _student_report(choice: ChosenRuns) -> None:
    """The five answers of the original report, for the reference: made on request, with progress."""
    st.subheader("The report that writes itself", anchor=False)
    st.caption(
        f"Five answers about **{choice.reference}** with its own figures: the network and its training, preparation, "
        "confusion, saliency, filters. One page for A4, with places for your own words; it takes up to a minute."
    )
    left, right = st.columns(2, vertical_alignment="bottom")
    language = left.selectbox(
        "Language",
        list(_LANGUAGES),
        format_func=_LANGUAGES.__getitem__,
        **RUNS.widget("report_in", default=current(), options=list(_LANGUAGES)),
    )
    run = choice.chosen[choice.reference]
    left, middle = st.columns(2)
    names = left.text_input(
        "Layers of the fifth answer", placeholder="the first two convolutions", **RUNS.widget("report_layers")
    )
    rows = middle.text_input(
        "Rows of the pictures shown", placeholder="four that are read rightly and surely", **RUNS.widget("report_rows")
    )
    key = (str(run.folder), choice.stamp([choice.reference]), language, tuple(choice.chosen), names, rows)
    if right.button("Write it", icon=":material/edit_document:", key="student_write"):
        bar = st.progress(0.0, "Beginning")
        variants = [other for other in choice.chosen.values() if other.name != run.name]
        try:
            with queue.turn():
                page = student_report(
                    run,
                    loaders.dataset_for(run),
                    variants,
                    language,
                    tell=lambda done, what: bar.progress(done, what or "Done"),
                    layers=words_of(names),
                    rows=rows_of(rows),
                )
            st.session_state["student_report"] = (key, page)
        except FerError as error:
            st.error(plain(error))
        bar.empty()
    made = st.session_state.get("student_report")
    if made and made[0] == key:
        _button("Report", lambda: made[1].encode("utf-8"), f"report-{run.name}.html")


def words_of(text: str) -> list[str]:
    """Words with commas or spaces between."""
    return text.replace(",", " ").split()


def rows_of(text: str) -> list[int]:
    """Row numbers with commas or spaces between. Raises FerError for anything else."""
    try:
        return [int(one) for one in words_of(text)]
    except ValueError:
        raise FerError(f"Rows are whole numbers, say 32300, 32304, not {text!r}.") from None


def _report(choice: ChosenRuns, split: str | None, quoted: bool, groups: Grouping | None) -> str:
    predictions = {}
    first = choice.chosen[choice.reference]
    for name, run in choice.chosen.items():
        if split and split in loaders.splits(run) and run.fingerprint == first.fingerprint:
            predictions[name] = loaders.predictions(run, split)
    return report_page(
        choice.chosen, choice.histories(), choice.reference, split, predictions, quoted, choice.palette, groups
    )  # fmt: skip


def _button(label: str, make: Callable[[], bytes], file: str) -> None:
    downloads.button(label, make, file, key=f"take_{file}", width="content")
