"""What is wrong with a set: empty pictures, dark, flat and blurred ones, copies."""

from dataclasses import dataclass

import numpy as np

from fer_core.data.dataset import SPLITS, Dataset
from fer_core.data.twins import contradictory, duplicate_groups, relabelled_twins, twins
from fer_core.labels import CLASSES
from fer_core.types import Bytes, Flags, Floats, Json

_BATCH = 2048


@dataclass(frozen=True)
class Measures:
    """One value a picture, f32 (N,) each.

    Attributes:
        brightness: mean of the pixels, 0 to 255.
        contrast: standard deviation of the pixels, 0 to 127.5.
        sharpness: variance of the Laplacian (4 neighbours, inner pixels), in squared gray levels. A blurred picture
            has little of it (Pech-Pacheco et al., Diatom autofocusing in brightfield microscopy, ICPR 2000).
    """

    brightness: Floats
    contrast: Floats
    sharpness: Floats


def constant(pixels: Bytes) -> Flags:
    """Bool (N,): pictures u8 (N, H, W) that have one value everywhere, as all-zero ones do."""
    flat = pixels.reshape(len(pixels), -1)
    same: Flags = flat.max(axis=1) == flat.min(axis=1)
    return same


def measures(pixels: np.ndarray) -> Measures:
    """Brightness, contrast and sharpness of pictures u8 (N, H, W), some thousand at a time."""
    values = np.empty((3, len(pixels)), np.float32)
    for start in range(0, len(pixels), _BATCH):
        batch = pixels[start : start + _BATCH].astype(np.float32)
        here = slice(start, start + len(batch))
        values[0, here] = batch.mean(axis=(1, 2))
        values[1, here] = batch.std(axis=(1, 2))
        inner = batch[:, :-2, 1:-1] + batch[:, 2:, 1:-1] + batch[:, 1:-1, :-2] + batch[:, 1:-1, 2:]
        inner -= 4 * batch[:, 1:-1, 1:-1]
        values[2, here] = inner.var(axis=(1, 2))
    return Measures(*values)


def counts_table(dataset: Dataset) -> dict[str, dict[str, int]]:
    """Number of pictures by split and class, "unlabelled" last where there are any: {"train": {"angry": 3995, ...}}."""
    table = {}
    for i, split in enumerate(SPLITS):
        labels = dataset.labels[dataset.split == i]
        if not len(labels):
            continue
        table[split] = {name: int(np.sum(labels == label)) for label, name in enumerate(CLASSES)}
        if np.any(labels < 0):
            table[split]["unlabelled"] = int(np.sum(labels < 0))
    return table


def by_class(labels: np.ndarray) -> dict[str, int]:
    """How often each class occurs among labels i8 (N,), classes that don't occur left out."""
    names = [*CLASSES, "unlabelled"]
    values, counts = np.unique(labels, return_counts=True)
    return {names[value]: int(count) for value, count in zip(values, counts, strict=True)}


def summary(dataset: Dataset) -> Json:
    """What is wrong with a set, as plain numbers that JSON takes.

    all_zero and constant: how many pictures, and under which labels ("constant" leaves the all-zero ones out);
    twins: by split, pictures that are pixel-identical to a training picture, and those of them under another label;
    duplicates: how many different pictures occur more than once, how many copies they have together, and how many
    of them carry more than one label.
    """
    zero = ~dataset.pixels.any(axis=(1, 2))
    flat = constant(dataset.pixels) & ~zero
    twin, relabelled = twins(dataset), relabelled_twins(dataset)
    groups = duplicate_groups(dataset)
    tests = [(i, name) for i, name in enumerate(SPLITS) if name != "train" and dataset.has(name)]
    return {
        "all_zero": {"count": int(zero.sum()), "labels": by_class(dataset.labels[zero])},
        "constant": {"count": int(flat.sum()), "labels": by_class(dataset.labels[flat])},
        "twins": {
            name: {
                "count": int(np.sum(twin & (dataset.split == i))),
                "other_label": int(np.sum(relabelled & (dataset.split == i))),
            }
            for i, name in tests
        },
        "duplicates": {
            "pictures": len(groups),
            "copies": int(sum(len(group) for group in groups)),
            "several_labels": len(contradictory(dataset, groups)),
        },
    }
