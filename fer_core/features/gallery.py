"""Filter and class pictures kept beside a run, so that they are there when somebody asks for them.

<run>/gallery.npz holds 8-bit pictures of one setting with their scores, and the fingerprint of the weights that they
were grown for: of other weights they are not believed.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fer_core.features.ascent import Ascent
from fer_core.features.layers import ACTIVATIONS, LayerInfo, layers
from fer_core.features.objectives import ClassLogit, FilterMean, Objective
from fer_core.features.settings import PRESETS, preset
from fer_core.labels import CLASSES

NAME = "gallery.npz"
PRESET, STEPS, SEED = "robust", 100, 0
"""How its pictures were grown."""
EACH = 32
"""Filters of a layer, the first ones."""
MOST_BYTES = 1_000_000
CLASS_LAYER = "expressions"
VERSION = 1

_FIELDS = ("filters", "pictures", "scores", "noise", "best_noise")


@dataclass(frozen=True, eq=False)
class Pictures:
    """What was grown for one layer, or for the expressions.

    Attributes:
        filters: i16 (N,), filter or class numbers. pictures: u8 (N, 48, 48).
        scores: f32 (N,), of exactly these pictures. noise, best_noise: f32 (N,), mean and best of noise pictures.
    """

    filters: np.ndarray
    pictures: np.ndarray
    scores: np.ndarray
    noise: np.ndarray
    best_noise: np.ndarray

    @property
    def awake(self) -> np.ndarray:
        """Whether each picture beats the best of the noise pictures: bool (N,)."""
        return np.asarray(self.scores > self.best_noise)

    def place_of(self, filter: int) -> int | None:
        """Where a filter stands among them, or None."""
        found = np.flatnonzero(self.filters == filter)
        return int(found[0]) if len(found) else None


Gallery = dict[str, Pictures]
"""By layer; CLASS_LAYER for the expressions' logits."""


def fingerprint(model: Any) -> str:
    """Of the weights' numbers, their shapes and order, and of nothing else: the same in any file that keeps them."""
    digest = hashlib.sha256(f"version {VERSION}".encode())
    for weight in model.weights:
        values = np.asarray(weight, np.float32)
        digest.update(f"{values.shape}".encode())
        digest.update(np.ascontiguousarray(values).data)
    return digest.hexdigest()[:32]


def layers_of(model: Any) -> list[LayerInfo]:
    """The layers whose filters are pictured: convolutions with an activation, and activations of convolutions."""
    found = [info for info in layers(model) if len(info.shape) == 3]
    return [one for one in found if (one.is_convolution and not one.linear) or one.kind in ACTIVATIONS]


def grow(
    model: Any, each: int = EACH, steps: int = STEPS, tell: Callable[[float, str], object] = lambda share, what: None
) -> Gallery:
    """Grows the pictures: of the first `each` filters of `layers_of`, and of the seven expressions."""
    infos = layers_of(model)
    jobs: list[tuple[str, list[int], list[Objective]]] = []
    if int(model.outputs[0].shape[-1]) == len(CLASSES):
        jobs.append((CLASS_LAYER, list(range(len(CLASSES))), [ClassLogit(k) for k in range(len(CLASSES))]))
    for info in infos:
        numbers = list(range(min(each, info.filters)))
        jobs.append((info.name, numbers, [FilterMean(info.name, n) for n in numbers]))
    found: Gallery = {}
    for done, (name, numbers, objectives) in enumerate(jobs):
        ascent = Ascent(model, objectives, preset(PRESET))
        for share in _steps(ascent, steps):
            tell((done + share) / len(jobs), f"{name}, {len(numbers)} pictures")
        found[name] = Pictures(
            np.array(numbers, np.int16), ascent.images().astype(np.uint8), ascent.scores().astype(np.float32),
            ascent.noise_scores(), ascent.best_noise_scores(),
        )  # fmt: skip
    tell(1.0, "")
    return found


def _steps(ascent: Ascent, steps: int) -> Iterator[float]:
    while ascent.steps < steps:
        yield ascent.steps / steps
        ascent.step(steps - ascent.steps, seconds=1.0)


def write(folder: Path, model: Any, gallery: Gallery) -> int:
    """Writes <folder>/gallery.npz and gives its size in bytes; of a larger one than MOST_BYTES the last filters of
    each layer are left out until it fits, of the expressions none."""
    arrays: dict[str, np.ndarray] = {
        "version": np.array(VERSION), "fingerprint": np.array(fingerprint(model)), "preset": np.array(PRESET),
        "steps": np.array(STEPS), "seed": np.array(SEED), "layers": np.array(list(gallery)),
    }  # fmt: skip
    half = folder / f".half-{NAME}"
    most = max((len(one.filters) for layer, one in gallery.items() if layer != CLASS_LAYER), default=0)
    while True:
        for i, (layer, one) in enumerate(gallery.items()):
            for name in _FIELDS:
                values = getattr(one, name)[: None if layer == CLASS_LAYER else most]
                arrays[f"{i}_{name}"] = _packed(values) if name == "pictures" else values
        with half.open("wb") as file:
            np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
        size = half.stat().st_size
        if size <= MOST_BYTES or most <= 1:
            half.replace(folder / NAME)
            return size
        most = most * 3 // 4


def read(folder: Path) -> tuple[Gallery, str] | None:
    """(gallery, fingerprint of its weights) kept in a run's folder; None where there is none that is whole."""
    path = folder / NAME
    if not path.is_file() or path.stat().st_size > 4 * MOST_BYTES:
        return None
    try:
        with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            if int(file["version"]) != VERSION or str(file["preset"]) != PRESET or int(file["seed"]) != SEED:
                return None
            found = {
                str(layer): Pictures(*(_checked(name, file[f"{i}_{name}"]) for name in _FIELDS))
                for i, layer in enumerate(file["layers"])
            }
            return found, str(file["fingerprint"])
    except Exception:  # zipfile, zlib and numpy each raise their own for damaged files
        return None


def _checked(name: str, values: np.ndarray) -> np.ndarray:
    if name != "pictures":
        return values
    if values.dtype != np.uint8 or values.ndim != 3:
        raise ValueError("These are no pictures.")
    return _unpacked(values)


def _packed(pictures: np.ndarray) -> np.ndarray:
    """Each pixel less the one above it, modulo 256: smooth pictures become small numbers, which pack better."""
    out = pictures.copy()
    out[:, 1:] -= pictures[:, :-1]
    return out


def _unpacked(packed: np.ndarray) -> np.ndarray:
    found: np.ndarray = np.cumsum(packed, axis=1, dtype=np.uint8)
    return found


def says() -> str:
    """How the pictures were grown, in words."""
    return f"grown beforehand: {STEPS} steps from noise, {PRESET}, seed {SEED}. {PRESETS[PRESET][0]}"
