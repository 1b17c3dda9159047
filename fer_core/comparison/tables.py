"""Runs beside each other: their settings flattened, what differs, which share a recipe, one table of all."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from fer_core.comparison.curves import overfit_gap, value_at
from fer_core.comparison.recipes import recipe, recipe_settings
from fer_core.runs import elsewhere
from fer_core.runs.history import best_epoch

RESULTS = ("scores", "calibration")
"""Parts of run.json that training found out, as against what was asked for."""

CIRCUMSTANCES = (
    "format", "name", "note", "tags", "status", "created", "seconds", "best_epoch", "hardware", "versions",
    "updated", "lite", "archived", "training.epochs_run", "training.precision",
)  # fmt: skip
"""Settings that do not make a recipe: names, and what happened to be so."""

SEEDS = ("training.seed", "training.split_seed", "dataset.validation.seed")
"""Settings that only choose among equals: runs that differ in nothing else are seeds of one recipe."""

SPLITS = ("validation", "public", "private", "test")


def flatten(config: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """run.json as dotted keys, {"training": {"seed": 1}} -> {"training.seed": 1}; lists become text."""
    flat: dict[str, Any] = {}
    for key, value in config.items():
        path = f"{prefix}{key}"
        if isinstance(value, Mapping) and value:
            flat.update(flatten(value, f"{path}."))
        elif isinstance(value, (list, tuple)):
            flat[path] = ", ".join(map(str, value))
        elif isinstance(value, Mapping):
            flat[path] = None
        else:
            flat[path] = value
    return flat


def _is_under(key: str, names: Iterable[str]) -> bool:
    return any(key == name or key.startswith(f"{name}.") for name in names)


def settings(config: Mapping[str, Any]) -> dict[str, Any]:
    """What was asked for: run.json flattened, without results and circumstances."""
    flat = flatten({key: value for key, value in config.items() if key not in RESULTS})
    return {key: value for key, value in flat.items() if not _is_under(key, CIRCUMSTANCES)}


def by_data(runs: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Runs by the data set they were judged on: its fingerprint, or its name where there is none."""
    found: dict[str, dict[str, Any]] = {}
    for name, run in runs.items():
        data = run.config.get("dataset") or {}
        found.setdefault(str(data.get("fingerprint") or data.get("name")), {})[name] = run
    return found


def group_by(configs: Mapping[str, Mapping[str, Any]], key: str) -> dict[str, str]:
    """Run -> group name, by a dotted key of run.json, or by "recipe" (all settings but the seeds).

    A recipe is named by the settings in which the recipes differ; "one recipe" where there is just one.
    """
    if key != "recipe":
        return {name: f"{key.rsplit('.', 1)[-1]} = {flatten(c).get(key, 'not given')}" for name, c in configs.items()}
    recipes = {name: recipe(config, name) for name, config in configs.items()}
    telling = _telling(configs)
    names: dict[tuple[Any, ...], str] = {}
    for name, one in recipes.items():
        names.setdefault(one, ", ".join(telling[name]) or "one recipe")
    used: dict[str, int] = {}
    for one, words in names.items():  # recipes may differ only in what was left out as a consequence
        used[words] = used.get(words, 0) + 1
        names[one] = words if used[words] == 1 else f"{words} ({used[words]})"
    return {name: names[one] for name, one in recipes.items()}


_CONSEQUENCES = ("parameters", "data")
"""Settings of a recipe that follow from others: they name it only where nothing else does."""


def _telling(configs: Mapping[str, Mapping[str, Any]]) -> dict[str, list[str]]:
    """For each run the settings in which the recipes differ, in words: "samplewise", "learning_rate 0.01"."""
    asked = {
        name: {**recipe_settings(config, name), "augmentation": _augmentation_text(config.get("augmentation"))}
        for name, config in configs.items()
    }
    kinds = {flat["augmentation"] for flat in asked.values()} - {"none"}
    for name, flat in asked.items():
        flat["data"] = (configs[name].get("dataset") or {}).get("name")
        if flat["augmentation"] == "none":
            flat["augmentation"] = "no augmentation"
        elif len(kinds) == 1:  # there is but one augmentation: its name says enough
            flat["augmentation"] = "augmentation"
    keys = differing(asked)
    keys = [key for key in keys if key not in _CONSEQUENCES] or keys
    return {name: [_phrase(key, flat.get(key)) for key in keys] for name, flat in asked.items()}


def _phrase(key: str, value: Any) -> str:
    if value in (None, "none"):
        return f"no {short(key)}"
    return value if isinstance(value, str) else f"{short(key)} {_text(value)}"


def short(key: str) -> str:
    """The last part of a dotted key, with its parent where it would say too little."""
    parts = key.split(".")
    return parts[-1] if parts[-1] not in ("name", "seed") or len(parts) == 1 else " ".join(parts[-2:])


def _text(value: Any) -> str:
    if value is None:
        return "none"
    return f"{value:g}" if isinstance(value, float) else str(value)


def differing(asked: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Keys that do not have the same value in all runs, in order of first appearance; a lacking key differs."""
    keys: dict[str, None] = {}
    for flat in asked.values():
        keys.update(dict.fromkeys(flat))
    lacking = object()
    return [k for k in keys if len({repr(flat.get(k, lacking)) for flat in asked.values()} - {repr(lacking)}) > 1
            or any(k not in flat for flat in asked.values())]  # fmt: skip


def difference_table(configs: Mapping[str, Mapping[str, Any]], differences_only: bool = True) -> pd.DataFrame:
    """Settings by run: index the dotted key, one column a run, values as text; "" where a run lacks the key."""
    asked = {name: settings(config) for name, config in configs.items()}
    different = set(differing(asked))
    keys: dict[str, None] = {}
    for flat in asked.values():
        keys.update(dict.fromkeys(flat))
    chosen = [key for key in keys if key in different or not differences_only]
    rows = [[_text(flat[key]) if key in flat else "" for flat in asked.values()] for key in chosen]
    return pd.DataFrame(rows, index=pd.Index(chosen, name="setting"), columns=list(asked), dtype=object)


def runs_table(runs: Sequence[Any], histories: Mapping[str, pd.DataFrame] | None = None) -> pd.DataFrame:
    """One row a run: settings and the scores of the epoch that was kept, never the last one's.

    runs: `fer_core.runs.Run`. histories: run -> history; gives the best epoch's losses and overfit gap.
    Index: run name. Numeric where the values are.
    """
    histories = histories or {}
    records = [_record(run, histories.get(run.name)) for run in runs]
    table = pd.DataFrame.from_records(records)
    return table.set_index("run") if len(table) else pd.DataFrame(index=pd.Index([], name="run"))


def with_settings(table: pd.DataFrame, configs: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """A runs table, and to the right of it whatever else run.json says of each run, by dotted names: for filters.

    configs: by run, as the table's index has it.
    """
    asked = {name: settings(config) for name, config in configs.items()}
    more = pd.DataFrame.from_dict(asked, orient="index").reindex(table.index)
    return pd.concat([table, more[[column for column in more.columns if column not in table.columns]]], axis=1)


def _record(run: Any, history: pd.DataFrame | None) -> dict[str, Any]:
    config = run.config
    model, training = config.get("model") or {}, config.get("training") or {}
    augmentation = config.get("augmentation")
    record: dict[str, Any] = {
        "run": run.name,
        "status": run.status,
        "tags": ", ".join(config.get("tags") or []),
        "note": config.get("note") or "",
        "model": model.get("name"),
        "parameters": model.get("parameters"),
        "multiply_adds": model.get("multiply_adds"),
        "data set": (config.get("dataset") or {}).get("name"),
        "normalisation": (config.get("preprocessing") or {}).get("normalisation"),
        "augmentation": _augmentation_text(augmentation),
    }
    for key in (
        "optimizer",
        "learning_rate",
        "schedule",
        "batch_size",
        "seed",
        "label_smoothing",
        "weight_decay",
        "ema",
    ):
        record[key] = training.get(key)
    record["epochs"] = training.get("epochs_run")
    record["minutes"] = config["seconds"] / 60 if config.get("seconds") else None
    record["best epoch"] = config.get("best_epoch")
    for split in SPLITS:
        record[f"{split} accuracy"] = (run.scores.get(split) or {}).get("accuracy")
    for split in SPLITS:
        record[f"{split} macro F1"] = (run.scores.get(split) or {}).get("macro_f1")
    for found in elsewhere.read_all(run) if hasattr(run, "folder") else []:
        for split, score in found.scores.items():
            record[f"{found.label(split)} accuracy"] = score.get("accuracy")
    record["validation ECE"] = (run.scores.get("validation") or {}).get("ece")
    if history is not None and len(history):
        epoch = best_epoch(config, history)
        at = value_at(history, epoch)
        record["best epoch"] = record["best epoch"] or epoch
        record["epochs"] = record["epochs"] or len(history)
        record["val_loss"] = at.get("val_loss")
        if record["validation accuracy"] is None:
            record["validation accuracy"] = at.get("val_accuracy")
        record["overfit gap"] = overfit_gap(history, epoch, "accuracy") if epoch else None
    return record


def _augmentation_text(value: Any) -> str:
    if not value:
        return "none"
    if isinstance(value, Mapping):
        return ", ".join(f"{k} {_text(v)}" for k, v in value.items() if v not in (None, False, 0, 0.0)) or "none"
    return str(value)


def sortable(column: pd.Series) -> pd.Series:
    """A column by which rows can be sorted, also where it mixes numbers and words: numbers then come first."""
    if pd.api.types.is_numeric_dtype(column):
        return column
    there = [value for value in column.unique() if value is not None and value == value]
    places = {value: place for place, value in enumerate(sorted(there, key=_place))}
    return column.map(places)


def _place(value: Any) -> tuple[bool, float, str]:
    number = isinstance(value, (int, float))
    return not number, float(value) if number else 0.0, str(value).lower()


def varying_columns(table: pd.DataFrame) -> list[str]:
    """Columns of a runs table with more than one value."""
    return [column for column in table.columns if table[column].map(repr).nunique() > 1]
