"""Where lessons lie: those that come along, and a folder of one's own."""

import os
from dataclasses import dataclass
from pathlib import Path

from fer_core.errors import FerError
from fer_core.languages import DEFAULT
from fer_core.lessons.reading import Lesson, read

SHIPPED = Path(__file__).with_name("texts")
OWN = Path(__file__).resolve().parents[2] / "lessons"
"""Lessons of one's own, beside the program; FER_LESSONS names another folder."""


@dataclass(frozen=True)
class Shelf:
    """Lessons in the order of their files' names, the shipped ones first; and a sentence for each that is wrong."""

    lessons: tuple[Lesson, ...]
    problems: tuple[str, ...]

    def find(self, name: str) -> Lesson:
        """The lesson of that name. Raises FerError where there is none."""
        for lesson in self.lessons:
            if lesson.name == name:
                return lesson
        raise FerError(f"There is no lesson {name!r}; there are {', '.join(one.name for one in self.lessons)}.")


def own_folder() -> Path:
    """The folder that FER_LESSONS names, else `lessons/` beside the program."""
    named = os.environ.get("FER_LESSONS")
    return Path(named).expanduser() if named else OWN


def shelf(own: Path | None = None, language: str = DEFAULT) -> Shelf:
    """All lessons; a file with a mistake is left out and said.

    Args:
        own: the folder of one's own lessons, `own_folder()` where not given; it may be missing.
        language: a lesson is read from the file of its name in the folder of this language beside it, say
            `zh-TW/1-what-does-it-see.toml`, where there is one.
    """
    lessons: dict[str, Lesson] = {}
    problems = []
    for path in (*_files(SHIPPED), *_files(own or own_folder())):
        translated = path.parent / language / path.name
        try:
            lesson = read(translated if translated.is_file() else path)
        except FerError as error:
            problems.append(str(error))
            continue
        if lesson.name in lessons:
            problems.append(f"{path.name}: a lesson of this name is there already; call the file otherwise.")
        else:
            lessons[lesson.name] = lesson
    return Shelf(tuple(lessons.values()), tuple(problems))


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.toml")) if folder.is_dir() else []
