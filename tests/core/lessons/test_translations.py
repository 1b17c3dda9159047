"""A lesson in another language is the same lesson: the same steps, links, faces and right answers."""

import re

import pytest

from fer_core.languages import DEFAULT, LANGUAGES
from fer_core.lessons import Lesson, shelf
from fer_core.lessons.shelf import SHIPPED

OTHERS = [language for language in LANGUAGES if language != DEFAULT]
PAIRS = [
    pytest.param(ours, theirs, id=f"{language}/{ours.name}")
    for language in OTHERS
    for ours, theirs in zip(shelf().lessons, shelf(language=language).lessons, strict=True)
]
SAME = ("minutes", "open", "look_first", "face", "rows", "says")
TEXTS = ("title", "text", "ask", "answer", "press", "reveal", "why", "teacher")


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_it_is_the_same_lesson(ours: Lesson, theirs: Lesson) -> None:
    assert theirs.name == ours.name and len(theirs.steps) == len(ours.steps)
    for step, other in zip(ours.steps, theirs.steps, strict=True):
        assert [getattr(other, name) for name in SAME] == [getattr(step, name) for name in SAME]
        assert len(other.choices) == len(step.choices)
        if step.choices and step.answer:
            assert other.choices.index(other.answer) == step.choices.index(step.answer)
        assert all(bool(getattr(other, name)) == bool(getattr(step, name)) for name in TEXTS)


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_it_tells_the_same_numbers(ours: Lesson, theirs: Lesson) -> None:
    for step, other in zip(ours.steps, theirs.steps, strict=True):
        shares = [sorted(re.findall(r"\d+(?=%)", one.reveal)) for one in (step, other)]
        assert shares[0] == shares[1], step.title


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_nothing_is_left_in_english(ours: Lesson, theirs: Lesson) -> None:
    for name in ("title", "summary", "goal", "before", "after"):
        assert getattr(theirs, name) != getattr(ours, name)
    for step in theirs.steps:
        for name in TEXTS:
            text = getattr(step, name)
            assert not text or re.search(r"[\u4e00-\u9fff]", text), text
        assert all(re.search(r"[\u4e00-\u9fff]|^[\d%]+$", choice) for choice in step.choices)


def test_each_translation_has_its_lesson(tmp_path) -> None:
    for language in OTHERS:
        names = [path.name for path in sorted((SHIPPED / language).glob("*.toml"))]
        assert names == [path.name for path in sorted(SHIPPED.glob("*.toml"))]


def test_a_lesson_of_ones_own_may_have_a_translation(tmp_path) -> None:
    text = (SHIPPED / "1-what-does-it-see.toml").read_text(encoding="utf-8")
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    (tmp_path / "other.toml").write_text(text, encoding="utf-8")
    (tmp_path / "zh-TW").mkdir()
    (tmp_path / "zh-TW" / "mine.toml").write_text(text.replace("What does a network see?", "我的課"), encoding="utf-8")
    found = {lesson.name: lesson.title for lesson in shelf(tmp_path, "zh-TW").lessons}
    assert found["mine"] == "我的課" and found["other"] == "What does a network see?"
    assert shelf(tmp_path).find("mine").title == "What does a network see?"
