"""A lesson on paper: the pupils' worksheet, or the teacher's notes, one page of HTML that prints on A4."""

import base64
import html
import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from fer_core.lessons import Lesson
from fer_core.pictures import encode_png

_TEMPLATES = Path(__file__).with_name("templates")


def worksheet(lesson: Lesson, pictures: Mapping[int, np.ndarray] | None = None, answers: bool = False) -> str:
    """The lesson as HTML that needs nothing beside it.

    Args:
        lesson: as `fer_core.lessons.read` gives it.
        pictures: step, counted from 1, -> u8 (h, w) or (h, w, 3) that its question is about.
        answers: the teacher's notes, with answers, reasons and notes; else the pupils' sheet with room to write.
    """
    from jinja2 import Environment, FileSystemLoader

    given = pictures or {}
    shown = {number: base64.b64encode(encode_png(pixels)).decode("ascii") for number, pixels in given.items()}
    environment = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True, trim_blocks=True)
    environment.filters["markdown"] = markdown
    return environment.get_template("worksheet.html").render(lesson=lesson, pictures=shown, answers=answers)


def markdown(text: str) -> "object":
    """The little Markdown that lessons use, as safe HTML: paragraphs, lists, emphasis, `code`."""
    from markupsafe import Markup

    blocks = []
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = html.escape(block, quote=False).split("\n")
        if all(re.match(r"\s*[-*] ", line) for line in lines):
            items = [_inline(line.strip()[2:]) for line in lines]
            blocks.append("<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>")
        else:
            blocks.append(f"<p>{_inline(' '.join(lines))}</p>")
    return Markup("".join(blocks))


def _inline(text: str) -> str:
    text = re.sub(r"`([^`]+)`", r"<code>\1</code>", text)
    text = re.sub(r"\*\*([^*]+)\*\*", r"<strong>\1</strong>", text)
    return re.sub(r"\*([^*]+)\*", r"<em>\1</em>", text)
