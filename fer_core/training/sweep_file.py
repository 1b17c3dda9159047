"""Sweeps as TOML files: settings of all runs, a grid over some of them, and single runs on top.

    title = "Dropout"
    [settings]              # of all runs; `recipe` names settings to begin with
    recipe = "compact"
    [grid]                  # every run below, with every combination of these
    seed = [0, 1, 2]
    [[run]]
    name = "dropout-3"      # with seed 1 it is dropout-3-seed1; the first value of a grid setting adds nothing
    model_options = { dropout = 0.3 }
    [[run]]
    name = "dropout-best"
    seed = 0                # a run that fixes a setting of the grid is not multiplied by it
    model_options = { best_of = ["dropout-3", "dropout-5"] }   # what the runs with the best mean validation had

Files in `fer_core/training/sweeps` are known by their names.
"""

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fer_core.data.augmentation import PRESETS, Augmentation
from fer_core.errors import FerError
from fer_core.parsed import parse_toml
from fer_core.runs import Run
from fer_core.training.config import TrainingConfig
from fer_core.training.recipes import RECIPES

BUILT_IN = Path(__file__).with_name("sweeps")
ENGINES = ("local", "ray")
"""Where the runs of a sweep train: in processes of this machine, or as tasks on a Ray cluster."""
MOST_RUNS = 5_000
"""Runs of one sweep."""
_PARTS = ("title", "settings", "grid", "run")


@dataclass(frozen=True)
class Planned:
    """One run of a sweep.

    Attributes:
        name: the run's. settings: arguments of TrainingConfig, some perhaps {"best_of": [names]}.
        series: the name that its runs of all grid values share.
    """

    name: str
    series: str
    settings: Mapping[str, Any]

    @property
    def waits_for(self) -> list[str]:
        """Series whose runs decide one of the settings; empty where all are given."""
        return [name for value in self.settings.values() if _is_choice(value) for name in value["best_of"]]

    def config(self, runs: Iterable[Run] = (), plan: Iterable["Planned"] = ()) -> TrainingConfig:
        """The configuration. Raises FerError where a setting hangs on runs that are not there yet.

        Args:
            runs: finished runs. plan: the whole sweep, which says to which series a run belongs.
        """
        series = {planned.name: planned.series for planned in plan}
        given = {
            key: _best(key, value["best_of"], runs, series) if _is_choice(value) else value
            for key, value in self.settings.items()
        }
        return TrainingConfig(name=self.name, **given)


@dataclass(frozen=True)
class SweepPlan:
    """A sweep as its file gives it: title, and the runs in the order in which they are trained."""

    name: str
    title: str
    runs: tuple[Planned, ...]


def names() -> list[str]:
    """Names of the sweeps that come with the library."""
    return sorted(path.stem for path in BUILT_IN.glob("*.toml"))


def read(file: str, changes: Mapping[str, Any] | None = None) -> SweepPlan:
    """The plan in a TOML file, or of a built-in name.

    Args:
        changes: settings that all runs take instead, "model_options.width" and the like by a dot.

    Raises FerError that names the file and what is wrong in it.
    """
    path = BUILT_IN / f"{file}.toml" if file in names() else Path(file)
    try:
        given = parse_toml(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise FerError(f"There is no sweep {file!r}: name a TOML file, or one of: {', '.join(names())}.") from None
    except (ValueError, OSError) as error:
        raise FerError(f"{path} is no sweep that can be read: {error}.") from None
    _check_shapes(given, path)
    runs = given.get("run") or [{}]
    try:
        planned = [one for run in runs for one in _planned(run, given, changes or {}, path)]
    except TypeError as error:
        raise FerError(f"{path}: {error}.") from None
    doubled = [name for name, times in Counter(one.name for one in planned).items() if times > 1]
    if doubled:
        raise FerError(f"{path} gives two runs the name {sorted(doubled)[0]!r}.")
    return SweepPlan(path.stem, str(given.get("title") or path.stem), tuple(planned))


def _check_shapes(given: Mapping[str, Any], path: Path) -> None:
    """Refuses parts of another kind than the format has."""
    unknown = [key for key in given if key not in _PARTS]
    if unknown:
        raise FerError(f"{path} has a part {unknown[0]!r}; a sweep has: {', '.join(_PARTS)}.")
    runs, grid = given.get("run", []), given.get("grid", {})
    if not isinstance(runs, list) or not all(isinstance(run, dict) for run in runs):
        raise FerError(f"{path}: each run begins with [[run]], in two brackets.")
    if not isinstance(given.get("settings", {}), dict) or not isinstance(grid, dict):
        raise FerError(f"{path}: [settings] and [grid] are tables.")
    for key, values in grid.items():
        if not isinstance(values, list) or not values:
            raise FerError(f"{path}: {key} of the grid needs a list of values, not {values!r}.")
    count = max(len(runs), 1) * math.prod(len(values) for values in grid.values())
    if count > MOST_RUNS:
        raise FerError(f"{path} gives {count:,} runs; a sweep has at most {MOST_RUNS:,}.")


def _planned(
    run: Mapping[str, Any], given: Mapping[str, Any], changes: Mapping[str, Any], path: Path
) -> Iterable[Planned]:
    grid = {key: values for key, values in given.get("grid", {}).items() if key not in run}
    series = str(run.get("name") or path.stem)
    for values in itertools.product(*grid.values()):
        settings = _settings({**given.get("settings", {}), **run, **dict(zip(grid, values, strict=True))}, path)
        for key, value in changes.items():
            _put(settings, key, value)
        name = series
        for (key, options), value in zip(grid.items(), values, strict=True):
            if value != options[0]:
                name += f"-{key.rsplit('.', 1)[-1]}{value}" if key == "seed" else f"-{key.rsplit('.', 1)[-1]}-{value}"
        planned = Planned(name, series, settings)
        if not planned.waits_for:
            planned.config()  # says now what is wrong with a setting, not in ten hours
        yield planned


def _settings(given: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """Arguments of TrainingConfig: the recipe's, then those given, augmentation by its preset's name."""
    given = {key: value for key, value in given.items() if key != "name"}
    recipe = given.pop("recipe", None)
    if recipe is not None and recipe not in RECIPES:
        raise FerError(f"{path} names a recipe {recipe!r}; there are: {', '.join(sorted(RECIPES))}.")
    settings = dict(RECIPES[recipe]) if recipe else {}
    for key, value in given.items():
        _put(settings, key, value)
    augmentation = settings.get("augmentation")
    if isinstance(augmentation, str):
        if augmentation not in PRESETS:
            raise FerError(f"{path} names an augmentation {augmentation!r}; there are: {', '.join(PRESETS)}.")
        settings["augmentation"] = PRESETS[augmentation]
    elif isinstance(augmentation, dict):
        settings["augmentation"] = Augmentation(**augmentation)
    if "tags" in settings:
        settings["tags"] = tuple(settings["tags"])
    return settings


def _put(settings: dict[str, Any], key: str, value: Any) -> None:
    """Sets a setting, one inside a table by "table.key"."""
    head, _, tail = key.partition(".")
    if tail:
        settings[head] = {**settings.get(head, {}), tail: value}
    else:
        settings[head] = value


def _is_choice(value: Any) -> bool:
    return isinstance(value, dict) and "best_of" in value


def _best(key: str, candidates: list[str], runs: Iterable[Run], series: Mapping[str, str]) -> Any:
    """The setting of the series with the highest mean validation accuracy; the first of equals."""
    found: dict[str, list[Run]] = {name: [] for name in candidates}
    for run in runs:
        own = series.get(run.name, run.name)
        if own in found and "validation" in run.scores:
            found[own].append(run)
    missing = [name for name, there in found.items() if not there]
    if missing:
        raise FerError(f"{key} is chosen among runs on validation; not there yet: {', '.join(missing)}.")
    best = max(found, key=lambda name: float(np.mean([run.scores["validation"]["accuracy"] for run in found[name]])))
    config = found[best][0].config
    if key == "normalisation":
        return config["preprocessing"]["normalisation"]
    if key == "augmentation":
        return Augmentation(**config["augmentation"]) if config["augmentation"] else None
    return config["model"]["options"] if key == "model_options" else config["training"][key]
