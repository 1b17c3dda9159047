"""Noisy copies of images, and their gradients."""

from typing import Any

import numpy as np

from fer_core.saliency.network import CHUNK


def noisy_gradients(
    network: Any, images: np.ndarray, weights: np.ndarray, samples: int, noise: float, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Mean and variance over noisy copies of the gradient at the pixels, f32 (N, H, W) each.

    The copies are x + sigma * z, sigma = noise * (max(x) - min(x)) of each image, z standard normal. All images get
    the same z, so that a map does not depend on the images beside it.
    """
    mean = np.empty(images.shape[:3], np.float32)
    variance = np.empty_like(mean)
    z = np.random.default_rng(seed).standard_normal((samples, *images.shape[1:]), dtype=np.float32)
    for i, image in enumerate(images):
        sigma = noise * (image.max() - image.min())
        # Sums in float64: the variance is a small difference of large numbers.
        total, squares = np.zeros(image.shape[:2]), np.zeros(image.shape[:2])
        for start in range(0, samples, CHUNK):
            copies = image + sigma * z[start : start + CHUNK]
            g = network.gradient(copies, np.repeat(weights[i : i + 1], len(copies), axis=0)).astype(np.float64)
            total += g.sum(axis=0)
            squares += (g**2).sum(axis=0)
        mean[i] = total / samples
        variance[i] = np.maximum(squares / samples - (total / samples) ** 2, 0)
    return mean, variance
