"""The languages that are there, and what a text is called in each of them.

A catalogue is `locale/<language>/LC_MESSAGES/fer_lab.po`; the English text is the key, so English needs none.
"""

import functools
import gettext
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fer_core.errors import FerError
from fer_core.languages import po
from fer_core.languages.sentence import Sentence

DEFAULT = "en"
LANGUAGES = {"en": "English", "zh-TW": "繁體中文"}
"""Language, as HTML and addresses write it -> its own name for itself."""

LOCALE = Path(__file__).with_name("locale")


@dataclass(frozen=True)
class Catalogue:
    """A language's texts by their English ones; what it lacks is said in English."""

    language: str = DEFAULT
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    plural: Any = None

    def say(self, text: str, /, **fields: Any) -> str:
        """A text in this language, its fields put in; a Sentence brings its own fields along."""
        if isinstance(text, Sentence):
            own = {name: self.say(one) if isinstance(one, Sentence) else one for name, one in text.fields.items()}
            fields = {**own, **fields}
            if text.many:
                return self.count(fields.pop("count"), text.template, text.many, **fields)
            text = text.template
        found = self.texts.get(text, ("",))[0] or text
        return found.format(**fields) if fields else found

    def count(self, count: int, one: str, many: str, /, **fields: Any) -> str:
        """A text about `count` things, which stands in it as {count}."""
        forms = self.texts.get(one, ())
        found = forms[min(self.plural(count), len(forms) - 1)] if forms and self.plural else ""
        return (found or (one if count == 1 else many)).format(count=count, **fields)


ENGLISH = Catalogue()


def known(name: str) -> str | None:
    """The language of that name in any of the usual spellings (zh-TW, zh_tw, zh-Hant); None where it is not there."""
    plain = name.strip().replace("_", "-").lower()
    plain = {"zh": "zh-tw", "zh-hant": "zh-tw", "zh-hant-tw": "zh-tw", "en-us": "en", "en-gb": "en"}.get(plain, plain)
    return next((language for language in LANGUAGES if language.lower() == plain), None)


def path_of(language: str) -> Path:
    """Where the catalogue of a language lies."""
    return LOCALE / language.replace("-", "_") / "LC_MESSAGES" / "fer_lab.po"


@functools.cache
def catalogue(language: str = DEFAULT) -> Catalogue:
    """The catalogue of a language of LANGUAGES. Raises FerError for another, or where its file is damaged."""
    if language not in LANGUAGES:
        raise FerError(f"There is no language {language!r}; there are {', '.join(LANGUAGES)}.")
    if language == DEFAULT:
        return ENGLISH
    path = path_of(language)
    try:
        header, *entries = po.parse(path.read_text(encoding="utf-8"), path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise FerError(f"The catalogue {path.name} of {language} can't be read: {error}.") from error
    texts = {one.text: one.forms for one in entries if not one.fuzzy and all(one.forms)}
    return Catalogue(language, texts, _plural(header.forms[0]))


def _plural(header: str) -> Any:
    """The rule that chooses among plural forms, from the header's Plural-Forms."""
    for line in header.splitlines():
        if line.lower().startswith("plural-forms:"):
            rule = line.partition("plural=")[2].strip().rstrip(";")
            return gettext.c2py(rule)
    return gettext.c2py("n != 1")
