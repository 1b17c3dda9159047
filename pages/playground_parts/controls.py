"""What can be set: action units, the person, how the head is held and lit."""

import secrets
from typing import Any

import streamlit as st

from fer_core.data.drawn.dataset import ACTION_UNITS, EXPRESSIONS, HAIR_STYLES, MUSCLES, UNIT_GROUPS
from fer_core.labels import CLASSES
from pages.ui import drawing
from pages.ui.language import mark, say
from pages.ui.states import MOST_PEOPLE, PLAYGROUND

GROUP_TITLES = {
    "brow": mark("Brow"),
    "eyes": mark("Eyes"),
    "nose": mark("Nose and upper lip"),
    "mouth": mark("Mouth and jaw"),
}
_PRESET = "playground:preset"
_OPEN = "playground_open"
_DEGREES = "%.0f°"


def presets() -> None:
    """One button an expression, and the way back to a face at rest."""
    st.pills(
        say("Expression by its EMFACS units"),
        CLASSES,
        format_func=say,
        key=_PRESET,
        on_change=_apply_preset,
        help=say("Sets the sliders to the units that EMFACS gives for the expression."),
    )
    st.button(
        say("Reset"),
        icon=":material/restart_alt:",
        type="tertiary",
        help=say("The face, the person, pose and light as they were when the page opened first."),
        on_click=_reset,
    )


def settings() -> dict[str, Any]:
    """Draws all controls; the values of `drawing.FIELDS` that they are set to."""
    units_tab, who_tab, pose_tab, light_tab = st.tabs([say("Action units"), say("Person"), say("Pose"), say("Light")])
    with units_tab:
        values = _units()
    with who_tab:
        values |= _person()
    with pose_tab:
        values |= _pose()
    with light_tab:
        values |= _light()
    return values


def _units() -> dict[str, Any]:
    """Sliders of all units by part of the face, and how one-sided they are."""
    face = PLAYGROUND.value("face", default=drawing.default_of("face"))
    units = drawing.read_units(face)
    for group, numbers in UNIT_GROUPS.items():
        with st.expander(say(GROUP_TITLES[group]), expanded=_is_open(group, units)):
            for first in range(0, len(numbers), 2):
                # Row by row, so that a phone shows them in order.
                for column, number in zip(st.columns(2), numbers[first : first + 2], strict=False):
                    with column:
                        _unit(number, units.get(number, 0.0))
    lean = st.slider(say("One side alone: the viewer's left (-1) or right (1)"), step=0.05, **PLAYGROUND.widget("lean"))
    return {"face": face, "lean": lean}


def _is_open(group: str, units: dict[int, float]) -> bool:
    """Whether the group's sliders are unfolded: from the first unit of it that moves, until Reset. A group that folded
    with its last unit would take the slider out of the hand."""
    known: set[str] = st.session_state.setdefault(_OPEN, set())
    if any(units.get(number, 0.0) > 0 for number in UNIT_GROUPS[group]):
        known.add(group)
    return group in known


def _unit(number: int, value: float) -> None:
    _show(key := _unit_key(number), value)
    st.slider(
        f"AU{number} {say(ACTION_UNITS[number])}",
        0.0,
        1.0,
        step=0.05,
        key=key,
        on_change=_moved_unit,
        help=say("Muscle: {muscle}.", muscle=say(MUSCLES[number])),
    )


def unit_keys() -> list[str]:
    """Keys of the units' sliders."""
    return [_unit_key(number) for numbers in UNIT_GROUPS.values() for number in numbers]


def _unit_key(number: int) -> str:
    return f"playground:au{number}"


def _show(key: str, value: Any) -> None:
    """Sets a widget that shows a part of a value kept in the address."""
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def _moved_unit() -> None:
    st.session_state[_PRESET] = None
    units = {number: st.session_state[_unit_key(number)] for numbers in UNIT_GROUPS.values() for number in numbers}
    PLAYGROUND.put("face", drawing.units_text(units))


def _reset() -> None:
    st.session_state[_PRESET] = None
    st.session_state.pop(_OPEN, None)
    PLAYGROUND.put_all(**dict.fromkeys(name for name in PLAYGROUND.fields if name != "run"))


def _apply_preset() -> None:
    expression = st.session_state[_PRESET]
    if expression is not None:
        PLAYGROUND.put("face", drawing.units_text(EXPRESSIONS[expression]))


def _person() -> dict[str, Any]:
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left:
        number = st.number_input(
            say("Person number"),
            **PLAYGROUND.widget("person", after=_another_person),
            help=say("0 is the average face; every other number is one drawn person, always the same."),
        )
    with right:
        st.button(say("New person"), icon=":material/casino:", on_click=_new_person, width="stretch")
    tuned = PLAYGROUND.value("tuned")
    for name, value in drawing.traits(number, tuned).items():
        _show(f"playground:id_{name}", value)
    left, right = st.columns(2, vertical_alignment="bottom")
    with left:
        st.selectbox(say("Hair"), HAIR_STYLES, format_func=say, **_trait("hair_style"))
    with right:
        st.toggle(say("Glasses"), **_trait("glasses"))
    names = list(drawing.TONES)
    for first in range(0, len(names), 2):
        for column, name in zip(st.columns(2), names[first : first + 2], strict=False):
            title, low, high = drawing.TONES[name]
            with column:
                st.slider(say(title), low, high, step=0.01, format="percent", **_trait(name))
    return {"person": number, "tuned": tuned}


def _trait(name: str) -> dict[str, Any]:
    return {"key": f"playground:id_{name}", "on_change": _tuned}


def _tuned() -> None:
    chosen = {name: st.session_state[f"playground:id_{name}"] for name in drawing.traits(0, "")}
    PLAYGROUND.put("tuned", drawing.traits_text(PLAYGROUND.value("person"), chosen))


def _another_person() -> None:
    PLAYGROUND.put("tuned", "")


def _new_person() -> None:
    PLAYGROUND.put_all(person=1 + secrets.randbelow(MOST_PEOPLE), tuned="")


def _slider(title: str, name: str, step: float, written: str = "percent") -> float:
    return st.slider(say(title), step=step, format=written, **PLAYGROUND.widget(name, default=drawing.default_of(name)))


def _pose() -> dict[str, Any]:
    left, right = st.columns(2)
    with left:
        yaw = _slider(mark("Turn left or right (yaw, degrees)"), "yaw", 1.0, _DEGREES)
        roll = _slider(mark("Tilt (roll, degrees)"), "roll", 1.0, _DEGREES)
        scale = _slider(mark("Size"), "scale", 0.01)
    with right:
        pitch = _slider(mark("Up or down (pitch, degrees)"), "pitch", 1.0, _DEGREES)
        shift_x = _slider(mark("Shift across"), "shift_x", 0.01)
        shift_y = _slider(mark("Shift down"), "shift_y", 0.01)
    return {"yaw": yaw, "roll": roll, "scale": scale, "pitch": pitch, "shift_x": shift_x, "shift_y": shift_y}


def _light() -> dict[str, Any]:
    left, right = st.columns(2)
    with left:
        azimuth = _slider(mark("Light from the side (degrees)"), "azimuth", 1.0, _DEGREES)
        ambient = _slider(mark("Soft light"), "ambient", 0.01)
        gamma = _slider(mark("Gamma"), "gamma", 0.01, "%.2f")
        grain = _slider(mark("Grain (gray levels)"), "grain", 0.5, "%.1f")
    with right:
        elevation = _slider(mark("Light from above (degrees)"), "elevation", 1.0, _DEGREES)
        gain = _slider(mark("Brightness"), "gain", 0.01)
        contrast = _slider(mark("Contrast"), "contrast", 0.01)
        blur = _slider(mark("Blur (pixels)"), "blur", 0.05, "%.2f px")
    return {
        "azimuth": azimuth, "ambient": ambient, "gamma": gamma, "grain": grain,
        "elevation": elevation, "gain": gain, "contrast": contrast, "blur": blur,
    }  # fmt: skip
