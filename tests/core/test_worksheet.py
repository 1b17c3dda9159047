"""The worksheet: questions without answers, the notes with them; texts can't break the page."""

import re

import numpy as np

from fer_core.languages import catalogue
from fer_core.lessons import parse, shelf
from fer_core.reports.worksheet import markdown, worksheet

LESSON = parse(
    """title = "Who <b>is</b> it?"
summary = "S"
goal = "G"
[[step]]
title = "First"
minutes = 20
ask = "Which *one*?"
choices = ["left", "right"]
answer = "right"
reveal = "The **right** one."
why = "Because."
teacher = "Only for you."
""",
    "mine.toml",
)


def test_the_pupils_sheet_keeps_the_answers_back() -> None:
    page = worksheet(LESSON, {1: np.zeros((8, 8), np.uint8)})
    assert "Which <em>one</em>?" in page and "<li>left</li>" in page and "data:image/png" in page
    for kept in ("The <strong>right</strong> one.", "(right)", "Because.", "Only for you."):
        assert kept not in page


def test_the_notes_have_them() -> None:
    page = worksheet(LESSON, answers=True)
    for given in ("The <strong>right</strong> one.", "(right)", "Because.", "Only for you."):
        assert given in page
    assert "data:image" not in page


def test_what_looks_like_html_stays_text() -> None:
    assert "Who &lt;b&gt;is&lt;/b&gt; it?" in worksheet(LESSON)
    made = str(markdown("a <i> b\n\n- one\n- *two*")).replace("\n", "")
    assert made == "<p>a &lt;i&gt; b</p><ul><li>one</li><li><em>two</em></li></ul>"
    assert "<img" not in str(markdown("![x](http://host/x.png)"))


def test_the_sheet_speaks_the_language_of_its_lesson() -> None:
    lesson = shelf(language="zh-TW").lessons[0]
    for answers in (False, True):
        page = worksheet(lesson, {1: np.zeros((8, 8), np.uint8)}, answers, catalogue("zh-TW"))
        assert '<html lang="zh-TW">' in page
        text = re.sub(r"<style>.*?</style>|<code>.*?</code>|<[^>]*>", " ", page, flags=re.DOTALL)
        assert not re.search(r"[A-Za-z]+ [A-Za-z]+ [A-Za-z]+", text)
        assert ("教師手冊" in page) == answers and ("姓名" in page) != answers
    assert '<html lang="en">' in worksheet(LESSON)
