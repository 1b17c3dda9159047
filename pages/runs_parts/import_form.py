"""Runs of one's own: a network's file, a CSVLogger file, TensorBoard event files, or a callback in one's own fit."""

from typing import Any

import pandas as pd
import streamlit as st

from fer_core.errors import FerError
from fer_core.importing.open import unknown
from fer_core.runs import Run, importers
from fer_core.runs.board import ROLES, Part, history_of, part_of
from fer_core.runs.event_files import is_event_file, read_scalars
from fer_core.runs.history_table import TableReading, read_csv_history
from fer_core.runs.names import as_name
from fer_core.table_text import SEPARATORS
from pages.runs_parts import network_form
from pages.ui import loaders
from pages.ui.plain import plain
from pages.ui.states import RUNS

_CALLBACK = """import fer_core

model.fit(x, y, validation_data=(vx, vy), callbacks=[
    fer_core.RunLogger("my-run", scale="0..1",
                       settings={"learning_rate": 1e-3, "seed": 0},
                       splits={"validation": (vx, vy), "private": (tx, ty)}),
])"""
_AS_FOUND = "as found"
_LEFT_OUT = "left out"
_DECIMALS = {_AS_FOUND: None, "point": ".", "comma": ","}
_PERCENT = {_AS_FOUND: None, "percent": True, "shares of 1": False}
_FIRST = {_AS_FOUND: None, "0": 0, "1": 1}


def show() -> None:
    """Upload and callback, one beside the other."""
    if (arrived := st.session_state.get("network_arrived")) is not None:
        network_form.arrived(arrived)
    st.subheader("Bring a run of your own", anchor=False)
    left, right = st.columns(2)
    with left:
        st.markdown(
            "**From files:** a **network** that Keras saved (.keras, .h5, .hdf5, a SavedModel as zip) or a .tflite "
            "file: how it is to be asked is tried on pictures first. Or a **history**: the csv of "
            "`keras.callbacks.CSVLogger` or any table with a row an epoch, `history.history` as json, or TensorBoard "
            "event files of one run."
        )
        _upload()
    with right:
        st.markdown(
            "**From your own `fit`:** the callback writes a run folder, shown here while it trains. `splits` are "
            "optional; they make the run ready for the paired tests, flips and calibration. `scale` says what was done "
            "to the pixels, and keeps the network; `classes` says the order of its outputs where it is not FER2013's."
        )
        st.code(_CALLBACK, language="python", wrap_lines=True)
        st.caption(
            f"It writes below `{loaders.root()}`, or where `root=` says. Another folder is named in the sidebar."
        )


def _upload() -> None:
    """The box, what was found in the files, and the button."""
    with st.container(border=True):
        turn = st.session_state.setdefault("import_turn", 0)
        files = st.file_uploader(
            "A network, a csv, or event files", accept_multiple_files=True, key=f"import_files_{turn}"
        )
        if not files:
            return
        st.session_state["network_arrived"] = None
        try:
            run = network_form.show(files) if network_form.is_network(files) else _history(files)
        except FerError as error:
            st.error(plain(error))
            return
    if run is None:
        return
    chosen = st.session_state.get(RUNS.key("runs"), [])
    st.session_state["runs_imported"] = [*chosen, run.name]
    st.session_state["network_arrived"] = run if run.can_predict else None
    st.session_state["import_turn"] = turn + 1  # an empty box
    st.rerun()


def _history(files: list[Any]) -> Run | None:
    """What was found in tables or event files, and the button; the run once it is made."""
    history, source = _read(files)
    _say(history)
    name = st.text_input("Name of the run", placeholder=_name_of(files), key="import_name").strip()
    note = st.text_input("Note", key="import_note")
    if not st.button("Import", icon=":material/upload_file:", key="import_press"):
        return None
    return importers.write_run(name or _name_of(files), history, source, loaders.root(), note=note)


def _read(files: list[Any]) -> tuple[pd.DataFrame, str]:
    """The history in the files, read as the boxes say that it draws, and where it came from, in words."""
    tables = [file for file in files if importers.is_table(file.name)]
    if tables and len(files) > 1:
        raise FerError("A table is a run by itself; choose one table, or event files only.")
    if tables:
        return read_csv_history(files[0].getvalue(), files[0].name, _reading()), f"imported from {files[0].name}"
    parts = _parts(files)
    if not parts:
        raise FerError("All files are left out; take at least one.")
    return history_of(parts), f"imported from {len(parts)} event file{'s' if len(parts) > 1 else ''}"


def _name_of(files: list[Any]) -> str:
    return as_name(files[0].name.rsplit(".", 1)[0] if importers.is_table(files[0].name) else "tensorboard")


def _reading() -> TableReading:
    """What is to be taken instead of what is found in a table."""
    with st.expander("Read the table otherwise"):
        one, two = st.columns(2)
        separator = one.selectbox("Columns are separated by", [_AS_FOUND, *SEPARATORS.values()], key="import_separator")
        decimal = two.selectbox("Decimal sign", list(_DECIMALS), key="import_decimal")
        percent = one.selectbox("Accuracies are in", list(_PERCENT), key="import_percent")
        first = two.selectbox("The first epoch is called", list(_FIRST), key="import_first")
    chosen = next((sign for sign, name in SEPARATORS.items() if name == separator), None)
    return TableReading(chosen, _DECIMALS[decimal], _PERCENT[percent], _FIRST[first])


def _parts(files: list[Any]) -> list[Part]:
    """The event files with the part of the run that each was taken for, which a box beside each changes."""
    parts: list[Part] = []
    for number, file in enumerate(files):
        if "tfevents" not in file.name and not is_event_file(bytes(file.getbuffer()[:12])):
            raise unknown(file.name)
        name = file.name if file.name not in [part.path for part in parts] else f"{file.name} ({number + 1})"
        found = _part(file.file_id, name, file)
        options = [*ROLES, _LEFT_OUT]
        role = st.selectbox(
            f"{plain(name)} holds", options, index=options.index(found.role), key=f"import_role_{file.file_id}",
            help="Browsers send files without their folders, so what is not told by its scalars is taken for training.",
        )  # fmt: skip
        if role != _LEFT_OUT:
            parts.append(found if role == found.role else part_of(name, found.scalars, role))
    return parts


@st.cache_data(show_spinner="Reading the event files", max_entries=16)
def _part(file_id: str, name: str, _file: Any) -> Part:
    return part_of(name, read_scalars(_file.getvalue(), name))


def _say(history: pd.DataFrame) -> None:
    """What was found, how it was read, and the first rows."""
    metrics = [name for name in history.columns if name not in ("epoch", "step", "time", "seconds")]
    st.markdown(f"**{len(history):,} rows** of {plain(', '.join(metrics[:8]))}{', ...' if len(metrics) > 8 else ''}")
    if taken := history.attrs.get("taken"):
        clauses = "\n".join(f"- {plain(clause)}" for clause in taken)
        st.info(f"How it was read:\n{clauses}", icon=":material/rule:")
    st.dataframe(history.head(3), hide_index=True, width="stretch")


def take_imported() -> None:
    """Puts a run that was just imported among the chosen ones; before their box is drawn."""
    names = st.session_state.pop("runs_imported", None)
    if names:
        RUNS.put("runs", list(dict.fromkeys(names)))
        st.toast(f"{names[-1]} is imported.", icon=":material/check_circle:")
