"""What needs the network itself: maps and neighbours. Nothing here imports TensorFlow before it is asked for."""

import numpy as np
import streamlit as st

from fer_core import saliency as methods
from fer_core.data.dataset import SPLITS
from fer_core.evaluation import neighbours as alike
from fer_core.figures.overlay import overlay
from fer_core.labels import CLASSES
from fer_core.pictures.sheet import sheet
from pages.confusion_parts.scene import SliceInView
from pages.ui import downloads, embedding, explain, light, loaders
from pages.ui.states import CONFUSION

ACROSS, TRAINING = CONFUSION.options("among")
NEIGHBOURS = 8


def saliency(scene: SliceInView, index: int) -> None:
    """Where the network looked, for the class it chose and for the label, once asked."""
    if not st.toggle("Where the network looked", disabled=not scene.run.can_be_opened, **CONFUSION.widget("map")):
        _why_not(scene)
        return
    names = methods.names()
    left, right = st.columns(2)
    with left:
        method = st.selectbox("Method", names, **CONFUSION.widget("method", default=names[0], options=names))
    with right:
        opacity = st.slider("Opacity", step=0.05, format="percent", **CONFUSION.widget("opacity"))
    picture = scene.pictures(np.array([index]))[0]
    taken, label = int(scene.predicted[index]), int(scene.labels[index])
    targets = [taken] if label in (taken, -1) else [taken, label]
    with st.spinner("Asking the network"):
        model = loaders.model(scene.run)
        drawn = []
        for target in targets:
            maps = methods.explain(model, picture[None], method, target)
            shown = methods.normalise(maps, signed=methods.get(method).signed)[0]
            drawn.append(overlay(picture, shown, opacity=opacity, signed=methods.get(method).signed))
    large = sheet(np.stack([np.asarray(one)[..., :3] for one in drawn]), len(drawn), background=128, scale=4)
    said = " and ".join(CLASSES[target] for target in targets)
    downloads.picture(
        large,
        f"row-{scene.rows[index]}-{method}",
        key="map_picture",
        caption=f"For {said}." if len(drawn) == 1 else f"For {said}, left to right.",
    )
    st.caption(methods.get(method).how_to_read())
    for place, target in enumerate(targets):
        question = f"Can I trust the map for {CLASSES[target]}?"
        explain.trust_panel(scene.run, picture, method, target, key=f"map_trust_{place}", label=question)


def neighbours(scene: SliceInView, index: int) -> None:
    """The pictures most like this one in the network's last hidden layer, once asked."""
    if not st.toggle(
        "What the network sees as alike", disabled=not scene.run.can_be_opened, **CONFUSION.widget("alike")
    ):
        return
    where = st.segmented_control("Among", [ACROSS, TRAINING], required=True, wrap=True, **CONFUSION.widget("among"))
    dataset = scene.data
    here = int(scene.places[index])
    if where == TRAINING:
        among = np.flatnonzero(dataset.split == SPLITS.index("train"))
        st.caption("Pictures that the network has trained on lie close together under their own labels.")
    else:
        among = np.sort(dataset.index_of(scene.every))
    found, likeness = _nearest(scene, among, here)
    places = among[found]
    names = [*CLASSES, "no label"]
    captions = [f"{names[dataset.labels[p]]} {s:.2f}" for p, s in zip(places, likeness, strict=True)]
    picture = sheet(dataset.pixels[places], 4, gap=6, background=255, scale=2, captions=captions)
    downloads.picture(
        picture,
        f"row-{scene.rows[index]}-neighbours",
        key="alike_picture",
        caption="Label and cosine similarity in the last hidden layer. Rows "
        + ", ".join(f"{dataset.rows[p]:,}" for p in places)
        + ".",
    )


def _nearest(scene: SliceInView, among: np.ndarray, here: int) -> tuple[np.ndarray, np.ndarray]:
    """Indices into `among` (positions, ascending) of the pictures most like the one at `here`, and how alike."""
    dataset = scene.data
    vectors = embedding.vectors(scene.run, dataset, among)
    place = int(np.searchsorted(among, here))
    if place < len(among) and among[place] == here:
        return alike.nearest(vectors, place, NEIGHBOURS)
    own = alike.embed(loaders.model(scene.run), dataset.pixels[[here]], batch=1)
    return alike.nearest(np.concatenate([vectors, own]), len(among), NEIGHBOURS)


def _why_not(scene: SliceInView) -> None:
    if scene.run.has_model and not scene.run.can_be_opened:
        light.note("Where the network looked")
    elif not scene.run.has_model:
        st.caption("This run keeps no network (model.keras), so it can be looked at but not asked.")
