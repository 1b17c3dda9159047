"""The seven classes of FER2013: their names, their order, their colours."""

import difflib

CLASSES = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
"""Class names; the index is the label of FER2013 (0 angry ... 6 neutral)."""

COLOURS = {
    "angry": "#D1495B",
    "disgust": "#5B8E3E",
    "fear": "#8064B5",
    "happy": "#E39A1F",
    "sad": "#2F7FB8",
    "surprise": "#D9709F",
    "neutral": "#7C8793",
}
"""One colour a class, the same on every page; told apart in light, in dark and with red-green blindness
by lightness as well as by hue."""

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
