"""The kinds of values that stand in an address: how each is read, checked and written."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fer_core.languages import Sentence

_MOST_LETTERS = 4000
_MOST_OPTIONS = 8


def _few(options: Sequence[Any] | None) -> str:
    """The first of some options, for a sentence."""
    few = [str(option) for option in options or () if option is not None][:_MOST_OPTIONS]
    return f"{', '.join(few)}{' …' if len(options or ()) > _MOST_OPTIONS else ''}"


@dataclass(frozen=True)
class Field:
    """A name in the address and what it may be. A kind says how it is read from texts and written as texts."""

    name: str
    default: Any = None

    always = False
    """Whether it is written even where it is the default."""

    @property
    def is_settled(self) -> bool:
        """Whether all is known that a check needs."""
        return True

    def limited(self, **limits: Any) -> "Field":
        """The field with limits that depend on what is there."""
        return replace(self, **{name: limit for name, limit in limits.items() if limit is not None}) if limits else self

    def wants(self) -> str:
        """What it may be, as the end of a sentence."""
        raise NotImplementedError

    def admits(self, value: Any) -> bool:
        """Whether the value may be."""
        raise NotImplementedError

    def nearest(self, value: Any) -> Any:
        """What is left of a value that may not be; None for nothing."""
        return None

    def read(self, texts: Sequence[str]) -> Any:
        """The value that the address's texts stand for. Raises ValueError, with what it wants, where there is none."""
        try:
            value = self._parse(texts[-1][:_MOST_LETTERS])
        except (ValueError, KeyError):
            raise ValueError(self.wants()) from None
        if not self.admits(value):
            raise ValueError(self.wants())
        return value

    def _parse(self, text: str) -> Any:
        return text

    def texts(self, value: Any) -> list[str]:
        """The value as the address has it."""
        return [] if value is None else [str(value)]

    def arguments(self) -> dict[str, Any]:
        """What a widget takes beside its key."""
        return {}


@dataclass(frozen=True)
class Choice(Field):
    """One of some options; None for options that are known only where the widget is drawn.

    renamed: what an option was called before -> what it is called now.
    """

    options: Sequence[Any] | None = None
    renamed: Mapping[str, Any] | None = None
    always: bool = False

    @property
    def is_settled(self) -> bool:
        return self.options is not None

    def wants(self) -> str:
        return Sentence("it is one of {options}", options=_few(self.options))

    def admits(self, value: Any) -> bool:
        return self.options is None or value in self.options

    def _parse(self, text: str) -> Any:
        if self.renamed and text in self.renamed:
            return self.renamed[text]
        return {str(option): option for option in self.options or ()}[text]


@dataclass(frozen=True)
class Several(Field):
    """Some of the options, in the order chosen; the parameter is repeated, and empty for none of them.

    renamed: as of a choice.
    """

    options: Sequence[Any] | None = None
    renamed: Mapping[str, Any] | None = None

    @property
    def is_settled(self) -> bool:
        return self.options is not None

    def wants(self) -> str:
        return Sentence("it is some of {options}", options=_few(self.options))

    def admits(self, value: Any) -> bool:
        return self.options is None or all(one in self.options for one in value)

    def nearest(self, value: Any) -> Any:
        return [one for one in value if one in (self.options or ())] or None

    def read(self, texts: Sequence[str]) -> list[Any]:
        if list(texts) == [""]:
            return []
        by_text = {str(option): option for option in self.options or ()}
        now = [str((self.renamed or {}).get(text, text)) for text in texts]
        found = list(dict.fromkeys(by_text[text] for text in now if text in by_text))
        if not found:
            raise ValueError(self.wants())
        return found

    def texts(self, value: Any) -> list[str]:
        return [str(one) for one in value]


@dataclass(frozen=True)
class Whole(Field):
    """A whole number from low to high."""

    low: int = 0
    high: int = 2**31 - 1

    def wants(self) -> str:
        return Sentence("it is a whole number from {low:,} to {high:,}", low=self.low, high=self.high)

    def admits(self, value: Any) -> bool:
        return self.low <= value <= self.high

    def _parse(self, text: str) -> int:
        return int(text)

    def arguments(self) -> dict[str, Any]:
        return {"min_value": self.low, "max_value": self.high}


@dataclass(frozen=True)
class Real(Field):
    """A number from low to high."""

    low: float = 0.0
    high: float = 1.0

    def wants(self) -> str:
        return Sentence("it is a number from {low:g} to {high:g}", low=self.low, high=self.high)

    def admits(self, value: Any) -> bool:
        return math.isfinite(value) and self.low <= value <= self.high

    def _parse(self, text: str) -> float:
        return float(text)

    def texts(self, value: Any) -> list[str]:
        return [] if value is None else [f"{value:g}"]

    def arguments(self) -> dict[str, Any]:
        return {"min_value": self.low, "max_value": self.high}


@dataclass(frozen=True)
class Band(Field):
    """Two whole numbers from low to high, the first not above the second: `10-90`."""

    low: int = 0
    high: int = 100

    def wants(self) -> str:
        return Sentence(
            "it is two whole numbers from {low} to {high}, as in {low}-{high}", low=self.low, high=self.high
        )

    def admits(self, value: Any) -> bool:
        return self.low <= value[0] <= value[1] <= self.high

    def read(self, texts: Sequence[str]) -> Any:
        return super().read(["-".join(texts)])  # before, the two ends stood as a repeated parameter

    def _parse(self, text: str) -> tuple[int, int]:
        first, _, last = text.partition("-")
        return int(float(first)), int(float(last))

    def texts(self, value: Any) -> list[str]:
        return [f"{value[0]}-{value[1]}"]

    def arguments(self) -> dict[str, Any]:
        return {"min_value": self.low, "max_value": self.high}


@dataclass(frozen=True)
class Toggle(Field):
    """On or off."""

    default: bool = False

    def wants(self) -> str:
        return Sentence("it is 1 for on or 0 for off")

    def admits(self, value: Any) -> bool:
        return isinstance(value, bool)

    def _parse(self, text: str) -> bool:
        return {"1": True, "0": False, "true": True, "false": False}[text.lower()]

    def texts(self, value: Any) -> list[str]:
        return ["1" if value else "0"]


@dataclass(frozen=True)
class Text(Field):
    """Words, at most so many letters."""

    default: str = ""
    most: int = 500

    def wants(self) -> str:
        return Sentence("it is a text of at most {most:,} letters", most=self.most)

    def admits(self, value: Any) -> bool:
        return len(value) <= self.most and "\0" not in value

    def arguments(self) -> dict[str, Any]:
        return {"max_chars": self.most}
