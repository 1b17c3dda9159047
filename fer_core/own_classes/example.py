"""Two classes of drawn faces, for whoever has no camera at hand."""

import numpy as np

from fer_core.data.drawn.dataset import draw_face
from fer_core.data.drawn.person import sample_identity
from fer_core.own_classes.collection import Collection

UNITS = {"brows up": {1: 0.9, 2: 0.9}, "brows down": {4: 0.9}}
"""Classes that none of the seven expressions is, by action units."""


def drawn_example(people: int = 16, first: int = 0) -> Collection:
    """Both classes on so many people, each a take of its own. first: the number of the first person."""
    made = Collection()
    for name in UNITS:
        made = made.with_class(name)
    for person in range(first, first + people):
        for name, units in UNITS.items():
            who = sample_identity(np.random.default_rng(person))
            made = made.add(name, draw_face(units, who)[None])
    return made
