"""Does the map stay when the picture changes by less than the eye sees?

After Yeh et al. 2019, "On the (In)fidelity and Sensitivity of Explanations", with the rank correlation in the place of
their distance, so that methods of different scale can be compared.
"""

from typing import Any

import numpy as np

from fer_core.saliency.base import Method
from fer_core.saliency.trust.ranks import rank_correlation


def sensitivity(
    network: Any,
    image: np.ndarray,
    weights: np.ndarray,
    method: Method,
    noise: float = 0.02,
    copies: int = 6,
    seed: int = 0,
) -> np.ndarray:
    """Rank correlations f32 (copies,) of the map of noisy copies with the map of the picture.

    Args:
        network: opened with the method's rule.
        image: f32 (H, W, 1), raw pixels.
        weights: f32 (C,), the target.
        noise: standard deviation, as a share of the picture's range; 0.02 is about 5 gray levels of 255.
        copies, seed: of the noise.
    """
    rng = np.random.default_rng(seed)
    z = rng.standard_normal((copies, *image.shape), dtype=np.float32)
    pictures = np.clip(image + noise * (image.max() - image.min()) * z, 0, 255)
    batch = np.concatenate([image[None], pictures])
    maps = method.importance(method.maps(network, batch, np.repeat(weights[None], len(batch), axis=0)))
    return np.array([rank_correlation(maps[0], m) for m in maps[1:]], np.float32)
