"""The seven classes of FER2013: their names, their order, their colours."""

import difflib

CLASSES = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
"""Class names; the index is the label of FER2013 (0 angry ... 6 neutral)."""

COLOURS = {
    "angry": "#B74150",
    "disgust": "#739C61",
    "fear": "#795F9E",
    "happy": "#CD9021",
    "sad": "#0084E2",
    "surprise": "#F761A4",
    "neutral": "#808488",
}
"""One colour a class, the same on every page. Any two are at least 10 apart (CIEDE2000) under protanopia, deuteranopia
and tritanopia, and each is at least 2.5 times as light or dark as the page in both themes (tests/core/figures)."""

ALIASES = {
    "anger": "angry",
    "disgusted": "disgust",
    "afraid": "fear",
    "scared": "fear",
    "fearful": "fear",
    "happiness": "happy",
    "sadness": "sad",
    "surprised": "surprise",
}
"""Other names under which folder trees carry the classes."""


def ink_on(colour: str) -> str:
    """The colour of text on a plate of a colour "#RRGGBB": white or near black, what stands out more (WCAG 2.2)."""
    return max(("#FFFFFF", "#0B0F12"), key=lambda ink: contrast_ratio(ink, colour))


def contrast_ratio(one: str, other: str) -> float:
    """The contrast ratio of two colours "#RRGGBB", 1 to 21 (WCAG 2.2, relative luminance)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    shares = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def class_index(name: str) -> int:
    """Label (0 to 6) of a class by its name or a common alias, in any case.

    Raises KeyError for a name that is none of the seven.
    """
    key = name.strip().lower()
    key = ALIASES.get(key, key)
    if key not in CLASSES:
        raise KeyError(name)
    return CLASSES.index(key)


def nearest_class(name: str) -> str | None:
    """The class that a misspelt name most likely means ("suprise" -> "surprise"), or None where none is near."""
    near = difflib.get_close_matches(name.strip().lower(), [*CLASSES, *ALIASES], n=1, cutoff=0.75)
    return ALIASES.get(near[0], near[0]) if near else None
