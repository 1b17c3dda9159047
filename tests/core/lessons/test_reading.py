"""Lessons: the shipped ones are whole, and each mistake in a file is one sentence that says where."""

import pytest

from fer_core.errors import FerError
from fer_core.lessons import parse, shelf

HEAD = 'title = "T"\nsummary = "S"\ngoal = "G"\n'
STEP = '[[step]]\ntitle = "One"\nminutes = 25\nask = "Which?"\nreveal = "This."\nwhy = "So."\n'


def test_a_lesson_is_read_with_its_steps() -> None:
    lesson = parse(HEAD + STEP + 'choices = ["a", "b"]\nanswer = "b"\nrows = [3, 7]\n', "mine.toml")
    step = lesson.steps[0]
    assert (lesson.name, lesson.title, lesson.minutes) == ("mine", "T", 25)
    assert (step.ask, step.choices, step.answer, step.rows, step.look_first) == (
        "Which?",
        ("a", "b"),
        "b",
        (3, 7),
        False,
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (HEAD + STEP + 'reviel = "x"\n', r"step 1 has a line 'reviel' that no lesson knows; is reveal meant\?"),
        ('titel = "T"\n' + HEAD + STEP, r"is title meant\?"),
        (HEAD, "lacks its step"),
        (HEAD + STEP.replace('why = "So."\n', ""), "step 1 lacks its why"),
        (HEAD + STEP.replace("25", "19"), "take 19 minutes together; a lesson takes 20 to 45"),
        (HEAD + STEP.replace("25", '"25"'), "minutes is a whole number from 1 to 45"),
        (HEAD + STEP.replace('"One"', "1"), "title is a text"),
        (HEAD + STEP + 'choices = ["a", "b"]\nanswer = "c"\n', r"the answer 'c' is none of its choices \(a, b\)"),
        (HEAD + STEP + 'choices = ["a", "a"]\n', "2 to 8 texts, each once"),
        (HEAD + STEP + "rows = [3500]\n", "rows is a whole number from 0 to 3,499"),
        (HEAD + STEP + 'open = "runs"\n', "needs a line press"),
        (HEAD + STEP + "look_first = true\n", "no line open"),
        (HEAD.replace('"T"', '"T'), "no valid TOML"),
        (HEAD + STEP.replace("25", "9" * 4400), "no valid TOML: Exceeds the limit"),
        ("a = " + "[" * 5000, "nested too deeply"),
        ('title = "T"\nsummary = "S"\ngoal = "G"\nstep = 3\n', r"begins with a line \[\[step\]\]"),
    ],
)
def test_a_mistake_is_one_sentence(text: str, says: str) -> None:
    with pytest.raises(FerError, match=says):
        parse(text, "mine.toml")


def test_bytes_that_are_no_text_or_too_many_are_refused() -> None:
    with pytest.raises(FerError, match="no text in UTF-8"):
        parse(b"title = '\xff'", "mine.toml")
    with pytest.raises(FerError, match="more than 200 kB"):
        parse(b"#" * 200_001, "mine.toml")


def test_the_shelf_holds_the_shipped_lessons_and_ones_own(tmp_path) -> None:
    (tmp_path / "mine.toml").write_text(HEAD + STEP)
    (tmp_path / "odd.toml").write_text("title = 3")
    found = shelf(tmp_path)
    assert found.lessons[-1].name == "mine" and len(found.lessons) >= 4
    assert len(found.problems) == 1 and "odd.toml" in found.problems[0]
    assert found.find("mine").title == "T"
    with pytest.raises(FerError, match="no lesson 'yours'"):
        found.find("yours")


def test_a_name_that_is_taken_is_said(tmp_path) -> None:
    taken = shelf(tmp_path).lessons[0].name
    (tmp_path / f"{taken}.toml").write_text(HEAD + STEP)
    assert "is there already" in shelf(tmp_path).problems[0]


@pytest.mark.parametrize("lesson", shelf().lessons, ids=lambda lesson: lesson.name)
def test_a_shipped_lesson_is_whole(lesson) -> None:
    assert 5 <= len(lesson.steps) <= 8 and lesson.before and lesson.after
    assert all(step.teacher for step in lesson.steps)
    assert all(step.answer for step in lesson.steps)
