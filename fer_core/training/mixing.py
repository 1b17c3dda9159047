"""Pictures mixed within a batch, and their targets with them; and weights for rare classes."""

import numpy as np


def mix(
    pixels: np.ndarray, targets: np.ndarray, mixup: float, cutmix: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """New (pixels u8 (B, H, W), targets f32 (B, 7)), each picture mixed with another of the batch.

    Args:
        mixup: alpha of Beta(alpha, alpha), from which each picture's share is drawn, 0 for none (Zhang et al. 2018,
            "mixup: Beyond Empirical Risk Minimization", eq. 1).
        cutmix: alpha for the area of a rectangle taken from the other picture, 0 for none (Yun et al. 2019, "CutMix",
            eq. 1 and 2). With both, each batch takes one of the two by a coin.
    """
    if not mixup and not cutmix:
        return pixels, targets
    other = rng.permutation(len(pixels))
    if mixup and (not cutmix or rng.random() < 0.5):
        share = rng.beta(mixup, mixup, len(pixels)).astype(np.float32)
        weight = share[:, None, None]
        mixed = np.rint(weight * pixels + (1 - weight) * pixels[other]).astype(np.uint8)
    else:
        mixed, share = _cut(pixels, pixels[other], cutmix, rng)
    return mixed, share[:, None] * targets + (1 - share[:, None]) * targets[other]


def _cut(
    pixels: np.ndarray, others: np.ndarray, alpha: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Pictures with a rectangle of the others, and the share f32 (B,) that is left of their own."""
    height, width = pixels.shape[1:]
    side = np.sqrt(1 - rng.beta(alpha, alpha, len(pixels)))
    out, share = pixels.copy(), np.empty(len(pixels), dtype=np.float32)
    for i, part in enumerate(side):
        y, x = rng.integers(height), rng.integers(width)
        top, bottom = max(0, int(y - part * height / 2)), min(height, int(y + part * height / 2))
        left, right = max(0, int(x - part * width / 2)), min(width, int(x + part * width / 2))
        out[i, top:bottom, left:right] = others[i, top:bottom, left:right]
        share[i] = 1 - (bottom - top) * (right - left) / (height * width)
    return out, share


def class_weights(targets: np.ndarray, power: float) -> np.ndarray:
    """Weight f32 (7,) of each class, (mean count / count) ** power, scaled to a mean of 1 over the pictures.

    Args:
        targets: f32 (N, 7), rows that sum to 1. power: 0 for none, 1 for the inverse of how often a class occurs.
    """
    counts = np.maximum(targets.sum(axis=0), 1e-9)
    weights = (counts.mean() / counts) ** power
    result: np.ndarray = (weights / (weights * counts).sum() * counts.sum()).astype(np.float32)
    return result
