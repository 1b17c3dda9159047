"""View "What flips it": the smallest change of action units or of gray levels after which the answer is another."""

import urllib.parse
from typing import Any

import numpy as np
import streamlit as st

from fer_core import saliency
from fer_core.data.drawn.dataset import ACTION_UNITS
from fer_core.errors import FerError
from fer_core.evaluation import headlines
from fer_core.figures.overlay import enlarged
from fer_core.inside import attacks
from fer_core.inside.counterfactual import Change, search
from fer_core.labels import CLASSES
from pages.explain_parts import flip_counts
from pages.explain_parts.request import ExplainRequest
from pages.ui import bars, explain, layout, links, loaders, queue, spoken
from pages.ui.drawing import Drawing, intensities, units_text
from pages.ui.explain import Card
from pages.ui.plain import plain
from pages.ui.states import EXPLAIN, PLAYGROUND

_FOUND = "counterfactuals"
_ASKED = "counterfactual_asked"
_KEPT = 24


def show(request: ExplainRequest) -> None:
    """Units on a drawn face; gray levels on any; how many pictures flip."""
    layout.headline(
        headlines.answer([float(p) for p in request.probabilities]), "counterfactual", "adversarial", "action unit"
    )
    st.markdown(
        "A map says where the network looked. This asks what would have to be **different** for another answer, and "
        "tries it: why a map is not yet a reason."
    )
    if request.picture.drawing is not None:
        _units(request, request.picture.drawing)
    _gray_levels(request)


def _units(request: ExplainRequest, drawing: Drawing) -> None:
    st.subheader("In action units", anchor=False)
    own = CLASSES[int(request.probabilities.argmax())]
    options = ["anything else", *(name for name in CLASSES if name != own)]
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    wanted = left.selectbox(f"From {own} to", options, **EXPLAIN.widget("towards", default=options[0], options=options))
    key = (str(request.run.folder), loaders.network_stamp(request.run), request.picture.pixels.tobytes(), wanted)
    found: dict[Any, Change | None] = st.session_state.setdefault(_FOUND, {})
    right.button(
        "Search", icon=":material/search:", key="flip_search", type="primary", width="stretch",
        on_click=lambda: st.session_state.update({_ASKED: key}),
    )  # fmt: skip
    if st.session_state.pop(_ASKED, None) == key:  # kept through a rerun, which a press is not
        with queue.turn():
            found[key] = _searched(request, drawing, None if wanted == options[0] else CLASSES.index(wanted))
        while len(found) > _KEPT:
            found.pop(next(iter(found)))
    if key not in found:
        st.caption("Draws and asks about some hundred faces, which takes some seconds; a press anywhere stops it.")
        return
    change = found[key]
    if change is None:
        st.info(f"No change of up to three action units that was tried turns {own} into {wanted}.")
        return
    _said(change, own)
    st.fragment(_try)(request, drawing, change)


def _searched(request: ExplainRequest, drawing: Drawing, towards: int | None) -> Change | None:
    bar = st.progress(0.0, "Drawing faces and asking")
    for step in search(
        drawing.scene.draw, drawing.units, lambda faces: explain.probabilities(request.run, faces), towards
    ):
        bar.progress(step.share, f"Drawing faces and asking: {step.asked}")
        if step.share == 1:
            bar.empty()
            return step.found
    return None


def _said(change: Change, own: str) -> None:
    moves = " and ".join(
        f"{'raise' if after > before else 'lower'} AU{unit} {ACTION_UNITS[unit]} from {before:.2f} to {after:.2f}"
        for unit, (before, after) in change.changed.items()
    )
    said = int(change.after.argmax())
    st.success(
        f"{moves[0].upper()}{moves[1:]}, and {own} ({change.before.max():.0%}) is {CLASSES[said]} "
        f"({change.after[said]:.0%}).",
        icon=":material/swap_horiz:",
    )
    st.caption(
        "The smallest change of one unit alone, of all units at every tenth, then taken back in steps of 0.05."
        if change.alone
        else "No unit alone is enough, at any tenth of any. These were found one after the other and taken back as far "
        "as the answer stays flipped; a smaller change of several may exist."
    )


def _try(request: ExplainRequest, drawing: Drawing, change: Change) -> None:
    """Sliders of the changed units, set to the change."""
    units = dict(change.units)
    keys = {
        unit: f"try_{unit}_{hash((request.picture.pixels.tobytes(), now))}" for unit, (_, now) in change.changed.items()
    }
    left, right = st.columns([3, 4])
    with right:
        for unit, (before, after) in change.changed.items():
            units[unit] = st.slider(
                f"AU{unit} {ACTION_UNITS[unit]}, {before:.2f} in the face as it was", 0.0, 1.0, round(after, 2), 0.01,
                key=keys[unit],
            )  # fmt: skip
    face = drawing.scene.draw(units)
    p = explain.probabilities(request.run, face[None])[0]
    spoken.spoken(bars.spoken_words(p), "counterfactual_said", list(keys.values()), intensities())
    with left:
        explain.grid(
            [
                Card(enlarged(_rgb(request.picture.pixels), 2), "As it was", _answer(request.probabilities)),
                Card(enlarged(_rgb(face), 2), "Changed", _answer(p)),
            ],
            least=100,
            most="24rem",
        )
    with right:
        explain.probability_bars(p)
        state = {**_playground(), "face": units_text(units)}
        links.link("playground", "This face on the Playground", icon=":material/palette:", **state)


def _playground() -> dict[str, Any]:
    """Everything about the drawn face but its units, as the Playground keeps it."""
    if EXPLAIN.value("picture") == "From Playground" or (EXPLAIN.value("drawing") and not EXPLAIN.value("picture")):
        given = urllib.parse.parse_qs(EXPLAIN.value("drawing"))
        return {name: PLAYGROUND.fields[name].read(texts) for name, texts in given.items() if name != "face"}
    return {"person": EXPLAIN.value("person")}


@st.fragment
def _gray_levels(request: ExplainRequest) -> None:
    st.subheader("In gray levels", anchor=False)
    left, right = st.columns([2, 3])
    method = left.segmented_control(
        "Attack", attacks.METHODS, required=True, **EXPLAIN.widget("attack"),
        help="FGSM: one step along the sign of the gradient. PGD: ten smaller ones, brought back within the bound.",
    )  # fmt: skip
    epsilon = right.slider("Every pixel may change by so many gray levels of 255", **EXPLAIN.widget("epsilon"))
    try:
        network = saliency.network_for(loaders.model(request.run))
        changed = attacks.attack(network, request.picture.pixels[None], epsilon, method)[0]
    except FerError as error:
        st.error(plain(error))
        return
    p = explain.probabilities(request.run, changed[None])[0]
    difference = changed.astype(int) - request.picture.pixels
    gain = 127 / max(1, int(np.abs(difference).max()))
    shown = np.rint(128 + gain * difference).clip(0, 255).astype(np.uint8)
    explain.grid(
        [
            Card(enlarged(_rgb(request.picture.pixels), 2), "As it is", _answer(request.probabilities)),
            Card(enlarged(_rgb(shown), 2), f"The change, × {gain:.0f}", "gray is none, white more, black less"),
            Card(enlarged(_rgb(changed), 2), "Changed", _answer(p)),
        ],
        least=100,
        most="38rem",
    )
    own, said = int(request.probabilities.argmax()), int(p.argmax())
    moved = int(np.abs(difference).max())
    if own != said:
        st.success(
            f"No pixel differs by more than {moved} of 255, and {CLASSES[own]} is {CLASSES[said]}.",
            icon=":material/swap_horiz:",
        )
    else:
        st.info(f"With {method} and {epsilon} gray levels it is still {CLASSES[own]}.", icon=":material/equal:")
    flip_counts.show(request)


def _rgb(pixels: np.ndarray) -> np.ndarray:
    return np.repeat(pixels[..., None], 3, axis=2)


def _answer(p: np.ndarray) -> str:
    said = int(p.argmax())
    return f"{CLASSES[said]} {p[said]:.0%}"
