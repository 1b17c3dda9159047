"""One lesson from its file: a row of steps, each with a question, a page to open, and what comes out.

docs/lessons.md says how a lesson is written. Every mistake is a FerError: one sentence that names the file, the step
and what would be right.
"""

import difflib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fer_core.errors import FerError
from fer_core.parsed import parse_toml

MOST_BYTES = 200_000
MOST_STEPS = 30
MINUTES = (20, 45)
"""The least and the most minutes of a lesson."""

_TEXTS = {"title", "summary", "goal", "before", "after"}
_STEP_TEXTS = {"title", "text", "ask", "answer", "open", "press", "reveal", "why", "teacher", "face", "says"}
_NEEDED = ("title", "summary", "goal", "step")
_STEP_NEEDED = ("title", "minutes", "ask", "reveal", "why")
_STEP_KEYS = (*_STEP_TEXTS, "minutes", "choices", "rows", "look_first")


@dataclass(frozen=True)
class LessonStep:
    """A few minutes of a lesson: a question first, then a look at a page, then what comes out and why.

    Attributes:
        title, minutes: what it is called, and how long it takes.
        ask: the question. text: what is said before it. All texts are Markdown.
        choices: what may be guessed, none for an answer in one's own words. answer: the right one of the choices, or
            with none an example of a good answer; may be empty where a guess can't be right or wrong.
        open: the page that shows it, with its state, as the browser's address has it: `playground?run=drawn`; empty
            for a step without a page. press: what the link to it says. look_first: the link comes before the guess.
        reveal, why: what is seen there, and why.
        teacher: notes for the teacher alone.
        face: a drawn face to look at with the question, as an address of the Playground. rows: pictures of the drawn
            set, by row number, to look at with the question.
        says: what the network of `open` says of the face of `open`; what a test checks.
    """

    title: str
    minutes: int
    ask: str
    reveal: str
    why: str
    text: str = ""
    choices: tuple[str, ...] = ()
    answer: str = ""
    open: str = ""
    press: str = ""
    look_first: bool = False
    teacher: str = ""
    face: str = ""
    rows: tuple[int, ...] = ()
    says: str = ""


@dataclass(frozen=True)
class Lesson:
    """A lesson: its name is that of its file.

    summary: one sentence for the list. goal: what the class knows at its end. before, after: for the teacher, what to
    prepare, and how to go on.
    """

    name: str
    title: str
    summary: str
    goal: str
    steps: tuple[LessonStep, ...]
    before: str = ""
    after: str = ""

    @property
    def minutes(self) -> int:
        """How long all steps take."""
        return sum(step.minutes for step in self.steps)


def read(path: Path) -> Lesson:
    """The lesson in a file. Raises FerError where it can't be read or has a mistake."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FerError(f"{path.name} can't be read: {error.strerror or error}.") from error
    return parse(data, path.name)


def parse(data: bytes | str, name: str) -> Lesson:
    """The lesson in the text of a file. Raises FerError with the file, the step and what is wrong.

    Args:
        data: the file's content, TOML in UTF-8.
        name: the file's name; without its ending it is the lesson's.
    """
    if len(data) > MOST_BYTES:
        raise FerError(f"{name} holds more than {MOST_BYTES // 1000} kB; a lesson is a few pages of text.")
    try:
        text = data if isinstance(data, str) else data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FerError(f"{name} is no text in UTF-8; save it so.") from error
    try:
        record = parse_toml(text)
    except ValueError as error:
        raise FerError(f"{name} is no valid TOML: {error}.") from error
    _keys(record, (*_TEXTS, "step"), _NEEDED, name)
    texts = {key: _text(record, key, name) for key in _TEXTS if key in record}
    steps = record["step"]
    if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
        raise FerError(f"{name}: each step begins with a line [[step]], with two brackets on each side.")
    if len(steps) > MOST_STEPS:
        raise FerError(f"{name} has {len(steps)} steps; at most {MOST_STEPS} fit into a lesson.")
    made = tuple(_step(step, f"{name}, step {number}") for number, step in enumerate(steps, 1))
    lesson = Lesson(re.sub(r"\.toml$", "", name, flags=re.IGNORECASE), steps=made, **texts)
    if not MINUTES[0] <= lesson.minutes <= MINUTES[1]:
        raise FerError(
            f"{name}: its steps take {lesson.minutes} minutes together; a lesson takes {MINUTES[0]} to {MINUTES[1]}."
        )
    return lesson


def _step(record: dict[str, Any], where: str) -> LessonStep:
    _keys(record, _STEP_KEYS, _STEP_NEEDED, where)
    values: dict[str, Any] = {key: _text(record, key, where) for key in _STEP_TEXTS if key in record}
    values["minutes"] = _whole(record["minutes"], "minutes", 1, MINUTES[1], where)
    if "choices" in record:
        values["choices"] = _choices(record["choices"], values.get("answer", ""), where)
    if "rows" in record:
        if not isinstance(record["rows"], list) or not 1 <= len(record["rows"]) <= 12:
            raise FerError(f"{where}: rows is a list of 1 to 12 row numbers of the drawn set, as in [4, 18].")
        values["rows"] = tuple(_whole(row, "rows", 0, 3499, where) for row in record["rows"])
    if not isinstance(record.get("look_first", False), bool):
        raise FerError(f"{where}: look_first is true or false.")
    values["look_first"] = record.get("look_first", False)
    if values.get("open") and not values.get("press"):
        raise FerError(f"{where} opens a page, so it needs a line press = with what the link says.")
    if not values.get("open") and (values["look_first"] or values.get("press")):
        raise FerError(f"{where} has no line open =, so it can't have press or look_first.")
    return LessonStep(**values)


def _choices(found: Any, answer: str, where: str) -> tuple[str, ...]:
    if not isinstance(found, list) or not all(isinstance(one, str) and one.strip() for one in found):
        raise FerError(f'{where}: choices is a list of texts, as in ["yes", "no"].')
    if not 2 <= len(found) <= 8 or len(set(found)) < len(found):
        raise FerError(f"{where}: choices holds 2 to 8 texts, each once.")
    if answer and answer not in found:
        raise FerError(f"{where}: the answer {answer!r} is none of its choices ({', '.join(found)}).")
    return tuple(found)


def _keys(record: dict[str, Any], known: tuple[str, ...], needed: tuple[str, ...], where: str) -> None:
    for key in record:
        if key not in known:
            near = difflib.get_close_matches(key, known, 1)
            hint = f"; is {near[0]} meant?" if near else f"; it may have {', '.join(sorted(known))}."
            raise FerError(f"{where} has a line {key!r} that no lesson knows{hint}")
    for key in needed:
        if key not in record:
            raise FerError(f"{where} lacks its {key}.")


def _text(record: dict[str, Any], key: str, where: str) -> str:
    value = record[key]
    if not isinstance(value, str) or not value.strip():
        raise FerError(f"{where}: {key} is a text in quotation marks, and not empty.")
    return value.strip()


def _whole(value: Any, key: str, low: int, high: int, where: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise FerError(f"{where}: {key} is a whole number from {low} to {high:,}, not {value!r}.")
    return value
