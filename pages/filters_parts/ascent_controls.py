"""The controls of a gradient ascent."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from fer_core.features import PRESETS, Settings
from fer_core.features.parametrisations import Fourier, Pixels
from fer_core.features.regularisers import L2, Blur, TotalVariation
from fer_core.features.transforms import Jitter, Rotation, Scale

OWN = "my own"


def settings(key: str = "ascent") -> tuple[Settings, int]:
    """(settings, steps) as chosen."""
    left, middle, right = st.columns([2, 2, 1])
    name = left.selectbox("How", (*PRESETS, OWN), key=f"{key}_preset")
    steps = middle.slider("Steps", 10, 400, 100, 10, key=f"{key}_steps")
    seed = int(right.number_input("Seed", 0, 9999, 0, key=f"{key}_seed"))
    if name != OWN:
        st.caption(PRESETS[name][0])
        return replace(PRESETS[name][1], seed=seed), steps
    with st.container(border=True):
        return replace(_own(key), seed=seed), steps


def _own(key: str) -> Settings:
    one, two, three = st.columns(3)
    coordinates = one.selectbox("Sought in", ("Fourier, faces' spectrum", "Fourier, 1/f", "pixels"), key=f"{key}_space")
    rate = one.slider("Step size", 0.01, 0.5, 0.1, 0.01, key=f"{key}_rate")
    copies = one.slider("Pictures for each", 1, 8, 1, key=f"{key}_copies")
    diversity = one.slider("Diversity", 0.0, 10.0, 1.0, 0.5, key=f"{key}_diversity", disabled=copies == 1)
    jitter = two.slider("Jitter", 0, 8, 2, format="%d px", key=f"{key}_jitter")
    degrees = two.slider("Rotation", 0, 30, 5, format="%d°", key=f"{key}_degrees")
    percent = two.slider("Scale", 0, 30, 5, format="%d%%", key=f"{key}_percent")
    weights: dict[Callable[[float], Any], float] = {
        TotalVariation: three.slider("Total variation", 0.0, 10.0, 0.3, 0.1, key=f"{key}_tv"),
        L2: three.slider("L2", 0.0, 10.0, 0.0, 0.1, key=f"{key}_l2"),
        Blur: three.slider("Blur", 0.0, 100.0, 0.0, 1.0, key=f"{key}_blur"),
    }
    turns = (Jitter(jitter) if jitter else None, Rotation(degrees) if degrees else None)
    moves = (*turns, Scale(percent / 100) if percent else None)
    return Settings(
        parametrisation=Pixels() if coordinates == "pixels" else Fourier("1/f" if "1/f" in coordinates else "fer2013"),
        transforms=tuple(move for move in moves if move is not None),
        regularisers=tuple(kind(weight) for kind, weight in weights.items() if weight > 0),
        rate=rate,
        copies=copies,
        diversity=diversity if copies > 1 else 0.0,
    )
