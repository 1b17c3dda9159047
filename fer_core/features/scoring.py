"""Scores of given pictures by the whole layer, in numpy: what noise is measured with, and what tests hold the fast way
against."""

from typing import Any

import numpy as np

from fer_core.features.layers import activations, as_batch
from fer_core.features.objectives import Objective, Term
from fer_core.graphs import score_of

NOISE_PICTURES = 16


def noise(side: tuple[int, int], count: int = NOISE_PICTURES, seed: int = 0) -> np.ndarray:
    """Pictures of uniform noise, u8 (count, h, w), 0 to 255."""
    return np.random.default_rng(seed).integers(0, 256, (count, *side), dtype=np.uint8)


def scores(model: Any, objectives: list[Objective], images: np.ndarray) -> np.ndarray:
    """Score of each objective on each picture, f64 (K, N); images (N, h, w), 0 to 255."""
    return _measure(model, objectives, images)[0]


def noise_scores(model: Any, objectives: list[Objective], side: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """(scores f64 (K, N) on N noise pictures, spread f64 (K,)): the spread is the standard deviation of what the
    objective reads over all places and pictures, and 1 where it never changes."""
    values, spread = _measure(model, objectives, noise(side))
    return values, np.where(spread > 0, spread, 1.0)


def _measure(model: Any, objectives: list[Objective], images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    outputs: dict[tuple[str, bool], np.ndarray] = {}
    values, spread = np.zeros((len(objectives), len(images))), np.zeros(len(objectives))
    for k, objective in enumerate(objectives):
        for term in objective.terms(model):
            key = (term.layer, term.linear)
            if key not in outputs:
                outputs[key] = _outputs(model, term, images)
            read = _map(outputs[key], term)
            at = read.mean(axis=(1, 2)) if term.place is None else read[:, term.place[0], term.place[1]]
            values[k] += term.weight * at
            spread[k] += (term.weight * read.std()) ** 2
    return values, np.sqrt(spread)


def _outputs(model: Any, term: Term, images: np.ndarray) -> np.ndarray:
    if not term.linear:
        return activations(model, term.layer, images)
    result: np.ndarray = np.asarray(score_of(model).of(as_batch(model, images)))[:, None, None]
    return result


def _map(outputs: np.ndarray, term: Term) -> np.ndarray:
    """What the term reads at each place: f64 (N, h, w)."""
    if term.channel is not None:
        return outputs[..., term.channel].astype(np.float64)
    result: np.ndarray = outputs.astype(np.float64) @ np.asarray(term.direction)
    return result
