"""The scores that run.json keeps of each split: plain, averaged over variants, without twins, against FER+ votes."""

from typing import Any

import numpy as np

from fer_core.data.dataset import Dataset
from fer_core.data.twins import twins
from fer_core.data.votes import agrees
from fer_core.errors import FerError
from fer_core.evaluation.metrics import scores
from fer_core.types import Flags


def run_scores(
    dataset: Dataset,
    parts: dict[str, Dataset],
    probabilities: dict[str, dict[str, np.ndarray]],
    temperature: float,
) -> dict[str, dict[str, Any]]:
    """Scores by split, as `fer_core.evaluation.metrics.scores` gives them, with what stands beside them.

    Args:
        dataset: the whole set, to find twins in its train split. parts: pictures by split, "validation" among them.
        probabilities: by split, then by averaging ("none", maybe "flip" and "ten-crop"), f32 (N, 7) each.
        temperature: fitted on the validation part.

    Returns: by split the plain scores and, where they apply, "without_twins" (test pictures that are not
    pixel-identical to a training picture), "ferplus" (see `ferplus_agreement`) and "averaged" (by averaging, scores
    and without_twins).
    """
    has_twin = dict(zip(dataset.rows.tolist(), twins(dataset).tolist(), strict=True))
    out = {}
    for name, part in parts.items():
        unique: Flags | None = np.array([not has_twin[row] for row in part.rows.tolist()], dtype=bool)
        if unique is None or name == "validation" or unique.all() or not unique.any():
            unique = None
        found = {way: _with_and_without(part, p, temperature, unique) for way, p in probabilities[name].items()}
        out[name] = found.pop("none")
        if part.votes is not None and out[name]["n"]:
            out[name]["ferplus"] = ferplus_agreement(part, probabilities[name]["none"].argmax(axis=1))
        if found:
            out[name]["averaged"] = found
    return out


def ferplus_agreement(part: Dataset, predicted: np.ndarray) -> dict[str, float | int]:
    """How often FER+'s ten voters a picture put no other word above a class: the predicted one, and the label.

    Args:
        part: with votes. predicted: i64 (N,), 0 to 6.

    Returns: n, "predictions" and "labels", shares of 0 to 1 (Barsoum et al. 2016 collected the votes).
    """
    if part.votes is None:
        raise FerError(f"{part.name} holds no votes of FER+.")
    return {
        "n": len(part),
        "predictions": float(agrees(part.votes, predicted).mean()),
        "labels": float(agrees(part.votes, part.labels).mean()),
    }


def _with_and_without(
    part: Dataset, probabilities: np.ndarray, temperature: float, unique: np.ndarray | None
) -> dict[str, Any]:
    score = scores(part.labels, probabilities, temperature)
    if unique is not None:
        score["without_twins"] = scores(part.labels[unique], probabilities[unique], temperature)
    return score
