"""The catalogues hold what pages and core say, all of it, with the same fields."""

import string
import sys

import pytest

from fer_core.languages import DEFAULT, LANGUAGES, po
from fer_core.languages.catalogue import path_of
from tests.conftest import REPO

sys.path.insert(0, str(REPO / "docs"))
import catalogue as tool

OTHERS = [language for language in LANGUAGES if language != DEFAULT]


def fields(text: str) -> set[str]:
    """Names of fields, with their formats' kinds left out."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_that_is_said_is_translated(language: str) -> None:
    there = {one.text: one for one in po.parse(path_of(language).read_text(encoding="utf-8"))}
    missing = [one.text for one in tool.entries() if one.text not in there or not all(there[one.text].forms)]
    assert missing == [], "python docs/catalogue.py adds them to the catalogue"


@pytest.mark.parametrize("language", OTHERS)
def test_no_translation_is_left_of_a_text_that_nothing_says(language: str) -> None:
    _, *there = po.parse(path_of(language).read_text(encoding="utf-8"))
    assert {one.text for one in there} == {one.text for one in tool.entries()}
    assert len(there) == len({one.text for one in there}), "a text stands twice"


@pytest.mark.parametrize("language", OTHERS)
def test_translations_have_the_fields_of_their_texts(language: str) -> None:
    _, *there = po.parse(path_of(language).read_text(encoding="utf-8"))
    for one in there:
        for form in one.forms:
            asked = fields(one.many) if one.many else fields(one.text)
            assert fields(form) == asked, one.text


def test_texts_are_found_in_all_ways_of_saying_them(tmp_path) -> None:
    file = tmp_path / "page.py"
    file.write_text(
        'say("a " "b", x=1)\nlanguage.say("c" if x else "d")\ncount(n, "{count} e", "{count} f")\n'
        'Sentence.counted(n, "g", "h")\nmark("i")\nwords.count("j")\nsay(name)\nsay(y or "k")\n',
        encoding="utf-8",
    )
    assert list(tool.in_code(file)) == [
        ("a b", ""), ("c", ""), ("d", ""), ("{count} e", "{count} f"), ("g", "h"), ("i", ""), ("k", ""),
    ]  # fmt: skip
