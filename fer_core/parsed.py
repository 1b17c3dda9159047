"""JSON and TOML from outside: whatever is wrong with them is a ValueError, nests and endless numbers included."""

import json
import tomllib
from typing import Any

LONGEST = 5_000_000
"""Letters that are parsed; a run.json of ours has some thousands."""

MOST_DIGITS = 19
"""Of a whole number, its sign counted: what lies beyond is none in the tables that it would come into."""

DEEPEST = 100
"""Brackets in brackets: whoever walks through the value calls himself so many times."""
_TOO_DEEP = "its brackets are nested too deeply"


def parse_json(text: str | bytes) -> Any:
    """A JSON value. Raises ValueError for what is none: json.JSONDecodeError where a line is to blame."""
    _check_length(text)
    try:
        value = json.loads(text, parse_int=_whole)
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None
    _check_depth(value)
    return value


def _whole(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise ValueError(f"it has a number of {len(digits):,} digits")
    return int(digits)


def parse_toml(text: str) -> dict[str, Any]:
    """A TOML table. Raises ValueError for what is none, in words without a full stop."""
    _check_length(text)
    try:
        value = tomllib.loads(text)
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None
    except ValueError as error:  # int() says more than anybody wants to know of a number's digits
        raise ValueError(str(error).split(";")[0].rstrip(".")) from None
    _check_depth(value)
    return value


def _check_length(text: str | bytes) -> None:
    if len(text) > LONGEST:
        raise ValueError(f"it has {len(text):,} characters")


def _check_depth(value: Any) -> None:
    level, depth = [value], 0
    while level:
        if depth > DEEPEST:
            raise ValueError(_TOO_DEEP)
        inner = (one.values() if isinstance(one, dict) else one for one in level if isinstance(one, dict | list))
        level, depth = [one for some in inner for one in some if isinstance(one, dict | list)], depth + 1
