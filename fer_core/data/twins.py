"""Pictures that occur more than once, pixel for pixel."""

import numpy as np

from fer_core.data.dataset import SPLITS, Dataset
from fer_core.types import Bytes, Flags, Integers


def twins(dataset: Dataset) -> Flags:
    """Bool (N,): pictures outside training that are pixel-identical to a training picture.

    A network may have learnt such a picture by heart, so scores are also given without them. FER2013 has 280 in
    its public and 288 in its private half, black pictures among them.
    """
    training = dataset.split == SPLITS.index("train")
    keys = picture_keys(dataset.pixels)
    found: Flags = ~training & np.isin(keys, keys[training])
    return found


def relabelled_twins(dataset: Dataset) -> Flags:
    """Bool (N,): twins of which at least one training copy carries another label; False where a label is unknown."""
    training = dataset.split == SPLITS.index("train")
    keys = picture_keys(dataset.pixels)
    pairs = keys * 8 + dataset.labels
    copies = np.bincount(keys[training], minlength=keys.max() + 1)[keys]
    agreeing = np.bincount(pairs[training & (dataset.labels >= 0)], minlength=pairs.max() + 1)[np.maximum(pairs, 0)]
    found: Flags = ~training & (dataset.labels >= 0) & (agreeing < copies)
    return found


def duplicate_groups(dataset: Dataset) -> list[np.ndarray]:
    """Positions i64 (K,) of each picture that occurs K >= 2 times, largest groups first, then by first position."""
    keys = picture_keys(dataset.pixels)
    order = np.argsort(keys, kind="stable")
    edges = np.flatnonzero(np.diff(keys[order])) + 1
    groups = [group for group in np.split(order, edges) if len(group) > 1]
    return sorted(groups, key=lambda group: (-len(group), group[0]))


def contradictory(dataset: Dataset, groups: list[np.ndarray]) -> list[np.ndarray]:
    """Those groups of `duplicate_groups` whose copies carry more than one label."""
    return [group for group in groups if len(set(dataset.labels[group][dataset.labels[group] >= 0].tolist())) > 1]


def picture_keys(pixels: Bytes) -> Integers:
    """i64 (N,): equal for equal pictures and only for those, numbered by first occurrence."""
    seen: dict[bytes, int] = {}
    return np.array([seen.setdefault(picture.tobytes(), len(seen)) for picture in pixels], dtype=np.int64)
