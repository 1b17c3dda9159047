"""What the class has in memory for this session: its pictures, what was taught, and how neighbours came out."""

from dataclasses import dataclass, field

import numpy as np
import streamlit as st

from fer_core.own_classes import Collection, Taught

_KEY = "own_memory"


@dataclass
class Memory:
    """Nothing of it is ever written.

    collection: the pictures. taught, by, of: what was taught, by which run and of which pictures. last_take: id of the
    camera's last take. answered: number of the last live frame. face, answer: the last face that was asked about and
    its probabilities f32 (C,). tally: (what it was, what was said) of neighbours. notes: sentences to be shown once.
    """

    collection: Collection = field(default_factory=Collection)
    taught: Taught | None = None
    by: str = ""
    of: Collection | None = None
    last_take: str = ""
    answered: int = 0
    face: np.ndarray | None = None
    answer: np.ndarray | None = None
    tally: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def fresh(self) -> bool:
        """Whether what was taught is of the pictures in view."""
        return self.taught is not None and self.of is self.collection

    def take(self, collection: Collection) -> None:
        """Exchanges the pictures; what was taught before stays until it is taught anew."""
        self.collection = collection


def memory() -> Memory:
    """This session's."""
    return st.session_state.setdefault(_KEY, Memory())


def forget() -> None:
    """All of it."""
    st.session_state[_KEY] = Memory()
