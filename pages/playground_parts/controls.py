"""What can be set: action units, the person, how the head is held and lit."""

import secrets
from dataclasses import replace

import numpy as np
import streamlit as st

from fer_core.data.drawn.dataset import (
    ACTION_UNITS,
    EXPRESSIONS,
    HAIR_STYLES,
    MUSCLES,
    UNIT_GROUPS,
    Identity,
    Light,
    Noise,
    Pose,
    sample_identity,
)
from fer_core.data.drawn.study import Scene
from fer_core.labels import CLASSES
from pages.playground_parts import face
from pages.ui import address

GROUP_TITLES = {"brow": "Brow", "eyes": "Eyes", "nose": "Nose and upper lip", "mouth": "Mouth and jaw"}

PEOPLE = 100_000
_TONES = {
    "skin": ("Skin", 0.0, 1.0),
    "hair": ("Hair tone", 0.0, 1.0),
    "age": ("Age lines", 0.0, 1.0),
    "brow_thickness": ("Brow thickness", 0.5, 1.6),
    "eye_size": ("Eye size", 0.8, 1.2),
    "lid": ("Lid opening", 0.75, 1.25),
    "nose_width": ("Nose width", 0.75, 1.3),
    "mouth_width": ("Mouth width", 0.8, 1.2),
    "lip_fullness": ("Lips", 0.5, 1.5),
    "face_width": ("Face width", 0.88, 1.12),
    "jaw_width": ("Jaw width", 0.8, 1.2),
    "beard": ("Beard", 0.0, 1.0),
    "moustache": ("Moustache", 0.0, 1.0),
}


def person(number: int) -> Identity:
    """The person of that number; 0 is the average face."""
    return Identity() if number == 0 else sample_identity(np.random.default_rng(number))


def presets() -> None:
    """One button an expression, and the way back to a face at rest."""
    st.pills(
        "Expression by its EMFACS units",
        CLASSES,
        key="preset",
        on_change=_apply_preset,
        help="Sets the sliders to the units that EMFACS gives for the expression.",
    )


def settings() -> tuple[dict[int, float], Scene]:
    """The intensities of the active units, and everything else about the face."""
    units_tab, who_tab, pose_tab, light_tab = st.tabs(["Action units", "Person", "Pose", "Light"])
    with units_tab:
        chosen, lean = _units()
    with who_tab:
        who = _person()
    with pose_tab:
        pose = _pose()
    with light_tab:
        light, noise = _light()
    return chosen, Scene(who, pose, light, noise, lean)


def _units() -> tuple[dict[int, float], float]:
    """Sliders of all units by part of the face, and how one-sided they are."""
    face.open_from_address()
    chosen = {}
    for group, numbers in UNIT_GROUPS.items():
        with st.expander(GROUP_TITLES[group], expanded=True):
            for first in range(0, len(numbers), 2):
                # Row by row, so that a phone shows them in order.
                for column, number in zip(st.columns(2), numbers[first : first + 2], strict=False):
                    with column:
                        value = _unit(number)
                    if value > 0:
                        chosen[number] = value
    face.keep_in_address(chosen)
    lean = st.slider(
        "One side alone: the viewer's left (-1) or right (1)", -1.0, 1.0, 0.0, 0.05, key="lean", bind="query-params"
    )
    return chosen, lean


def _unit(number: int) -> float:
    return st.slider(
        f"AU{number} {ACTION_UNITS[number]}",
        0.0,
        1.0,
        step=0.05,
        key=f"au{number}",
        on_change=_forget_preset,
        help=f"Muscle: {MUSCLES[number]}.",
    )


def _apply_preset() -> None:
    expression = st.session_state.preset
    if expression is not None:
        face.put(EXPRESSIONS[expression])


def _forget_preset() -> None:
    st.session_state.preset = None


def _person() -> Identity:
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left:
        number = st.number_input(
            "Person number",
            0,
            PEOPLE - 1,
            **address.keep("person", 0, after=_load_person),
            help="0 is the average face; every other number is one drawn person, always the same.",
        )
    with right:
        st.button("New person", icon=":material/casino:", on_click=_new_person, width="stretch")
    if st.session_state.get("person_loaded") != number or "id_skin" not in st.session_state:
        _load_person()
    who = person(int(number))
    left, right = st.columns(2, vertical_alignment="bottom")
    with left:
        style = st.selectbox("Hair", HAIR_STYLES, key="id_hair_style")
    with right:
        glasses = st.toggle("Glasses", key="id_glasses")
    values = {}
    names = list(_TONES)
    for first in range(0, len(names), 2):
        for column, name in zip(st.columns(2), names[first : first + 2], strict=False):
            title, low, high = _TONES[name]
            with column:
                values[name] = st.slider(title, low, high, step=0.01, key=f"id_{name}")
    return replace(who, hair_style=style, glasses=glasses, **values)


def _load_person() -> None:
    number = int(st.session_state["address:person"])
    st.session_state.person_loaded = number
    who = person(number)
    for name, (_, low, high) in _TONES.items():
        st.session_state[f"id_{name}"] = round(float(min(max(getattr(who, name), low), high)), 2)
    st.session_state.id_hair_style = who.hair_style
    st.session_state.id_glasses = who.glasses


def _new_person() -> None:
    address.put("person", 1 + secrets.randbelow(PEOPLE - 1))
    _load_person()


def _pose() -> Pose:
    left, right = st.columns(2)
    with left:
        yaw = st.slider("Turn left or right (yaw, degrees)", -30.0, 30.0, 0.0, 1.0, key="yaw", bind="query-params")
        roll = st.slider("Tilt (roll, degrees)", -30.0, 30.0, 0.0, 1.0, key="roll", bind="query-params")
        scale = st.slider("Size", 0.7, 1.3, 1.0, 0.01, key="scale", bind="query-params")
    with right:
        pitch = st.slider("Up or down (pitch, degrees)", -20.0, 20.0, 0.0, 1.0, key="pitch", bind="query-params")
        shift_x = st.slider("Shift across", -0.2, 0.2, 0.0, 0.01, key="shift_x", bind="query-params")
        shift_y = st.slider("Shift down", -0.2, 0.2, 0.0, 0.01, key="shift_y", bind="query-params")
    return Pose(roll, yaw, pitch, shift_x, shift_y, scale)


def _light() -> tuple[Light, Noise | None]:
    start = Light()
    left, right = st.columns(2)
    with left:
        azimuth = st.slider("Light from the side (degrees)", -80.0, 80.0, start.azimuth, 1.0, key="azimuth")
        ambient = st.slider("Soft light", 0.1, 0.9, start.ambient, 0.01, key="ambient")
        gamma = st.slider("Gamma", 0.5, 1.6, start.gamma, 0.01, key="gamma")
        grain = st.slider("Grain (gray levels)", 0.0, 30.0, 0.0, 0.5, key="grain")
    with right:
        elevation = st.slider("Light from above (degrees)", -30.0, 80.0, start.elevation, 1.0, key="elevation")
        gain = st.slider("Brightness", 0.4, 1.6, start.gain, 0.01, key="gain")
        contrast = st.slider("Contrast", 0.3, 1.6, start.contrast, 0.01, key="contrast")
        blur = st.slider("Blur (pixels)", 0.0, 2.0, 0.0, 0.05, key="blur")
    noise = Noise(blur=blur, grain=grain) if blur or grain else None
    return Light(azimuth, elevation, ambient, gain, gamma, contrast), noise
