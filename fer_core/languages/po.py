"""Catalogues of GNU gettext (.po), read as they are edited: nothing has to be compiled.

The format: https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html. Contexts (msgctxt) are not used here.
"""

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass

from fer_core.errors import FerError

_LINE = re.compile(r'(msgid_plural|msgid|msgstr(?:\[(\d+)\])?)\s+(".*")$')


@dataclass(frozen=True)
class Message:
    """One text with its translations.

    text: in English; many: for more than one, where it counts, else empty. forms: the translations, one for each plural
    form of the language; empty texts where there is none yet. places: the files in which it stands. fuzzy: whether the
    translation waits for somebody to look at it.
    """

    text: str
    forms: tuple[str, ...]
    many: str = ""
    places: tuple[str, ...] = ()
    fuzzy: bool = False


def parse(content: str, name: str = "the catalogue") -> list[Message]:
    """The entries of a .po file, its header (the entry of the empty text) the first.

    Raises FerError, with the line, for what is no line of a catalogue.
    """
    entries, block = [], []
    for number, line in enumerate([*content.splitlines(), ""], 1):
        if line.strip() and not line.startswith("#~"):
            block.append((number, line.strip()))
        elif block:
            if any(not line.startswith("#") for _, line in block):
                entries.append(_entry(block, name))
            block = []
    return entries


def _entry(block: list[tuple[int, str]], name: str) -> Message:
    texts: dict[str, str] = {}
    places: list[str] = []
    fuzzy, key = False, ""
    for number, line in block:
        if line.startswith("#:"):
            places += line[2:].split()
        elif line.startswith("#,"):
            fuzzy = "fuzzy" in line
        elif line.startswith("#"):
            continue
        elif found := _LINE.match(line):
            key = found[1]
            texts[key] = _unquoted(found[3], name, number)
        elif key and line.startswith('"'):
            texts[key] += _unquoted(line, name, number)
        else:
            raise FerError(f"{name}, line {number}: {line[:60]!r} is no line of a catalogue.")
    if "msgid" not in texts:
        raise FerError(f"{name}, line {block[0][0]}: an entry without a line msgid.")
    forms = tuple(value for key, value in texts.items() if key.startswith("msgstr"))
    return Message(texts["msgid"], forms, texts.get("msgid_plural", ""), tuple(places), fuzzy)


def _unquoted(quoted: str, name: str, number: int) -> str:
    try:
        return str(ast.literal_eval(quoted))
    except (SyntaxError, ValueError) as error:
        raise FerError(f"{name}, line {number}: {quoted[:60]} is no text in double quotation marks.") from error


def write(entries: Iterable[Message]) -> str:
    """The entries as a .po file, as `parse` reads it."""
    return "\n".join(_block(entry) for entry in entries)


def _block(entry: Message) -> str:
    lines = [f"#: {place}" for place in entry.places]
    if entry.fuzzy:
        lines.append("#, fuzzy")
    lines.append(f"msgid {_quoted(entry.text)}")
    if entry.many:
        lines.append(f"msgid_plural {_quoted(entry.many)}")
        lines += [f"msgstr[{k}] {_quoted(form)}" for k, form in enumerate(entry.forms)]
    else:
        lines.append(f"msgstr {_quoted(entry.forms[0] if entry.forms else '')}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    parts = [part for part in re.split(r"(?<=\n)", text) if part] or [""]
    quoted = [
        '"' + part.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'
        for part in parts
    ]
    return quoted[0] if len(quoted) == 1 else "\n".join(['""', *quoted])
