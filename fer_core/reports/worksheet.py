"""A lesson on paper: the pupils' worksheet, or the teacher's notes, one page of HTML that prints on A4."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from fer_core.languages import ENGLISH, Catalogue
from fer_core.lessons import Lesson
from fer_core.pictures import data_url

_TEMPLATES = Path(__file__).with_name("templates")


def worksheet(
    lesson: Lesson,
    pictures: Mapping[int, np.ndarray] | None = None,
    answers: bool = False,
    words: Catalogue = ENGLISH,
) -> str:
    """The lesson as HTML that needs nothing beside it.

    Args:
        lesson: as `fer_core.lessons.read` gives it.
        pictures: step, counted from 1, -> u8 (h, w) or (h, w, 3) that its question is about.
        answers: the teacher's notes, with answers, reasons and notes; else the pupils' sheet with room to write.
        words: the language of what stands around the lesson's own texts.
    """
    from jinja2 import Environment, FileSystemLoader

    shown = {number: data_url(pixels) for number, pixels in (pictures or {}).items()}
    environment = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True, trim_blocks=True)
    environment.filters["markdown"] = markdown
    return environment.get_template("worksheet.html").render(
        lesson=lesson, pictures=shown, answers=answers, say=words.say, language=words.language
    )


def markdown(text: str) -> Any:
    """A lesson's Markdown (CommonMark) as HTML; raw HTML stays text, and pictures are left out: nothing is fetched."""
    from markdown_it import MarkdownIt
    from markupsafe import Markup

    return Markup(MarkdownIt("commonmark", {"html": False}).disable("image").render(text))
