"""The validation part: held out of the training split, stratified, seeded, with copies kept on one side."""

import numpy as np

from fer_core.errors import FerError


def hold_out(pixels: np.ndarray, labels: np.ndarray, fraction: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Positions of (training, validation) pictures, each i64 and ascending.

    Pictures that are identical to the pixel travel together, so that no validation picture was trained on. Each
    class gives `fraction` of its pictures, to within the size of one group of copies.

    Args:
        pixels: u8 (N, 48, 48). labels: i8 (N,), 0 to 6. fraction: 0 to 1. seed: of the choice.

    Raises FerError where a label is missing or the fraction leaves either part empty.
    """
    if np.any(labels < 0):
        raise FerError(f"{int(np.sum(labels < 0))} training pictures have no label; training needs one for each.")
    groups = group_copies(pixels)
    sizes = np.bincount(groups)
    # A group takes the label of its first member: copies do carry different labels in FER2013.
    first = np.full(len(sizes), len(groups))
    np.minimum.at(first, groups, np.arange(len(groups)))
    group_labels = labels[first]
    order = np.random.default_rng(seed).permutation(len(sizes))
    held = np.zeros(len(sizes), dtype=bool)
    for label in np.unique(group_labels):
        mine = order[group_labels[order] == label]
        wanted = round(fraction * sizes[mine].sum())
        held[mine[np.cumsum(sizes[mine]) <= wanted]] = True
    validation = held[groups]
    if not validation.any() or validation.all():
        raise FerError(
            f"A validation share of {fraction} of {len(labels)} pictures leaves one part empty; "
            f"give more pictures or another share."
        )
    return np.flatnonzero(~validation), np.flatnonzero(validation)


def group_copies(pixels: np.ndarray) -> np.ndarray:
    """Group number i64 (N,) of each picture; pictures that are identical to the pixel share one."""
    flat = np.ascontiguousarray(pixels.reshape(len(pixels), -1))
    as_bytes = flat.view(np.dtype((np.void, flat.shape[1]))).ravel()
    return np.unique(as_bytes, return_inverse=True)[1].astype(np.int64).ravel()
