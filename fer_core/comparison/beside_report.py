"""Our runs of the report's experiment beside the figures that the report prints.

The report's own networks are not here, only their scores: nothing can be paired with them picture by picture, so
differences get an interval for two independent proportions.
"""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from fer_core.comparison.reference import ALL, FINAL, N_PER_HALF, VARIANTS, Quoted
from fer_core.data.augmentation import PRESETS
from fer_core.evaluation.intervals import newcombe, wilson

SPLITS = ("private", "public", "validation")
_N_VALIDATION = 2871
"""A tenth of the 28,709 training images, which the report held out; which ones it does not say."""

PREPARATIONS = {
    "baseline": ("none", "none"),
    "augmentation": ("none", "report"),
    "featurewise": ("featurewise", "none"),
    "samplewise": ("samplewise", "none"),
    "samplewise + featurewise": ("samplewise+featurewise", "none"),
}
"""Name of the report's variant -> (normalisation, augmentation preset), in the report's order."""


def quoted_of(run: Any) -> Quoted | None:
    """The report's line that a run repeats; None for any other run. run: a `fer_core.runs.Run`.

    Known by the report's network and optimiser with one of its five preparations, at any width; the final network,
    which shares all that with others, by its name in the sweep.
    """
    config = run.config
    if run.name == "report-final" or run.name.startswith("report-final-"):
        return FINAL
    if config["model"].get("name") != "report_cnn" or config["training"].get("optimizer", "nadam") != "nadam":
        return None
    augmentation, reported = config.get("augmentation"), PRESETS["report"]
    same = reported is not None and augmentation == asdict(reported)
    kind = "none" if not augmentation else "report" if same else "other"
    prepared = (config["preprocessing"].get("normalisation"), kind)
    return next((quoted for quoted in VARIANTS if PREPARATIONS[quoted.name] == prepared), None)


def runs_beside(runs: Iterable[Any]) -> pd.DataFrame:
    """One row for each run that repeats a line of the report, in the report's order, then by seed.

    Columns: run, variant, seed, width, epochs, group (what may be averaged and compared), status, n_* (pictures) and
    accuracy on private, public and validation, 0 to 1, NaN where not measured.
    """
    records = []
    for run in runs:
        quoted = quoted_of(run)
        if quoted is None:
            continue
        training = run.config["training"]
        record = {
            "run": run.name,
            "variant": quoted.name,
            "seed": training.get("seed"),
            "width": (run.config["model"].get("options") or {}).get("width", 1.0),
            "epochs": training.get("epochs_run"),
            "group": _group(run.config),
            "status": run.status,
        }
        for split in SPLITS:
            scores = run.scores.get(split) or {}
            record[split] = scores.get("accuracy", np.nan)
            record[f"n_{split}"] = scores.get("n", 0)
        records.append(record)
    if not records:
        return pd.DataFrame(columns=["run", "variant", "seed", "width", "epochs", "group", "status", *SPLITS])
    order = [quoted.name for quoted in ALL]
    table = pd.DataFrame.from_records(records)
    keys = pd.DataFrame({"place": table["variant"].map(order.index), "seed": table["seed"], "run": table["run"]})
    return table.loc[keys.sort_values(["place", "seed", "run"]).index].reset_index(drop=True)


def _group(config: dict[str, Any]) -> str:
    """Width, greatest length and momentum schedule of a run in words: only runs of one group are one experiment."""
    training = config["training"]
    width = (config["model"].get("options") or {}).get("width", 1.0)
    words = "full width" if width == 1 else f"{width:g} of the width"
    words += f", up to {training.get('epochs_asked') or training.get('epochs_run')} epochs"
    return words + (", Nadam as in Keras 2" if training.get("nadam_warmup") == "keras2" else "")


def groups(table: pd.DataFrame) -> list[str]:
    """Groups of runs in a table as from `runs_beside`: first the one that repeats most lines, the widest of equals."""
    if not len(table):
        return []
    by_group = table.groupby("group").agg(lines=("variant", "nunique"), width=("width", "max"), run=("run", "min"))
    result: list[str] = by_group.sort_values(["lines", "width", "run"], ascending=[False, False, True]).index.tolist()
    return result


def summary(table: pd.DataFrame, split: str) -> pd.DataFrame:
    """One row for each line of the report: its accuracy beside ours.

    table: as from `runs_beside`, of one group: a mean over widths or lengths would be the mean of nothing.

    Columns: variant; quoted, quoted_low, quoted_high (Wilson's interval, from the number of pictures); seeds (our runs
    with a score), mean, sd (NaN below two); difference (mean less quoted), low, high (Newcombe's interval); quoted_step
    and step: what the variant adds to the baseline in the report and here, NaN for baseline and final network. Ours is
    the mean over the seeds that both have.
    """
    n_quoted = _N_VALIDATION if split == "validation" else N_PER_HALF
    baseline = next(quoted for quoted in VARIANTS if quoted.name == "baseline")
    plain = _by_seed(table, "baseline", split)
    records = []
    for quoted in ALL:
        value = quoted.score(split)
        own = table[(table["variant"] == quoted.name) & table[split].notna()]
        record: dict[str, Any] = {"variant": quoted.name, "seeds": len(own)}
        record["mean"] = float(own[split].mean()) if len(own) else np.nan
        record["sd"] = float(own[split].std()) if len(own) > 1 else np.nan
        record["quoted"] = np.nan if value is None else value
        if value is not None:
            record["quoted_low"], record["quoted_high"] = wilson(round(value * n_quoted), n_quoted)
        if value is not None and len(own):
            n = int(own[f"n_{split}"].min())
            record["difference"] = record["mean"] - value
            record["low"], record["high"] = newcombe(round(record["mean"] * n), n, round(value * n_quoted), n_quoted)
        before = baseline.score(split)
        if quoted not in (FINAL, baseline) and value is not None and before is not None:
            record["quoted_step"] = value - before
            steps = (_by_seed(table, quoted.name, split) - plain).dropna()
            record["step"] = float(steps.mean()) if len(steps) else np.nan
        records.append(record)
    columns = ["variant", "quoted", "quoted_low", "quoted_high", "seeds", "mean", "sd", "difference", "low", "high"]
    return pd.DataFrame.from_records(records).reindex(columns=[*columns, "quoted_step", "step"])


def _by_seed(table: pd.DataFrame, variant: str, split: str) -> pd.Series:
    """Accuracy of a variant by seed; the mean where a seed was run twice."""
    own = table[table["variant"] == variant]
    return own.groupby("seed")[split].mean() if len(own) else pd.Series(dtype=float)
