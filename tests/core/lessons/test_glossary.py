"""The glossary: every word that a page names is in it, in plain language."""

import pytest

from fer_core.errors import FerError
from fer_core.languages import DEFAULT, LANGUAGES
from fer_core.lessons.glossary import glossary, meaning, search

OTHERS = [language for language in LANGUAGES if language != DEFAULT]


def test_words_stand_in_the_order_of_the_alphabet_and_are_short() -> None:
    words = list(glossary())
    assert words == sorted(words, key=str.lower) and len(words) > 40
    assert all(40 <= len(text) <= 220 and text.endswith((".", "?")) for text in glossary().values())


def test_meanings_and_search() -> None:
    assert meaning("recall", "precision").startswith("**recall**: Of all happy pictures")
    assert list(search("F1"))[:2] == ["F1", "macro F1"]
    assert search("by heart")["overfitting"] and len(search("")) == len(glossary())
    with pytest.raises(FerError, match="no 'recal'"):
        meaning("recal")


@pytest.mark.parametrize("language", OTHERS)
def test_other_languages_have_every_word(language: str) -> None:
    ours, theirs = glossary(), glossary(language)
    assert len(theirs) == len(ours)
    for word, (shown, said) in zip(ours, theirs.items(), strict=True):
        assert word in shown, "the English word stands beside, for pages that are in English"
        assert said != ours[word] and 12 <= len(said) <= 120 and said.endswith(("。", "？"))
    assert meaning("recall", language=language).startswith("**召回率（recall）**")
    assert next(iter(search("f1", language))).startswith("F1")
