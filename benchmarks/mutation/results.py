"""What became of each fault, kept line by line, and the table of it."""

import json
import math
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.mutation.faults import Fault
from benchmarks.mutation.running import CAUGHT, LATE, PASSED, UNTESTED, Outcome


class Results:
    """A file of lines of JSON: what stands in it is not run again, so that a run that was stopped is taken up."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        lines = path.read_text(encoding="utf-8").splitlines() if path and path.exists() else []
        self._kept = {_key(one): one for line in lines if (one := _read(line))}

    def of(self, fault: Fault) -> Outcome | None:
        """What became of the fault in an earlier run; None where it was not run."""
        one = self._kept.get(_key(_written(fault)))
        return Outcome(**one["outcome"]) if one else None

    def add(self, fault: Fault, outcome: Outcome) -> None:
        """Keeps an outcome, at once."""
        one = {**_written(fault), "outcome": asdict(outcome)}
        self._kept[_key(one)] = one
        if self._path:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(one) + "\n")


def table(outcomes: list[tuple[str, str]]) -> str:
    """Of (file, word) of each fault, a Markdown table by room and folder, with Wilson's interval of the share."""
    rooms = sorted({_room(file) for file, _ in outcomes})
    lines = ["| place | faults | caught | 95% interval | not caught | out of time | no test |"]
    lines.append("|---|---:|---:|---|---:|---:|---:|")
    for folder in ("fer_core", "pages"):
        lines += [_line(room, outcomes) for room in rooms if room.startswith(f"{folder}/")]
        if any(file.startswith(f"{folder}/") for file, _ in outcomes):
            lines.append(_line(folder, outcomes))
    return "\n".join(lines)


def wilson(hits: int, count: int, z: float = 1.959964) -> tuple[float, float]:
    """Wilson's 95% interval of a share (Wilson 1927)."""
    share = hits / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return middle - half, middle + half


def _line(place: str, outcomes: list[tuple[str, str]]) -> str:
    words = Counter(word for file, word in outcomes if place in (_room(file), file.split("/")[0]))
    count, caught = words.total(), words[CAUGHT]
    low, high = wilson(caught, count)
    shares = f"{caught} ({caught / count:.0%}) | {low:.0%} to {high:.0%}"
    return f"| {place} | {count} | {shares} | {words[PASSED]} | {words[LATE]} | {words[UNTESTED]} |"


def _room(file: str) -> str:
    parts = file.split("/")
    return "/".join([parts[0], parts[1].removesuffix(".py").removesuffix("_parts") if len(parts) > 2 else "(files)"])


def _written(fault: Fault) -> dict[str, Any]:
    return {name: value for name, value in asdict(fault).items() if name != "code"}


def _key(one: dict[str, Any]) -> tuple[Any, ...]:
    """A fault's own marks; not its line, which moves."""
    return tuple(one[name] for name in ("file", "operator", "occurrence", "before", "after"))


def _read(line: str) -> dict[str, Any]:
    """A line's record; {} of a line that was cut off when the run was stopped."""
    try:
        return dict(json.loads(line))
    except ValueError:
        return {}
