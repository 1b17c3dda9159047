"""Facial action units (FACS) and the expressions that EMFACS makes of them.

Names and numbers: P. Ekman, W. V. Friesen, J. C. Hager, Facial Action Coding System, 2002. Which units make which
expression: W. V. Friesen, P. Ekman, EMFACS-7, 1983.
"""

from collections.abc import Mapping

from fer_core.errors import FerError
from fer_core.labels import CLASSES

ACTION_UNITS = {
    1: "Inner Brow Raiser",
    2: "Outer Brow Raiser",
    4: "Brow Lowerer",
    5: "Upper Lid Raiser",
    6: "Cheek Raiser",
    7: "Lid Tightener",
    9: "Nose Wrinkler",
    10: "Upper Lip Raiser",
    12: "Lip Corner Puller",
    14: "Dimpler",
    15: "Lip Corner Depressor",
    16: "Lower Lip Depressor",
    17: "Chin Raiser",
    20: "Lip Stretcher",
    23: "Lip Tightener",
    24: "Lip Pressor",
    25: "Lips Part",
    26: "Jaw Drop",
    27: "Mouth Stretch",
}
"""The action units that a drawn face has, by their official number and name."""

MUSCLES = {
    1: "frontalis, inner part",
    2: "frontalis, outer part",
    4: "corrugator and depressor supercilii",
    5: "levator palpebrae superioris",
    6: "orbicularis oculi, outer ring",
    7: "orbicularis oculi, lid ring",
    9: "levator labii superioris alaeque nasi",
    10: "levator labii superioris",
    12: "zygomaticus major",
    14: "buccinator",
    15: "depressor anguli oris",
    16: "depressor labii inferioris",
    17: "mentalis",
    20: "risorius",
    23: "orbicularis oris",
    24: "orbicularis oris",
    25: "depressor labii inferioris, or mentalis and orbicularis oris relaxed",
    26: "masseter, temporalis and medial pterygoid relaxed",
    27: "pterygoids and digastric",
}
"""The muscles behind each unit, as the FACS manual names them."""

UNIT_GROUPS = {
    "brow": (1, 2, 4),
    "eyes": (5, 6, 7),
    "nose": (9, 10),
    "mouth": (12, 14, 15, 16, 17, 20, 23, 24, 25, 26, 27),
}
"""The same numbers by the part of the face they act on."""

INTENSITIES = {"A": 0.15, "B": 0.35, "C": 0.55, "D": 0.8, "E": 1.0}
"""FACS scores intensity from A (trace) to E (maximum); here as a share of the full movement."""

EXPRESSIONS: dict[str, dict[int, float]] = {
    "angry": {4: 0.9, 5: 0.55, 7: 0.8, 23: 0.8},
    "disgust": {9: 0.9, 15: 0.6, 16: 0.55},
    "fear": {1: 0.8, 2: 0.6, 4: 0.55, 5: 0.8, 7: 0.35, 20: 0.8, 26: 0.35},
    "happy": {6: 0.8, 12: 0.9},
    "sad": {1: 0.8, 4: 0.6, 15: 0.8},
    "surprise": {1: 0.9, 2: 0.9, 5: 0.35, 26: 0.8},
    "neutral": {},
}
"""One typical, clear face a class: EMFACS' units with their intensities (surprise has 5B, as written there)."""

VARIANTS: dict[str, tuple[dict[int, float], ...]] = {
    "angry": (
        {4: 0.9, 5: 0.55, 7: 0.8, 23: 0.8},
        {4: 0.9, 5: 0.55, 7: 0.8, 24: 0.8},
        {4: 0.9, 7: 0.8, 17: 0.5, 24: 0.7},
        {4: 1.0, 5: 0.6, 7: 0.7, 10: 0.6, 25: 0.5},
        {4: 0.9, 5: 0.6, 7: 0.6, 23: 0.4, 25: 0.6, 26: 0.4},
    ),
    "disgust": (
        {9: 0.9, 15: 0.6, 16: 0.55},
        {9: 0.8, 10: 0.5, 17: 0.7},
        {10: 0.9, 15: 0.4, 17: 0.8},
        {9: 0.9, 10: 0.6, 16: 0.4, 25: 0.5},
    ),
    "fear": (
        {1: 0.8, 2: 0.6, 4: 0.55, 5: 0.8, 7: 0.35, 20: 0.8, 26: 0.35},
        {1: 0.8, 2: 0.6, 4: 0.55, 5: 0.9, 20: 0.8, 25: 0.7},
        {1: 0.9, 2: 0.7, 4: 0.6, 5: 0.8, 7: 0.35, 20: 0.6, 27: 0.4},
    ),
    "happy": (
        {6: 0.8, 12: 0.9},
        {6: 0.7, 12: 0.8, 25: 0.7},
        {6: 0.9, 12: 1.0, 25: 0.8, 26: 0.4},
        {12: 0.8},
    ),
    "sad": (
        {1: 0.8, 4: 0.6, 15: 0.8},
        {1: 0.8, 4: 0.6, 15: 0.7, 17: 0.6},
        {1: 0.9, 4: 0.5, 15: 0.6, 25: 0.3},
        {1: 0.6, 15: 0.9, 17: 0.5},
    ),
    "surprise": (
        {1: 0.9, 2: 0.9, 5: 0.35, 26: 0.8},
        {1: 0.9, 2: 0.9, 5: 0.5, 27: 0.7},
        {1: 0.8, 2: 0.9, 26: 0.8},
        {1: 0.9, 2: 0.9, 5: 0.4, 25: 0.6, 26: 0.4},
    ),
    "neutral": ({},),
}
"""What the set of drawn faces draws from: EMFACS' main combinations first, then its common variants."""

assert tuple(EXPRESSIONS) == CLASSES and tuple(VARIANTS) == CLASSES

UnitValue = float | tuple[float, float]
"""One intensity for both sides, or one for the viewer's left and one for the right; 0 to 1."""

LAST_UNIT = max(ACTION_UNITS)


def sides(action_units: Mapping[int, UnitValue]) -> tuple[list[float], list[float]]:
    """The intensities as two lists indexed by unit number, viewer's left and right.

    Raises FerError for a unit that the drawn face does not have, or an intensity outside 0 to 1.
    """
    left, right = [0.0] * (LAST_UNIT + 1), [0.0] * (LAST_UNIT + 1)
    for unit, value in action_units.items():
        if unit not in ACTION_UNITS:
            known = ", ".join(str(number) for number in ACTION_UNITS)
            raise FerError(f"The drawn face has no action unit {unit}; it has: {known}.")
        pair = value if isinstance(value, tuple) else (value, value)
        for intensity in pair:
            if not 0.0 <= intensity <= 1.0:
                raise FerError(f"The intensity of action unit {unit} must lie between 0 and 1, not {intensity}.")
        left[unit], right[unit] = float(pair[0]), float(pair[1])
    return left, right
