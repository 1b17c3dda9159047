"""Three doors: for whoever teaches, whoever trains networks, and whoever is curious."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from fer_core.lessons import shelf
from pages.ui import links
from pages.ui.language import say


@dataclass(frozen=True)
class _Door:
    """Who goes in, what waits there, and the links: label, page and its state; the first is the first step."""

    who: str
    icon: str
    what: str
    links: tuple[tuple[str, str, dict[str, Any]], ...]


def show() -> None:
    """One card a door, with its first step and one more."""
    for column, door in zip(st.columns(3), _doors(), strict=True):
        with column.container(border=True, height="stretch"):
            st.markdown(f"#### :material/{door.icon}: {door.who}")
            st.markdown(door.what)
            for place, (label, page, state) in enumerate(door.links):
                words = f"**{label}**" if place == 0 else label
                links.link(page, words, **state)


def _doors() -> tuple[_Door, ...]:
    lessons = shelf().lessons
    first = {"lesson": lessons[0].name} if lessons else {}
    return (
        _Door(
            say("I teach"),
            "school",
            say(
                "{count} lessons of half an hour for a class and one projector, with worksheets. Nothing to install or "
                "to prepare, no photographs needed.",
                count=len(lessons),
            ),
            ((say("Begin the first lesson"), "lessons", first), (say("All lessons"), "lessons", {})),
        ),
        _Door(
            say("I train"),
            "stacked_line_chart",
            say(
                "Lay training runs over each other, ask whether a difference is real, and see what a network confuses."
            ),
            (
                (say("Compare the runs here"), "runs", {}),
                (say("Train or import one of your own"), "runs", {"view": "Train and import"}),
            ),
        ),
        _Door(
            say("I am curious"),
            "mood",
            say("Pull the muscles of a drawn face and watch a network change its mind, or show it your own."),
            (
                (say("Draw a face"), "playground", {}),
                (say("Stand in front of the camera"), "predict", {"way": "Live camera"}),
            ),
        ),
    )
