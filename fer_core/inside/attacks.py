"""Pictures changed by a few gray levels so that a network calls them something else.

FGSM: one step along the sign of the loss's gradient (I. Goodfellow, J. Shlens and C. Szegedy, "Explaining and
harnessing adversarial examples", ICLR 2015). PGD: several smaller ones, each brought back within the bound (A. Madry
et al., "Towards deep learning models resistant to adversarial attacks", ICLR 2018), here from the picture itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from fer_core.errors import FerError
from fer_core.evaluation.intervals import wilson

METHODS = ("FGSM", "PGD")
EPSILONS = (1, 2, 4, 8, 16)
"""Bounds in gray levels of 255."""
STEPS = 10
_BATCH = 20


class Asked(Protocol):
    """What is asked of a network; `fer_core.saliency.network_for` gives one. Images f32 (N, h, w, 1), 0 to 255."""

    def probabilities(self, images: np.ndarray) -> np.ndarray: ...
    def gradient(self, images: np.ndarray, weights: np.ndarray) -> np.ndarray: ...


def attack(network: Asked, pixels: np.ndarray, epsilon: int, method: str = "FGSM") -> np.ndarray:
    """Pictures u8 (N, h, w), no pixel more than epsilon gray levels from u8 (N, h, w), away from the present answers.

    PGD stops at a picture's first step that flips its answer. Raises FerError for another method or bound.
    """
    if method not in METHODS:
        raise FerError(f"There is no attack {method!r}; choose one of: {', '.join(METHODS)}.")
    if not 0 <= epsilon <= 255 or int(epsilon) != epsilon:
        raise FerError(f"The bound is a whole number of gray levels, 0 to 255, not {epsilon}.")
    start = pixels.astype(np.float32)
    answers = network.probabilities(start[..., None]).argmax(axis=1)
    if method == "FGSM":
        return _whole(start + epsilon * np.sign(_slope(network, start, answers)))
    now, out = start.copy(), pixels.copy()
    pending = np.arange(len(pixels))
    rate = max(epsilon / 4, 0.5)
    for _ in range(STEPS if epsilon else 0):
        moved = now[pending] + rate * np.sign(_slope(network, now[pending], answers[pending]))
        bound = np.clip(moved, start[pending] - epsilon, start[pending] + epsilon)
        now[pending] = np.clip(bound, 0, 255)
        out[pending] = _whole(now[pending])
        pending = pending[~flipped(network, out[pending], answers[pending])]
        if not len(pending):
            break
    return out


def flipped(network: Asked, pixels: np.ndarray, answers: np.ndarray) -> np.ndarray:
    """Whether pictures u8 (N, h, w) are called something else than the given classes (N,): bool (N,)."""
    return np.asarray(network.probabilities(pixels.astype(np.float32)[..., None]).argmax(axis=1) != answers)


@dataclass(frozen=True, eq=False)
class Flips:
    """Which pictures flip at each bound; may be unfinished.

    Attributes:
        method: of METHODS. flips: bool (5, N), by EPSILONS; done: asked so far of the 5 N.
    """

    method: str
    flips: np.ndarray
    done: int

    @property
    def progress(self) -> float:
        """Share that is done, 0 to 1."""
        return self.done / self.flips.size

    def table(self) -> pd.DataFrame:
        """epsilon, flipped, n, share with Wilson's 95% interval (low, high); of a finished one."""
        rows = []
        for epsilon, row in zip(EPSILONS, self.flips, strict=True):
            count, n = int(row.sum()), len(row)
            low, high = wilson(count, n)
            rows.append({"epsilon": epsilon, "flipped": count, "n": n, "share": count / n, "low": low, "high": high})
        return pd.DataFrame(rows)


def measure(network: Asked, pixels: np.ndarray, method: str) -> Iterator[Flips]:
    """How many pictures u8 (N, h, w) flip at each of EPSILONS, batch by batch.

    FGSM steps by exactly the bound. With PGD a picture that flips within a smaller bound flips within a greater one,
    and is not asked again. Raises FerError where there is no picture.
    """
    if not len(pixels):
        raise FerError("There is no picture to be changed.")
    found, done = np.zeros((len(EPSILONS), len(pixels)), bool), 0
    for i, epsilon in enumerate(EPSILONS):
        if method == "PGD" and i:
            found[i] = found[i - 1]
        for start in range(0, len(pixels), _BATCH):
            places = np.arange(start, min(start + _BATCH, len(pixels)))
            done += len(places)
            places = places[~found[i, places]]
            if len(places):
                some = pixels[places]
                answers = network.probabilities(some.astype(np.float32)[..., None]).argmax(axis=1)
                found[i, places] = flipped(network, attack(network, some, epsilon, method), answers)
            yield Flips(method, found.copy(), done)


def _slope(network: Asked, images: np.ndarray, answers: np.ndarray) -> np.ndarray:
    """Gradient of the cross-entropy of the given answers, f32 (N, h, w): its weights on the logits are p - y."""
    weights = network.probabilities(images[..., None]).copy()
    weights[np.arange(len(images)), answers] -= 1
    # Of a sure answer the difference is so small that its products may vanish; the sign stays.
    weights /= np.maximum(np.abs(weights).max(axis=1, keepdims=True), 1e-30)
    return network.gradient(images[..., None], weights.astype(np.float32))


def _whole(images: np.ndarray) -> np.ndarray:
    return np.asarray(np.rint(np.clip(images, 0, 255)), np.uint8)
