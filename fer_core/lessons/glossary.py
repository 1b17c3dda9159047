"""What the words of the pages mean, from `glossary.toml`; in other languages from `glossary.<language>.toml` beside it.

There a word of the English file has its name and its meaning: `"recall" = ["召回率", "..."]`.
"""

import functools
import tomllib
from pathlib import Path

from fer_core.errors import FerError
from fer_core.languages import DEFAULT

_FILE = Path(__file__).with_name("glossary.toml")


@functools.cache
def _words(language: str) -> dict[str, tuple[str, str]]:
    """English word -> how it is shown and what it means; in English what the language's file lacks."""
    english: dict[str, str] = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    other = _FILE.with_name(f"glossary.{language}.toml")
    theirs: dict[str, list[str]] = {}
    if language != DEFAULT and other.is_file():
        theirs = tomllib.loads(other.read_text(encoding="utf-8"))
    found = {}
    for word in sorted(english, key=str.lower):
        name, said = theirs.get(word, (word, english[word]))
        found[word] = (name if name == word else f"{name}（{word}）", said)
    return found


def glossary(language: str = DEFAULT) -> dict[str, str]:
    """Word -> what it means, in Markdown, in the order of the English alphabet; elsewhere with its English name."""
    return dict(_words(language).values())


def meaning(*words: str, language: str = DEFAULT) -> str:
    """Some words, by their English names, with their meanings, a paragraph each, in Markdown. Raises FerError for a
    word that is not there."""
    known = _words(language)
    for word in words:
        if word not in known:
            raise FerError(f"The glossary has no {word!r}.")
    return "\n\n".join(f"**{name}**: {said}" for name, said in (known[word] for word in words))


def search(text: str, language: str = DEFAULT) -> dict[str, str]:
    """The words that have a text in their name, then those that have it in their meaning; all for an empty one."""
    sought = text.strip().lower()
    known = glossary(language)
    named = {word: said for word, said in known.items() if sought in word.lower()}
    return named | {word: said for word, said in known.items() if sought in said.lower()}
