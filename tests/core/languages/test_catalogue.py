"""Sentences that know what they are made of, and what they are called in another language."""

import copy
import pickle

import pytest

from fer_core.errors import FerError
from fer_core.languages import Catalogue, Sentence, catalogue, known

FRENCH = Catalogue(
    "fr",
    {
        "{count} face in {name}": ("{name}: {count} visage", "{name}: {count} visages"),
        "{a} before {b}": ("{b} après {a}",),
        "{face} is small": ("{face} est petit",),
        "100% {sure}": ("cent pour cent {sûr}",),
    },
    lambda n: int(n > 1),
)


def test_a_sentence_is_its_english_text() -> None:
    said = Sentence("{name} holds {size:,} bytes", name="a{b}.png", size=1234567)
    assert said == "a{b}.png holds 1,234,567 bytes" and isinstance(said, str)
    assert (said.template, said.fields) == ("{name} holds {size:,} bytes", {"name": "a{b}.png", "size": 1234567})
    assert Sentence("braces {stay} without fields") == "braces {stay} without fields"


def test_a_sentence_counts() -> None:
    one, more = (Sentence.counted(n, "{count} face in {name}", "{count} faces in {name}", name="x") for n in (1, 3))
    assert (one, more) == ("1 face in x", "3 faces in x")
    assert (FRENCH.say(one), FRENCH.say(more)) == ("x: 1 visage", "x: 3 visages")


@pytest.mark.parametrize(
    "said",
    [Sentence("{a} before {b}", a="x{", b=2), Sentence.counted(3, "{count} a", "{count} b"), Sentence("{as is}")],
)
def test_copies_and_pickles_stay_sentences(said: Sentence) -> None:
    for other in (pickle.loads(pickle.dumps(said)), copy.deepcopy(said)):
        assert other == said
        assert (other.template, other.fields, other.many) == (said.template, said.fields, said.many)


def test_fields_change_places_and_are_translated_with_the_sentence() -> None:
    inner = Sentence("{face} is small", face="A")
    assert FRENCH.say(Sentence("{a} before {b}", a=inner, b=2)) == "2 après A est petit"
    assert FRENCH.say("{a} before {b}", a=1, b=2) == "2 après 1"


def test_what_a_catalogue_lacks_is_said_in_english() -> None:
    assert FRENCH.say("nobody translated {this}", this=3) == "nobody translated 3"
    assert FRENCH.count(2, "{count} dog", "{count} dogs") == "2 dogs"
    assert FRENCH.count(1, "{count} dog", "{count} dogs") == "1 dog"


def test_an_error_keeps_its_sentence() -> None:
    error = FerError(Sentence("{a} before {b}", a=1, b=2))
    assert str(error) == "1 before 2" and FRENCH.say(error.args[0]) == "2 après 1"


def test_languages_go_by_their_usual_spellings() -> None:
    assert [known(name) for name in ("zh-TW", "zh_tw", " ZH-Hant", "en", "en-US")] == [*["zh-TW"] * 3, "en", "en"]
    assert known("fr") is None and known("") is None


def test_another_language_is_refused() -> None:
    with pytest.raises(FerError, match="zh-TW"):
        catalogue("xx")


def test_chinese_has_one_form_for_any_number() -> None:
    chinese = catalogue("zh-TW")
    assert chinese.say("happy") == "高興"
    texts = ("One computation of other visitors goes first; yours begins by itself.", "{count} computations")
    assert "1" in chinese.count(1, *texts) and "12" in chinese.count(12, *texts)
