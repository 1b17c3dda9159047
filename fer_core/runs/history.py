"""What a run's history says by itself: which epoch was best, and which way a metric is better."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

HIGHER_IS_BETTER = ("accuracy", "f1", "auc", "precision", "recall")


def best_epoch(config: Mapping[str, Any], history: pd.DataFrame) -> int | None:
    """1-based epoch whose weights were kept; None where nothing tells.

    run.json's own word, else the best by what the run monitors, else the lowest validation loss, else the highest
    validation accuracy.
    """
    if config.get("best_epoch"):
        return int(config["best_epoch"])
    monitor = str((config.get("training") or {}).get("monitor") or "val_loss")
    for column in dict.fromkeys((monitor, "val_loss", "val_accuracy")):
        pick = "idxmax" if is_higher_better(column) else "idxmin"
        if column in history:
            values = pd.to_numeric(history[column], errors="coerce")
            if values.notna().any():
                return epoch_at(history, int(getattr(values.reset_index(drop=True), pick)()))
    return None


def epoch_at(history: pd.DataFrame, place: int) -> int:
    """1-based epoch of a row, by the column `epoch` where there is one."""
    return int(history["epoch"].iloc[place]) + 1 if "epoch" in history else place + 1


def is_higher_better(metric: str) -> bool:
    """Whether a larger value of this metric is better; losses and unknown metrics say no."""
    return any(word in metric.lower() for word in HIGHER_IS_BETTER)
