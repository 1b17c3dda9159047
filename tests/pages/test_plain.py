"""Nothing from outside is markup."""

import re

import pytest

from pages.ui.plain import plain
from tests.conftest import REPO


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("![m](http://host/x.png)", r"!\[m\](http://host/x.png)"),
        ("<img src=x>", r"\<img src=x>"),
        ("a `b` **c** $d$", r"a \`b\` \*\*c\*\* \$d\$"),
        (":red[x] 10:30", r"\:red\[x\] 10:30"),
        (r"\[", r"\\\["),
        ("faces.npz, row 3: pixel value 0.5", "faces.npz, row 3: pixel value 0.5"),
    ],
)
def test_markup_is_shown_letter_by_letter(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_every_error_from_the_core_is_shown_plain() -> None:
    """An error's sentence quotes names of files and runs."""
    for path in (REPO / "pages").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"st\.(error|warning|info|caption)\((str\(error\)|problem\))", source), path
