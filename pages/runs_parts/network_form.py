"""A network from elsewhere in the upload box: the ways to ask it, tried on pictures, one of them to be confirmed."""

import tempfile
from pathlib import Path
from typing import Any

import streamlit as st

from fer_core.data.dataset import Dataset
from fer_core.errors import FerError
from fer_core.importing.candidates import Trial, try_ways
from fer_core.importing.keep import keep_network
from fer_core.importing.open import kind_of, open_foreign
from fer_core.importing.orders import MATCHED, orders_of
from fer_core.labels import CLASSES
from fer_core.models.wrapping import LEFT_OUT, OUTPUTS, SCALES, Wrapping
from fer_core.runs import Run
from fer_core.runs.names import as_name
from pages.ui import downloads, light, links, loaders, queue, warmup
from pages.ui.plain import plain

OPENED, DRAWN = "the data set that is open", "drawn faces"
_WRITTEN = "written here"
_SLOW = 120.0
"""Seconds beyond which fewer pictures than all are proposed."""


def is_network(files: list[Any]) -> bool:
    """Whether the first file in the box is a network, by its content."""
    return kind_of(bytes(files[0].getbuffer()[:8])) is not None


def show(files: list[Any]) -> Run | None:
    """What was found, the choices, and the button; the run once it is made. Raises FerError for what can't be read."""
    if len(files) > 1:
        raise FerError("A network is brought in by itself; leave one file in the box.")
    if light.note("Bringing a network in"):
        return None
    file = files[0]
    dataset = _pictures()
    trial = _trial(file, dataset)
    _say(trial)
    wrapping = _choice(trial)
    name = st.text_input("Name of the run", placeholder=_name_of(file), key="import_name").strip()
    note = st.text_input("Note", key="import_note")
    at_most = _how_many(trial, dataset)
    if not st.button("Import", icon=":material/upload_file:", key="import_press", disabled=wrapping is None):
        return None
    if wrapping is None:
        return None
    bar = st.progress(0.0, "Laying its layers out")
    try:
        run = keep_network(
            trial.foreign, wrapping, name or _name_of(file), file.name, dataset, loaders.root(), note=note,
            at_most=at_most, progress=lambda done: bar.progress(done, f"Asking it: {done:.0%}"),
        )  # fmt: skip
    finally:
        bar.empty()
    st.session_state.pop("network_trial", None)
    return run


def arrived(run: Run) -> None:
    """After the run is there: what it can't show, and where to go with it."""
    st.success(f"**{run.name}** is here. {plain(run.config['note'])}", icon=":material/check_circle:")
    for limit in run.config.get("limits", []):
        st.caption(f"Limited: {plain(limit)}.")
    columns = st.columns(4)
    pages = [("confusion", "What it confuses"), ("predict", "Ask it")]
    if run.has_model:
        pages += [("explain", "Where it looked"), ("filters", "Its filters")]
    for column, (page, label) in zip(columns, pages, strict=False):
        with column:
            links.link(page, label, run=run.name)


def _pictures() -> Dataset:
    """What the ways are tried on: the data set that is open, else, or on request, the drawn faces."""
    opened = loaders.dataset()
    if opened is None or not (opened.labels >= 0).any():
        return loaders.drawn()
    chosen = st.radio("Try and score it on", [OPENED, DRAWN], horizontal=True, key="import_on")
    return opened if chosen == OPENED else loaders.drawn()


def _trial(file: Any, dataset: Dataset) -> Trial:
    """The trial of the file in the box, kept for the visit until another one takes its place."""
    key = (file.file_id, dataset.fingerprint)
    kept = st.session_state.get("network_trial")
    if kept is not None and kept[0] == key:
        return kept[1]
    st.session_state.pop("network_trial", None)
    warmup.wait()
    bar = st.progress(0.0, "Opening the network")
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / (Path(file.name).name or "network")
            path.write_bytes(file.getvalue())
            foreign = open_foreign(path)
        with queue.turn():
            trial = try_ways(
                foreign, dataset, progress=lambda done: bar.progress(done, f"Trying how to ask it: {done:.0%}")
            )
    finally:
        bar.empty()
    st.session_state["network_trial"] = (key, trial)
    return trial


def _say(trial: Trial) -> None:
    size, channels, flat = trial.foreign.form
    kind = "A network" if trial.foreign.model is not None else "A network that only predicts (.tflite)"
    st.markdown(
        f"**{kind}** that takes {'rows of ' if flat else ''}{size[1]} x {size[0]} pixels, "
        f"{'gray' if channels == 1 else 'in three colours'}, and gives {trial.foreign.outputs} numbers: "
        f"{OUTPUTS[trial.output]}."
    )
    for note in trial.foreign.notes:
        st.caption(plain(note))
    st.markdown(f"How is it to be asked? The file doesn't say. Tried on {plain(trial.pictures)}:")
    show = st.success if trial.proposal is not None else st.warning
    show(plain(trial.said), icon=":material/rule:")
    downloads.table(trial.table(), "ways-to-ask", key="import_ways")


def _choice(trial: Trial) -> Wrapping | None:
    """The boxes, filled where the pictures speak clearly; None while one is empty or what is written can't be read."""
    scale, order = trial.settled
    key = f"{trial.foreign.outputs}_{scale}_{order}"
    one, two = st.columns(2)
    scales = list(trial.answers)
    pixels = one.selectbox(
        "Pixels", scales, index=next((i for i, way in enumerate(scales) if way[0] == scale), None),
        format_func=lambda way: f"{way[0]}: {SCALES[way[0]]}", placeholder="Choose", key=f"import_scale_{key}",
    )  # fmt: skip
    orders = {one.order: one.classes for one in trial.candidates if one.order == MATCHED and _is(one.scale, pixels)}
    known = [*orders_of(trial.foreign.outputs), *orders, _WRITTEN]
    named = two.selectbox(
        "Order of its classes", known, index=known.index(order) if order in known else None,
        placeholder="Choose", key=f"import_order_{key}",
    )  # fmt: skip
    classes = {**orders_of(trial.foreign.outputs), **orders}.get(str(named))
    if named == _WRITTEN:
        best = trial.candidates[0].classes
        text = st.text_input(
            "Its classes, in the order of its outputs", ", ".join(best), key="import_classes",
            help=f"{', '.join(CLASSES)}; {LEFT_OUT} for an output to be left out.",
        )  # fmt: skip
        classes = tuple(word.strip() for word in text.split(","))
    output = st.selectbox("It gives", list(OUTPUTS), index=list(OUTPUTS).index(trial.output),
                          format_func=lambda kind: OUTPUTS[kind], key=f"import_output_{key}")  # fmt: skip
    if pixels is None or classes is None:
        st.caption("Choose how it is asked; nothing is taken that was not confirmed.")
        return None
    try:
        wrapping = trial.wrapping(pixels[0], classes, output, pixels[1])
    except FerError as error:
        st.error(plain(error))
        return None
    st.markdown(
        f"Asked so, it is right about **{trial.accuracy_of(wrapping):.1%}** of these pictures: "
        f"{plain('; '.join(wrapping.sentences()))}."
    )
    return wrapping


def _is(scale: str, way: tuple[str, str] | None) -> bool:
    return way is not None and way[0] == scale


def _how_many(trial: Trial, dataset: Dataset) -> int | None:
    total = int((dataset.split > 0).sum())
    seconds = trial.seconds * total
    if seconds < _SLOW:
        return None
    return st.number_input(
        "Pictures of each split to score it on, at most", 100, 100_000, 500, step=100, key="import_at_most",
        help=f"All {total:,} would take about {seconds / 60:.0f} minutes.",
    )  # fmt: skip


def _name_of(file: Any) -> str:
    return as_name(file.name.rsplit(".", 1)[0])
