"""Runs of one's own: a CSVLogger file, TensorBoard event files, or a callback in one's own fit."""

import streamlit as st

from fer_core.errors import FerError
from fer_core.runs import importers
from fer_core.runs.names import as_name
from pages.ui import loaders
from pages.ui.plain import plain
from pages.ui.states import RUNS

_CALLBACK = """import fer_core

model.fit(x, y, validation_data=(vx, vy), callbacks=[
    fer_core.RunLogger("my-run", settings={"learning_rate": 1e-3, "seed": 0},
                       splits={"validation": (vx, vy), "private": (tx, ty)}),
])"""


def show() -> None:
    """Upload and callback, one beside the other."""
    st.subheader("Bring a run of your own", anchor=False)
    left, right = st.columns(2)
    with left:
        st.markdown("**From files:** the csv of `keras.callbacks.CSVLogger`, or TensorBoard event files of one run.")
        _upload()
    with right:
        st.markdown(
            "**From your own `fit`:** the callback writes a run folder, shown here while it trains. `splits` are "
            "optional; they make the run ready for the paired tests, flips and calibration."
        )
        st.code(_CALLBACK, language="python")
        st.caption(
            f"It writes below `{loaders.root()}`, or where `root=` says. Another folder is named in the sidebar."
        )


def _upload() -> None:
    with st.form("import", border=True):
        files = st.file_uploader("A csv, or event files", accept_multiple_files=True, key="import_files")
        held = st.file_uploader(
            "Event files of the validation part, where they are apart", accept_multiple_files=True, key="import_held",
            help="Keras' TensorBoard callback writes them into a folder of their own, validation/.",
        )  # fmt: skip
        name = st.text_input("Name of the run", placeholder="taken from the file", key="import_name")
        note = st.text_input("Note", key="import_note")
        pressed = st.form_submit_button("Import", icon=":material/upload_file:")
    if not pressed:
        return
    if not files and not held:
        st.error("Choose a csv or event files first.")
        return
    try:
        run = _import(files, held, name.strip(), note)
    except FerError as error:
        st.error(plain(error))
        return
    chosen = st.session_state.get(RUNS.key("runs"), [])
    st.session_state["runs_imported"] = [*chosen, run.name]
    st.rerun()


def _import(files: list, held: list, name: str, note: str) -> "importers.Run":
    root = loaders.root()
    tables = [file for file in files if file.name.lower().endswith((".csv", ".tsv", ".txt", ".log", ".json"))]
    if tables and len(files) + len(held) > 1:
        raise FerError("A csv is a run by itself; choose one csv, or event files only.")
    stem = tables[0].name.rsplit(".", 1)[0] if tables else "tensorboard"
    first = as_name(stem)
    if tables:
        history = importers.read_csv_history(files[0].getvalue(), files[0].name)
        source = f"imported from {files[0].name}"
    else:
        events = {f"train/{i}/{file.name}": file.getvalue() for i, file in enumerate(files)}
        events |= {f"validation/{i}/{file.name}": file.getvalue() for i, file in enumerate(held)}
        history = importers.read_tensorboard(events)
        source = f"imported from {len(events)} event files"
    return importers.write_run(name or first, history, source, root, note=note)


def take_imported() -> None:
    """Puts a run that was just imported among the chosen ones; before their box is drawn."""
    names = st.session_state.pop("runs_imported", None)
    if names:
        RUNS.put("runs", list(dict.fromkeys(names)))
        st.toast(f"{names[-1]} is imported.", icon=":material/check_circle:")
