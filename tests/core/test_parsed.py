"""JSON and TOML from outside: a value, or a ValueError in words."""

import json

import pytest

from fer_core.parsed import parse_json, parse_toml


def test_values_come_through() -> None:
    assert parse_json('{"a": [1, 2.5], "b": -123456789012345678}') == {"a": [1, 2.5], "b": -123456789012345678}
    assert parse_json("[" * 100 + "]" * 100)
    assert parse_toml('a = [1, 2.5]\nb.c = "x"') == {"a": [1, 2.5], "b": {"c": "x"}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[" * 100_000, "nested too deeply"),
        ('{"a": [' * 51 + "]}" * 51, "nested too deeply"),
        ("[" + "9" * 20 + "]", "a number of 20 digits"),
        ("9" * 5000, "5,000 digits"),
        (" " * 5_000_001, "5,000,001 characters"),
    ],
)
def test_json_that_is_none(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_json(text)


def test_the_line_that_is_to_blame_is_known() -> None:
    with pytest.raises(json.JSONDecodeError) as caught:
        parse_json('{"a": 1,\n "b": }')
    assert caught.value.lineno == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a = " + "[" * 5000, "nested too deeply"),
        ("a" + ".a" * 200 + " = 1", "nested too deeply"),
        ("a = " + "9" * 5000, r"4300 digits\) for integer string conversion: value has 5000 digits$"),
        ("a = 2026-02-30", "Invalid date"),
        ("a", r"line 1, column 2\)|end of document"),
        ("#" * 5_000_001, "5,000,001 characters"),
    ],
)
def test_toml_that_is_none(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_toml(text)
