"""A run's stored weights on a data set, beside the scores that the run keeps."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from fer_core.data.dataset import SPLITS, Dataset
from fer_core.data.verdicts import corrected_labels
from fer_core.errors import FerError
from fer_core.evaluation.metrics import scores
from fer_core.evaluation.run_scores import run_scores
from fer_core.runs import Predictions, Run, elsewhere, load_network, load_run, read_json, write_json
from fer_core.runs.elsewhere import Elsewhere

AVERAGINGS = ("none", "flip", "ten-crop")
"""Ways to average probabilities over variants of each picture, see `variants_of`."""

CROP_SHIFT = 3
"""Pixels by which the four corner crops of ten-crop averaging are shifted; the border is repeated."""


def evaluate(
    run: Run,
    dataset: Dataset,
    splits: list[str] | None = None,
    averaging: str = "none",
    decided: Mapping[int, str] | None = None,
) -> dict[str, dict[str, Any]]:
    """Scores by split (see `fer_core.evaluation.metrics.scores`), each with "stored_accuracy" and "pictures".

    Args:
        run: with weights. dataset: any with the splits asked for. splits: default all but train, with the
            validation part where the run was trained on this very set.
        averaging: of probabilities over variants of each picture: "none", "flip" or "ten-crop".
        decided: row -> word of `fer_core.data.verdicts`: scored by the labels decided on, what is no face left out;
            the stored accuracy stays that of the labels as they are.

    Raises FerError for a split that is not there, or a run without weights.
    """
    parts = _parts(run, dataset, splits)
    model = load_network(run)
    out = {}
    for name, part in parts.items():
        probabilities = averaged_probabilities(model, part.pixels, averaging)
        labels, kept = corrected_labels(part.rows, part.labels, decided or {})
        score = scores(labels[kept], probabilities[kept], run.temperature)
        score["stored_accuracy"] = _stored(run, name, averaging) if dataset.fingerprint == run.fingerprint else None
        score["pictures"] = len(part)
        out[name] = score
    return out


def averaged_probabilities(model: Any, pixels: np.ndarray, averaging: str = "none") -> np.ndarray:
    """Probabilities f32 (N, 7) of u8 (N, 48, 48), averaged over each picture's variants."""
    from fer_core.models.batched import predict_in_batches

    variants = variants_of(pixels, averaging)
    probabilities = np.stack([predict_in_batches(model, variant) for variant in variants])
    return np.asarray(probabilities.mean(axis=0, dtype=np.float64), np.float32)


def variants_of(pixels: np.ndarray, averaging: str) -> list[np.ndarray]:
    """The pictures themselves, u8 (N, 48, 48), and what `averaging` adds: mirror images, or shifted ones too.

    "ten-crop" (Krizhevsky et al. 2012, section 4.1) here means the picture, its four diagonal shifts by CROP_SHIFT
    pixels with the border repeated, and all five mirrored: a 48 x 48 face is cut too tightly to crop it smaller.
    """
    if averaging == "none":
        return [pixels]
    if averaging == "flip":
        return [pixels, pixels[:, :, ::-1]]
    if averaging != "ten-crop":
        raise FerError(f"There is no averaging {averaging!r}; choose none, flip or ten-crop.")
    s = CROP_SHIFT
    side = pixels.shape[1]
    padded = np.pad(pixels, ((0, 0), (s, s), (s, s)), mode="edge")
    corners = [(s, s), (0, 0), (0, 2 * s), (2 * s, 0), (2 * s, 2 * s)]
    crops = [padded[:, y : y + side, x : x + side] for y, x in corners]
    return crops + [crop[:, :, ::-1] for crop in crops]


def store_scores(run: Run, dataset: Dataset) -> Run:
    """Scores the stored weights on every split in every way of AVERAGINGS and writes them into the run's run.json.

    For a run whose scores were written by an older version; the plain ones come out as they were.

    Raises FerError where the run has no weights, or was trained on another set.
    """
    if dataset.fingerprint != run.fingerprint:
        raise FerError(f"{run.name!r} was trained on another set than {dataset.name!r}; its scores stay as they are.")
    parts = _parts(run, dataset, None)
    model = load_network(run)
    probabilities = {
        name: {way: averaged_probabilities(model, part.pixels, way) for way in AVERAGINGS}
        for name, part in parts.items()
    }
    stored = read_json(run.folder / "run.json")
    write_json(
        run.folder / "run.json", {**stored, "scores": run_scores(dataset, parts, probabilities, run.temperature)}
    )
    return load_run(run.folder)


def evaluate_elsewhere(run: Run, dataset: Dataset) -> Elsewhere:
    """Scores a run's stored weights on another set than its own and keeps predictions and scores beside the run.

    Every split but train is scored; of a set that has none but train, that one. Raises FerError for the run's own set,
    a set without labels, or a run without weights.
    """
    if dataset.fingerprint == run.fingerprint:
        raise FerError(f"{dataset.name!r} is the set of {run.name!r} itself; its scores stand in the run already.")
    names = [name for name in SPLITS if dataset.has(name)]
    parts = {name: dataset.subset(name) for name in names if name != "train" or len(names) == 1}
    parts = {name: part for name, part in parts.items() if (part.labels >= 0).any()}
    if not parts:
        raise FerError(f"The set {dataset.name!r} has no labels to score by; predict gives its answers.")
    model = load_network(run)
    found = {
        name: Predictions(part.rows, part.labels, averaged_probabilities(model, part.pixels))
        for name, part in parts.items()
    }
    measured = {name: scores(one.labels, one.probabilities, run.temperature) for name, one in found.items()}
    return elsewhere.write(run, dataset.name, dataset.fingerprint, found, measured)


def _stored(run: Run, split: str, averaging: str) -> float | None:
    score = run.scores.get(split, {})
    return (score if averaging == "none" else score.get("averaged", {}).get(averaging, {})).get("accuracy")


def _parts(run: Run, dataset: Dataset, splits: list[str] | None) -> dict[str, Dataset]:
    trained_here = dataset.fingerprint == run.fingerprint and "validation" in run.splits()
    if splits is None:
        splits = (["validation"] if trained_here else []) + [name for name in SPLITS[1:] if dataset.has(name)]
    parts = {}
    for name in splits:
        if name == "validation":
            if not trained_here:
                raise FerError(f"{run.name!r} was not trained on {dataset.name!r}: its validation part is not there.")
            parts[name] = dataset.take(dataset.index_of(run.predictions("validation").rows))
        elif name in SPLITS:
            parts[name] = dataset.subset(name)
        else:
            raise FerError(f"There is no split {name!r}; choose validation, {', '.join(SPLITS)}.")
    if not parts:
        raise FerError(f"The set {dataset.name!r} has a train split only; name --split train to score that.")
    return parts
