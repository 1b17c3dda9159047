"""A filter over a table of runs in plain words: `accuracy > 0.6 and not (optimizer = sgd or note holds old)`.

filter     = part { ("and" | ",") part } | part { "or" part }     "and" binds more tightly than "or"
part       = "not" part | "(" filter ")" | comparison | words
comparison = column (">" | "<" | ">=" | "<=" | "=" | "!=" | "holds") value
words      = any words: all must occur somewhere in the row
"""

import re
from collections.abc import Callable, Sequence

import pandas as pd

from fer_core.errors import FerError

_TOKEN = re.compile(r"\s*(\(|\)|,|>=|<=|!=|>|<|=|\"[^\"]*\"|'[^']*'|[^\s(),<>=!\"']+)")
_SIGNS = (">=", "<=", "!=", ">", "<", "=", "holds")
_JOINS = ("and", "or", "not", ",", "(", ")")


def matching(table: pd.DataFrame, text: str, titles: dict[str, str] | None = None) -> pd.Series:
    """Bool by row: whether the filter holds; all rows for an empty one.

    Args:
        table: rows are runs, index their names. titles: column -> what it is called on the screen.

    Raises FerError that says where the filter can't be understood.
    """
    tokens = _tokens(text)
    if not tokens:
        return pd.Series(True, index=table.index)
    reader = _Reader(tokens, table, titles or {})
    found = reader.either()
    if reader.place < len(tokens):
        raise FerError(f"The filter ends before {tokens[reader.place]!r}: is a bracket missing?")
    return found


def column_named(table: pd.DataFrame, name: str, titles: dict[str, str]) -> str:
    """The column that is called so, whole, on the screen (titles) or by the last part of its dotted name.

    Raises FerError that lists what there is.
    """
    for column in table.columns:
        if name.lower() in (column.lower(), titles.get(column, column).lower(), column.rsplit(".", 1)[-1]):
            return str(column)
    there = ", ".join(titles.get(c, c) for c in table.columns)
    raise FerError(f"The table has no column {name!r}; it has {there}.")


def _tokens(text: str) -> list[str]:
    found, place = [], 0
    text = text.strip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if not match:
            raise FerError(f"The filter can't be read from {text[place : place + 12]!r} on.")
        found.append(match.group(1))
        place = match.end()
    return found


class _Reader:
    """Recursive descent over the tokens; each method reads one rule of the grammar above."""

    def __init__(self, tokens: Sequence[str], table: pd.DataFrame, titles: dict[str, str]) -> None:
        self.tokens, self.table, self.titles, self.place = tokens, table, titles, 0

    def either(self) -> pd.Series:
        found = self.both()
        while self._takes("or"):
            found = found | self.both()
        return found

    def both(self) -> pd.Series:
        found = self.part()
        while self._takes("and") or self._takes(","):
            found = found & self.part()
        return found

    def part(self) -> pd.Series:
        if self._takes("not"):
            return ~self.part()
        if self._takes("("):
            found = self.either()
            if not self._takes(")"):
                raise FerError("The filter opens a bracket that it does not close.")
            return found
        words = self._words()
        if not words:
            there = self.tokens[self.place] if self.place < len(self.tokens) else "the end"
            raise FerError(f"The filter lacks something before {there!r}.")
        sign = next((s for s in _SIGNS if self._takes(s)), None)
        if sign is None:
            return self._holds(words)
        value = self._words()
        if not value:
            raise FerError(f"The filter lacks a value after {' '.join(words)} {sign}.")
        return self._compared(" ".join(words), sign, " ".join(value))

    def _takes(self, token: str) -> bool:
        if self.place < len(self.tokens) and self.tokens[self.place].lower() == token:
            self.place += 1
            return True
        return False

    def _words(self) -> list[str]:
        found = []
        while self.place < len(self.tokens) and self.tokens[self.place].lower() not in (*_JOINS, *_SIGNS):
            found.append(self.tokens[self.place].strip("\"'"))
            self.place += 1
        return found

    def _holds(self, words: list[str]) -> pd.Series:
        rows = [" ".join(map(str, (name, *row))).lower() for name, *row in self.table.itertuples()]
        return pd.Series([all(word.lower() in row for word in words) for row in rows], index=self.table.index)

    def _compared(self, name: str, sign: str, value: str) -> pd.Series:
        column = column_named(self.table, name, self.titles)
        series = self.table[column]
        if sign == "holds":
            return series.astype(str).str.lower().str.contains(value.lower(), regex=False)
        if not pd.api.types.is_numeric_dtype(series) or pd.api.types.is_bool_dtype(series):
            if sign not in ("=", "!="):
                raise FerError(f"{name} holds words; compare it by = or holds, not by {sign}.")
            same = series.astype(str).str.lower() == value.lower()
            return same if sign == "=" else ~same
        try:
            number = float(value.removesuffix("%")) / (100 if value.endswith("%") else 1)
        except ValueError:
            raise FerError(f"{name} holds numbers; {value!r} is none.") from None
        methods: dict[str, Callable[[float], pd.Series]] = {
            ">=": series.ge, "<=": series.le, ">": series.gt, "<": series.lt, "=": series.eq, "!=": series.ne,
        }  # fmt: skip
        return methods[sign](number)
