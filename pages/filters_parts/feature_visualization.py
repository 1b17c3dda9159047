"""Gradient ascent that can be watched: pictures grow on the screen, stop, go on, and are taken along as a GIF."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from fer_core.errors import FerError
from fer_core.features import (
    Ascent,
    ClassLogit,
    Direction,
    FilterMean,
    LayerInfo,
    Neuron,
    Objective,
    Settings,
    Sum,
    activations,
)
from fer_core.features.numbers import parse_numbers
from fer_core.features.scoring import noise
from fer_core.labels import CLASSES
from fer_core.pictures import encode_png
from fer_core.pictures.sheet import captioned, sheet
from fer_core.runs import Run
from pages.filters_parts import ascent_controls, kept
from pages.ui import downloads, loaders, queue, source
from pages.ui.plain import plain
from pages.ui.states import FILTERS

MOST_PICTURES = 64
_LINE = "growing"
_SECONDS = 0.8  # of computing between two looks at the stop button


@dataclass
class Growing:
    """An ascent on the screen."""

    ascent: Ascent
    title: str
    goal: int
    running: bool = True


def show(run: Run, info: LayerInfo) -> None:
    """The pictures that are kept, then controls and the growing pictures of this session."""
    kept.show(run, info)
    st.subheader("Grow it yourself", anchor=False)
    try:
        objectives = _what(run, info)
        settings, steps = ascent_controls.settings()
        onwards = kept.of(run) is not None and st.checkbox(
            "Start from the kept pictures instead of noise", key="onwards",
            help="Where there are some for all that is to grow: each filter, or the seven expressions.",
        )  # fmt: skip
        if st.button("Grow pictures", type="primary", icon=":material/trending_up:", key="grow"):
            chosen = objectives()
            start = kept.start_of(run, info, chosen) if onwards else None
            if onwards and start is None:
                raise FerError("No pictures are kept of all that is to grow; take the tick away to start from noise.")
            _start(run, info, chosen, settings, steps, start)
    except FerError as error:
        st.error(plain(error))
    growing = st.session_state.get("growing")
    if growing is None:
        return
    st.subheader(growing.title, anchor=False)
    st.fragment(_watch, run_every=0.05 if growing.running else None)()
    if not growing.running:
        _take_along(growing)


EACH, NEURON, SUM, DIFFERENCE, LIKE, CLASSES_ALL, APART = (
    "Each filter",
    "One neuron of each filter",
    "Several filters together",
    "One filter without another",
    "The layer's activations for a picture",
    "The seven expressions",
    "One expression without another",
)
WHAT = {
    EACH: "A filter's mean output over all places, one picture for each filter.",
    NEURON: "A filter's output in the middle alone: what a single neuron looks for.",
    SUM: "One picture for the sum of these filters' means.",
    DIFFERENCE: "Two pictures: the first filter's mean less the second's, and the other way round.",
    LIKE: "The direction in which the picture moves the layer away from noise: what the layer keeps of it.",
    CLASSES_ALL: "The logit of each expression, before the softmax, whatever the layer above.",
    APART: "Two pictures: one expression's logit less the other's, and the other way round.",
}


def _what(run: Run, info: LayerInfo) -> Callable[[], list[Objective]]:
    """The box that says what is to grow; what it returns makes the objectives, or raises FerError."""
    left, right = st.columns([3, 2])
    what = left.selectbox(
        "What is to grow", list(WHAT), help="\n\n".join(f"**{k}**: {v}" for k, v in WHAT.items()), key="what"
    )
    if what == CLASSES_ALL:
        return lambda: [ClassLogit(k) for k in range(len(CLASSES))]
    if what == APART:
        with right:
            this = st.selectbox("This", CLASSES, CLASSES.index("sad"), key="ascent_this")
            that = st.selectbox("and not", [c for c in CLASSES if c != this], key="ascent_that")
        one, other = ClassLogit(CLASSES.index(this)), ClassLogit(CLASSES.index(that))
        return lambda: [one - other, other - one]
    if what == LIKE:
        with st.container(border=True):
            picture = source.pick(FILTERS, run)
            if picture is not None:
                st.image(picture.pixels, width=96, caption=picture.words, alt="The picture to be like")
        return lambda: _like(run, info, picture)
    first = f"0-{min(15, info.filters - 1)}" if what in (EACH, NEURON) else f"0, {min(1, info.filters - 1)}"
    text = right.text_input(
        "Filters", first, key=f"which_{info.name}_{what}", help=f"0 to {info.filters - 1}, say 0-15 or 3, 7, 20-23."
    )
    return lambda: _of_filters(info, what, text)


def _of_filters(info: LayerInfo, what: str, text: str) -> list[Objective]:
    numbers = parse_numbers(text, info.filters)
    if what == NEURON:
        return [Neuron(info.name, number) for number in numbers]
    means: list[Objective] = [FilterMean(info.name, number) for number in numbers]
    if what == EACH:
        return means
    if what == SUM:
        return [Sum(tuple(means))]
    if len(means) != 2:
        raise FerError(f"A difference needs two filters, say 3, 7; {text!r} names {len(means)}.")
    return [means[0] - means[1], means[1] - means[0]]


def _like(run: Run, info: LayerInfo, picture: "source.Picture | None") -> list[Objective]:
    if picture is None:
        raise FerError("Choose a picture first.")
    model = loaders.model(run)
    side = picture.pixels.shape
    found = activations(model, info.name, np.concatenate([picture.pixels[None], noise(side)])).mean(axis=(1, 2))
    away = found[0] - found[1:].mean(axis=0)
    return [Direction(info.name, tuple(away.tolist()), f"like {picture.words}")]


def _start(
    run: Run, info: LayerInfo, objectives: list[Objective], settings: Settings, steps: int, start: np.ndarray | None
) -> None:
    count = len(objectives) * settings.copies
    if count > MOST_PICTURES:
        raise FerError(f"That is {count} pictures; up to {MOST_PICTURES} can grow at once here.")
    with st.spinner("Preparing the network for this layer; the first time takes some seconds."):
        ascent = Ascent(loaders.model(run), objectives, settings, start)
    where = "expressions" if all(term.linear for term in objectives[0].terms(loaders.model(run))) else info.name
    st.session_state.growing = Growing(ascent, f"{run.name}, {where}", steps)


def _watch() -> None:
    """One look: some steps, the pictures, the buttons."""
    growing = st.session_state.get("growing")
    if growing is None:
        return
    ascent = growing.ascent
    left, right, _ = st.columns([1, 1, 3])
    if growing.running:
        # A callback: it counts even where the press comes while steps are being made.
        left.button("Stop", icon=":material/stop:", key="stop", width="stretch", on_click=_halt)
        with queue.look(_LINE) as mine:
            if mine:
                ascent.step(max(1, growing.goal - ascent.steps), seconds=_SECONDS)
        growing.running = growing.running and ascent.steps < growing.goal
        if not growing.running:
            queue.leave(_LINE)
    else:
        if ascent.steps < growing.goal and left.button(
            "Go on", icon=":material/play_arrow:", key="go", width="stretch"
        ):
            growing.running = True
        if right.button("50 steps more", icon=":material/add:", key="more", width="stretch"):
            growing.goal, growing.running = ascent.steps + 50, True
        if growing.running:
            st.rerun(scope="app")
    st.progress(min(1.0, ascent.steps / growing.goal), text=f"step {ascent.steps} of {growing.goal}")
    words = f"Grown by gradient ascent: {', '.join(one.label for one in ascent.objectives[:8])}"
    st.image(picture(ascent), width="content", alt=words)
    if not growing.running and st.session_state.get("shown_steps") != (id(ascent), ascent.steps):
        st.session_state.shown_steps = (id(ascent), ascent.steps)
        st.rerun(scope="app")


def _halt() -> None:
    st.session_state.growing.running = False
    queue.leave(_LINE)


def picture(ascent: Ascent) -> np.ndarray:
    """The pictures so far with their scores beside that of noise: u8 (H, W, 3); few are shown larger."""
    images, scores, noise, awake = ascent.images(), ascent.scores(), ascent.noise_scores(), ascent.awake()
    copies = ascent.settings.copies
    captions = [
        f"{_short(ascent.objectives[i // copies])}{f'.{i % copies}' if copies > 1 else ''}"
        f":  {scores[i]:.2f} | {noise[i]:.2f}" + ("" if awake[i] else " asleep")
        for i in range(len(images))
    ]
    columns, scale = (4, 3) if len(images) <= 16 else (8, 2)
    return sheet(captioned(images.astype(np.uint8), captions, scale), columns, gap=2, background=24)


def _short(objective: Objective) -> str:
    return objective.label.replace("filter ", "").replace(", one neuron", "")


def table(ascent: Ascent) -> pd.DataFrame:
    """Scores: picture, score, score of noise, awake."""
    copies = ascent.settings.copies
    return pd.DataFrame(
        {
            "picture of": [ascent.objectives[i // copies].label for i in range(len(ascent.objectives) * copies)],
            "score of this picture": ascent.scores(),
            "score of noise": ascent.noise_scores(),
            "awake": ascent.awake(),
        }
    )


def _take_along(growing: Growing) -> None:
    ascent, name = growing.ascent, growing.title.replace(", ", "_")
    st.caption(
        "Below each picture: its number, the score of exactly this picture (whole gray levels, not moved), and the "
        "mean score of uniform noise. Asleep: it does not beat the best of 16 noise pictures."
    )
    left, right = st.columns(2)
    with left:
        downloads.button("Way as GIF", ascent.gif, f"{name}.gif", icon=":material/animation:")
    with right:
        downloads.button("Sheet as PNG", lambda: encode_png(picture(ascent)), f"{name}.png")
    with st.expander("Scores"):
        downloads.table(table(ascent), f"{name}_scores", key="ascent_scores")
