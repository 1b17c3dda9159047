"""Catalogues of gettext as they are edited by hand and by its tools."""

import pytest

from fer_core.errors import FerError
from fer_core.languages import po

FILE = r"""# a comment of a translator
msgid ""
msgstr ""
"Language: xx\n"
"Plural-Forms: nplurals=2; plural=n>2;\n"

#. for the translator
#: pages/a.py pages/b.py:12
#, fuzzy, python-brace-format
msgid "a \"quoted\" word\n"
"and a second line"
msgstr "Zeile \\ zwei"

msgid "{count} face"
msgid_plural "{count} faces"
msgstr[0] "wenig"
msgstr[1] "viele"

#~ msgid "gone"
#~ msgstr "weg"
"""


def test_reads_what_gettext_writes() -> None:
    header, first, second = po.parse(FILE)
    assert header.forms == ("Language: xx\nPlural-Forms: nplurals=2; plural=n>2;\n",)
    assert first == po.Message(
        'a "quoted" word\nand a second line', ("Zeile \\ zwei",), places=("pages/a.py", "pages/b.py:12"), fuzzy=True
    )
    assert second == po.Message("{count} face", ("wenig", "viele"), many="{count} faces")


def test_writes_what_it_reads() -> None:
    entries = po.parse(FILE)
    assert po.parse(po.write(entries)) == entries


@pytest.mark.parametrize(
    ("content", "line"),
    [('msgid "a"\nmsgstr no quotes', "line 2"), ('msgid "a\nmsgstr "b"', "line 1"), ('\n\nmsgstr "b"', "line 3")],
)
def test_a_damaged_line_is_named(content: str, line: str) -> None:
    with pytest.raises(FerError, match=line):
        po.parse(content, "xx.po")
