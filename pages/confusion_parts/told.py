"""Which classes a view tells apart: the seven, or the groups that the user makes of them."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from fer_core.evaluation.confusion import Selection
from fer_core.evaluation.merged import Grouping, grouping
from pages.confusion_parts.scene import SliceInView, first_page
from pages.ui.matrix import pressed
from pages.ui.states import ANY, CONFUSION


@dataclass(frozen=True)
class ToldApart:
    """The classes of a view.

    grouping: of the seven; merged: whether it puts any together. Cells of groups have their own place in the address.
    """

    grouping: Grouping
    merged: bool

    @property
    def names(self) -> tuple[str, ...]:
        """Of the C classes or groups."""
        return self.grouping.names

    @property
    def fields(self) -> tuple[str, str]:
        """What the address calls the true and the predicted class of a cell."""
        return ("gtrue", "gpred") if self.merged else ("true", "pred")

    def labels(self, scene: SliceInView) -> np.ndarray:
        """i64 (N,), -1 where not given."""
        return self.grouping.labels(scene.labels)

    def answers(self, scene: SliceInView) -> np.ndarray:
        """i64 (N,): the likeliest class or group."""
        return self.grouping.probabilities(scene.probabilities).argmax(axis=1)

    def counts(self, scene: SliceInView) -> np.ndarray:
        """The confusion matrix i64 (C, C)."""
        return self.grouping.counts(scene.labels, scene.probabilities)

    def boxes(self, first: str = "Labelled", second: str = "Taken for") -> Selection:
        """Two select boxes that choose what a press on the matrix does; both stay in the address."""
        options = [ANY, *self.names]
        with st.container(horizontal=True):  # columns would stand one below the other on a phone
            chosen = [
                st.selectbox(label, options, **CONFUSION.widget(name, default=ANY, options=options, after=first_page))
                for label, name in zip((first, second), self.fields, strict=True)
            ]
        return Selection(*(None if name == ANY else self.names.index(name) for name in chosen))

    def press(self, key: str) -> None:
        """Moves the select boxes to the cell pressed in the matrix `key`; for callbacks."""
        cell = pressed(key, len(self.names))
        if cell is not None:
            names = [ANY if at is None else self.names[at] for at in (cell.true, cell.predicted)]
            CONFUSION.put_all(**dict(zip(self.fields, names, strict=True)), page=None, row=None)


def told_apart(groups: Grouping | None) -> ToldApart:
    """By these groups; None for the seven classes."""
    return ToldApart(groups or grouping([]), groups is not None)


def other_groups() -> None:
    """Groups that changed have cells of other names; for callbacks."""
    CONFUSION.put_all(gtrue=None, gpred=None)
    first_page()
