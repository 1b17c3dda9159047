"""What the words of the pages mean, from `glossary.toml`."""

import functools
import tomllib
from pathlib import Path

from fer_core.errors import FerError

_FILE = Path(__file__).with_name("glossary.toml")


@functools.cache
def glossary() -> dict[str, str]:
    """Word -> what it means, in Markdown, in the order of the alphabet."""
    found: dict[str, str] = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return dict(sorted(found.items(), key=lambda pair: pair[0].lower()))


def meaning(*words: str) -> str:
    """Some words with their meanings, a paragraph each, in Markdown. Raises FerError for a word that is not there."""
    known = glossary()
    for word in words:
        if word not in known:
            raise FerError(f"The glossary has no {word!r}.")
    return "\n\n".join(f"**{word}**: {known[word]}" for word in words)


def search(text: str) -> dict[str, str]:
    """The words that have a text in their name, then those that have it in their meaning; all for an empty one."""
    sought = text.strip().lower()
    known = glossary()
    named = {word: said for word, said in known.items() if sought in word.lower()}
    return named | {word: said for word, said in known.items() if sought in said.lower()}
