"""How the bytes of a table were written, told from its beginning."""

import pytest

from fer_core.table_text import encoding_of


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ["emotion,pixels\n0,1 2", "甲乙,a丙丁,b", "é,ü\n1,2"])
def test_two_bytes_a_letter_are_seen_without_a_mark(text: str, encoding: str) -> None:
    assert encoding_of(text.encode(encoding)) == encoding
    assert encoding_of(text.encode(encoding)[:-1]) == encoding  # a letter cut in two


@pytest.mark.parametrize(
    ("start", "encoding"),
    [
        ("emotion".encode("utf-8-sig"), "utf-8-sig"),
        ("größe, 甲".encode(), "utf-8"),
        ("größe".encode("cp1252"), "cp1252"),
        (b"a\0\0b\0\0c\0\0", None),
        (b"\x01\x02\x03", None),
    ],
)
def test_a_mark_utf_8_and_windows_are_told_and_no_text_is_none(start: bytes, encoding: str | None) -> None:
    found = encoding_of(start)
    assert found == encoding or (encoding == "utf-8-sig" and found in ("utf-8", "utf-8-sig"))
