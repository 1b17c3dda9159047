"""Class probabilities as plain HTML bars: they follow a slider at once, without a chart library."""

import html

import numpy as np

from fer_core.labels import CLASSES, COLOURS
from fer_core.reading.sure import label_of, name_of
from pages.ui.language import say

STYLE = """<style>
.fer-pbar {display: grid; grid-template-columns: 4.4rem 1fr 3.1rem; gap: .45rem; align-items: center;
  font-size: .9rem; line-height: 1.6;}
.fer-pbar b {height: .8rem; border-radius: .3rem; background: rgba(128,128,128,.18); overflow: hidden;}
.fer-pbar i {display: block; height: 100%; transition: width .15s;}
.fer-pbar span:last-child {text-align: right; font-variant-numeric: tabular-nums;}
.fer-pbar.best {font-weight: 650;}
.fer-label {font-weight: 650; font-size: 1.05rem;}
.fer-label i {display: inline-block; width: .7rem; height: .7rem; border-radius: .2rem; margin-right: .4rem;}
</style>"""


def bars(probabilities: np.ndarray) -> str:
    """HTML of seven bars, f32 (7,); the likeliest is set bold."""
    best = int(np.argmax(probabilities))
    rows = []
    for index, (name, p) in enumerate(zip(CLASSES, probabilities, strict=True)):
        best_class = " best" if index == best else ""
        rows.append(
            f'<div class="fer-pbar{best_class}"><span>{html.escape(say(name))}</span>'
            f'<b><i style="width:{p:.1%};background:{COLOURS[name]}"></i></b><span>{p:.1%}</span></div>'
        )
    return f'<div role="img" aria-label="{_words(probabilities)}">{"".join(rows)}</div>'


def label(probabilities: np.ndarray, least: float) -> str:
    """HTML of the label of f32 (7,): the likeliest class, or "not sure" below `least` (`fer_core.reading.sure`)."""
    best = label_of(probabilities, least)
    dot = "" if best is None else f'<i style="background:{COLOURS[CLASSES[best]]}"></i>'
    return f'<div class="fer-label">{dot}{html.escape(say(name_of(probabilities, least)))}</div>'


def spoken_words(probabilities: np.ndarray, most: int = 2) -> str:
    """The likeliest classes of f32 (7,) in few words, to be heard: "happy 97%, neutral 2%"."""
    order = np.argsort(-probabilities)[:most]
    return say(", ").join(f"{say(CLASSES[k])} {probabilities[k]:.0%}" for k in order)


def _words(probabilities: np.ndarray) -> str:
    order = np.argsort(-probabilities)
    each = say(", ").join(f"{say(CLASSES[k])} {probabilities[k]:.0%}" for k in order)
    return say("Probabilities: {each}", each=each)
