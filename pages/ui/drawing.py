"""A face drawn in the Playground as text: in the Playground's address, and in links that take it to other pages."""

import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from fer_core.data.drawn.dataset import (
    ACTION_UNITS,
    EXPRESSIONS,
    HAIR_STYLES,
    MOVED,
    Identity,
    Light,
    Noise,
    Pose,
    sample_identity,
)
from fer_core.data.drawn.study import DrawnScene
from pages.ui.language import mark, say
from pages.ui.states import PLAYGROUND

START = "happy"
"""The expression that the Playground shows when its address says nothing."""

TONES = {
    "skin": (mark("Skin"), 0.0, 1.0),
    "hair": (mark("Hair tone"), 0.0, 1.0),
    "age": (mark("Age lines"), 0.0, 1.0),
    "brow_thickness": (mark("Brow thickness"), 0.5, 1.6),
    "eye_size": (mark("Eye size"), 0.8, 1.2),
    "lid": (mark("Lid opening"), 0.75, 1.25),
    "nose_width": (mark("Nose width"), 0.75, 1.3),
    "mouth_width": (mark("Mouth width"), 0.8, 1.2),
    "lip_fullness": (mark("Lips"), 0.5, 1.5),
    "face_width": (mark("Face width"), 0.88, 1.12),
    "jaw_width": (mark("Jaw width"), 0.8, 1.2),
    "beard": (mark("Beard"), 0.0, 1.0),
    "moustache": (mark("Moustache"), 0.0, 1.0),
}
"""A trait of a person -> its title, smallest and largest value."""

_REST = "rest"
_POSE = ("roll", "yaw", "pitch", "shift_x", "shift_y", "scale")
_LIGHT = ("azimuth", "elevation", "ambient", "gain", "gamma", "contrast")
FIELDS = ("face", "lean", "person", "tuned", *_POSE, *_LIGHT, "grain", "blur")
"""Names of the Playground's state that make the face."""


@dataclass(frozen=True)
class Drawing:
    """A face: the intensities of its action units, and everything else about it."""

    units: Mapping[int, float]
    scene: DrawnScene

    def pixels(self) -> np.ndarray:
        """The face as a network sees it, u8 (48, 48)."""
        return self.scene.draw(self.units)

    def regions(self) -> dict[str, np.ndarray]:
        """Where its parts lie and the rest, bool (48, 48) each."""
        found = self.scene.regions(self.units)
        return {**found, "rest": ~np.any(list(found.values()), axis=0)}

    def moved(self) -> np.ndarray | None:
        """The pixels that its expression moved, bool (48, 48); None for a face at rest."""
        at_rest = replace(self.scene, noise=None)
        moved = np.abs(at_rest.draw(self.units).astype(int) - at_rest.draw({})) > MOVED
        return moved if moved.any() else None


def units_text(units: Mapping[int, float]) -> str:
    """The units as an address has them: `6_0.8-12_0.9` is AU6 at 0.8 and AU12 at 0.9, `rest` a face at rest."""
    return "-".join(f"{unit}_{value:g}" for unit, value in units.items() if value > 0) or _REST


def read_units(given: str) -> dict[int, float]:
    """The units of such a text; what is no unit or no intensity from 0 to 1 is left out."""
    units = {}
    for part in (given or units_text(EXPRESSIONS[START])).split("-"):
        number, _, value = part.partition("_")
        try:
            unit, intensity = int(number), float(value)
        except ValueError:
            continue
        if unit in ACTION_UNITS and 0.0 <= intensity <= 1.0:
            units[unit] = intensity
    return units


def default_of(name: str) -> Any:
    """The value of one of FIELDS where the address says nothing."""
    if name in _LIGHT:
        return getattr(Light(), name)
    return units_text(EXPRESSIONS[START]) if name == "face" else PLAYGROUND.fields[name].default


def person(number: int) -> Identity:
    """The person of that number; 0 is the average face."""
    return Identity() if number == 0 else sample_identity(np.random.default_rng(number))


def traits(number: int, tuned: str) -> dict[str, Any]:
    """A person's traits by their sliders: those of the number, with what was tuned (`skin_0.4-glasses_1`)."""
    who = person(number)
    found: dict[str, Any] = {
        name: round(float(min(max(getattr(who, name), low), high)), 2) for name, (_, low, high) in TONES.items()
    }
    found |= {"hair_style": who.hair_style, "glasses": bool(who.glasses)}
    for part in tuned.split("~"):
        name, _, text = part.rpartition("_")
        if name == "hair_style" and text in HAIR_STYLES:
            found[name] = text
        elif name == "glasses" and text in ("0", "1"):
            found[name] = text == "1"
        elif name in TONES:
            found[name] = _between(text, TONES[name][1], TONES[name][2], found[name])
    return found


def intensities() -> list[tuple[float, str]]:
    """From which intensity of a unit on which word: FACS' five, A to E, from halfway between the numbers for them."""
    return [
        (0.0, say("at rest")), (0.05, say("a trace")), (0.25, say("slight")), (0.45, say("marked")),
        (0.7, say("severe")), (0.9, say("maximum")),
    ]  # fmt: skip


def traits_text(number: int, chosen: Mapping[str, Any]) -> str:
    """What of these traits is not the person's own, as `traits` reads it."""
    own = traits(number, "")
    parts = []
    for name, value in chosen.items():
        if value != own[name]:
            shown = ("1" if value else "0") if name == "glasses" else value if name == "hair_style" else f"{value:g}"
            parts.append(f"{name}_{shown}")
    return "~".join(parts)


def drawing(values: Mapping[str, Any]) -> Drawing:
    """The face that values of FIELDS make; the default for each that is missing."""
    value = {name: values.get(name, default_of(name)) for name in FIELDS}
    noise = Noise(blur=value["blur"], grain=value["grain"]) if value["blur"] or value["grain"] else None
    who = person(value["person"])
    if value["tuned"]:
        who = replace(who, **traits(value["person"], value["tuned"]))
    pose = Pose(*(value[name] for name in _POSE))
    light = Light(**{name: value[name] for name in _LIGHT})
    return Drawing(read_units(value["face"]), DrawnScene(who, pose, light, noise, value["lean"]))


def text(values: Mapping[str, Any]) -> str:
    """Values of FIELDS as one text, for a link that takes the face to another page."""
    differing = {name: values[name] for name in FIELDS if name in values and values[name] != default_of(name)}
    return urllib.parse.urlencode({name: PLAYGROUND.fields[name].texts(value)[-1] for name, value in differing.items()})


def from_text(given: str) -> Drawing:
    """The face of such a text; what can't be read is as it is by default."""
    values = {}
    for name, texts in urllib.parse.parse_qs(given, keep_blank_values=True).items():
        if name in FIELDS:
            try:
                values[name] = PLAYGROUND.fields[name].read(texts)
            except ValueError:
                continue
    return drawing(values)


def _between(text_: str, low: float, high: float, otherwise: float) -> float:
    try:
        value = float(text_)
    except ValueError:
        return otherwise
    return value if low <= value <= high else otherwise
