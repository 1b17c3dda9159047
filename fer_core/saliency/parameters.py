"""The settings of a method: declared once, checked at the boundary, drawn as controls by the pages."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from fer_core.errors import FerError


@dataclass(frozen=True)
class Parameter:
    """One setting: its range (low and high inclusive) or its choices, and its words on the screen."""

    label: str
    low: float | None = None
    high: float | None = None
    step: float | None = None
    choices: tuple[str, ...] | None = None
    help: str = ""
    name: str = ""
    default: Any = None
    unit: str = ""
    """"px" or "%" (of a share from 0 to 1), where the number has one."""

    def check(self, value: Any, where: str) -> None:
        """Raises FerError where the value is not among the choices or outside the range."""
        if self.choices is not None:
            if value not in self.choices:
                raise FerError(f"{where}: {self.name} must be one of {', '.join(self.choices)}, not {value!r}.")
            return
        if self.low is None:  # free text, such as a layer's name, which only the model can judge
            return
        whole = isinstance(self.default, int)
        right_kind = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not right_kind or (whole and value != int(value)) or not self.low <= value <= self.high:
            kind = "a whole number" if whole else "a number"
            raise FerError(f"{where}: {self.name} must be {kind} from {self.low:g} to {self.high:g}, not {value!r}.")


def number(default: float, label: str, low: float, high: float, step: float, help: str = "", unit: str = "") -> Any:
    """A dataclass field for a number; a whole one where the default is an int."""
    return _field(default, Parameter(label, low, high, step, help=help, unit=unit))


def choice(default: str, label: str, choices: tuple[str, ...], help: str = "") -> Any:
    """A dataclass field for one of several words."""
    return _field(default, Parameter(label, choices=choices, help=help))


def text(default: str, label: str, help: str = "") -> Any:
    """A dataclass field for a name that only the model can judge."""
    return _field(default, Parameter(label, help=help))


def parameters_of(cls: type) -> list[Parameter]:
    """The settings of a dataclass, in the order they were declared, with their names and defaults."""
    return [
        dataclasses.replace(f.metadata["parameter"], name=f.name, default=f.default)
        for f in dataclasses.fields(cls)
        if "parameter" in f.metadata
    ]


def _field(default: Any, parameter: Parameter) -> Any:
    return dataclasses.field(default=default, metadata={"parameter": parameter})
