"""View "Over epochs": one face's map and answer as they changed while the network was trained."""

import numpy as np
import streamlit as st

from fer_core import saliency
from fer_core.evaluation import headlines
from fer_core.figures.overlay import coloured
from fer_core.labels import CLASSES
from fer_core.runs import Run
from pages.explain_parts.request import ExplainRequest
from pages.ui import explain, film, layout
from pages.ui.states import EXPLAIN

SAID = 3


def show(request: ExplainRequest) -> None:
    """The film of the epochs that the run kept, another run's in step below."""
    layout.headline(headlines.answer([float(p) for p in request.probabilities]), "epoch", "saliency map")
    if not film.can_show(request.run):
        return
    other = film.beside(EXPLAIN, request.run)
    runs = [request.run] if other is None else [request.run, other]
    film.show(EXPLAIN, runs, lambda at: look(request, at), "explain_film")
    st.caption(
        f"{request.kind.label} for {explain.target_words(request.target)} at every epoch, each map on its own scale. "
        "A network that has seen little gives maps, too: whether a map deserves belief is for Trust to say."
    )


def look(request: ExplainRequest, run: Run) -> film.Reels:
    """What one epoch's network answers, and where it looked for it."""
    raw = explain.raw_maps(run, request.picture.pixels, request.method, [request.target], request.settings)[0]
    p = explain.probabilities(run, request.picture.pixels[None])[0]
    said = ", ".join(f"{CLASSES[i]} {p[i]:.0%}" for i in np.argsort(-p)[:SAID])
    values = saliency.normalise(raw[None], signed=request.kind.signed, percentile=99.5)[0]
    laid = request.laid(raw[None], request.kind.signed)[0]
    return {
        f"why {explain.target_words(request.target)}": film.Frame(laid, said),
        "The map alone": film.Frame(coloured(values, request.kind.signed), explain.raw_range(raw)),
    }
