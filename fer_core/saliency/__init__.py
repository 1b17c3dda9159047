"""Where a network looked: maps over the pixels for the score of a class.

    maps = explain(model, images, "gradient", target=3)      # f32 (N, 48, 48), raw
    picture = overlay(image, normalise(maps, signed=True)[0])   # fer_core.figures.overlay

One method a file in `methods`; `trust` asks whether a map deserves belief. TensorFlow backend only.
"""

from typing import Any

import numpy as np

from fer_core.errors import FerError
from fer_core.pictures.pixels import check_pixels
from fer_core.saliency.base import Method, create
from fer_core.saliency.completeness import Completeness
from fer_core.saliency.display import normalise, smooth
from fer_core.saliency.methods import METHODS
from fer_core.saliency.network import Network, network_for
from fer_core.saliency.targets import Difference, Target, target_weights

__all__ = [
    "METHODS",
    "Completeness",
    "Difference",
    "Method",
    "Network",
    "Target",
    "as_images",
    "complete_names",
    "explain",
    "get",
    "names",
    "network_for",
    "normalise",
    "promised",
    "smooth",
    "target_weights",
]


def names() -> list[str]:
    """Names of all methods, in the order of the screen."""
    return list(METHODS)


def get(name: str) -> type[Method]:
    """The class of a method: label, text, parameters, signed or not. Raises FerError for an unknown name."""
    if name not in METHODS:
        raise FerError(f"There is no method {name!r}; choose one of: {', '.join(METHODS)}.")
    return METHODS[name]


def explain(
    model: Any, images: np.ndarray, method: str = "gradient", target: Target = None, **parameters: Any
) -> np.ndarray:
    """Raw maps, f32 (N, H, W); signed where the method is signed.

    Args:
        model: keras.Model of raw pixels (N, H, W, 1); it is not changed, and may be in use by other threads.
        images: u8 or float, (N, H, W) or (N, H, W, 1), 0 to 255.
        method: one of `names()`.
        target: None for each image's predicted class, a class index, an int array (N,), or Difference(a, b) for "why
            a and not b". Logits are explained, never softmax outputs.
        parameters: the method's settings, see `get(method).parameters()`.

    An image's map does not depend on the images beside it, and the same seed gives the same map. Raises FerError for
    bad images, an unknown method, setting or target, and a rule on a network without activations.
    """
    chosen = create(get(method), parameters)
    plain = network_for(model)
    images = as_images(images, plain.size)
    network = network_for(model, chosen.rule)
    maps = chosen.maps(network, images, _weights(plain, images, target))
    return np.ascontiguousarray(maps, np.float32)


def complete_names() -> list[str]:
    """Names of the methods whose maps promise to add up to a difference in score."""
    return [name for name, cls in METHODS.items() if cls.promised is not Method.promised]


def promised(model: Any, images: np.ndarray, method: str, target: Target = None, **parameters: Any) -> np.ndarray:
    """What the maps of such a method must add up to, f32 (N,); arguments as for `explain`, FerError as there, and for
    a method that promises nothing."""
    chosen, plain = create(get(method), parameters), network_for(model)
    images = as_images(images, plain.size)
    found = chosen.promised(plain, images, _weights(plain, images, target))
    if found is None:
        raise FerError(f"{chosen.label} does not promise that its pixels add up to anything.")
    return found


def _weights(plain: Network, images: np.ndarray, target: Target) -> np.ndarray:
    """The target as weights; the network is asked only where the target is what it predicts."""
    logits = plain.logits(images) if target is None else np.zeros((len(images), plain.classes), np.float32)
    return target_weights(target, logits)


def as_images(images: np.ndarray, size: tuple[int, int] = (48, 48)) -> np.ndarray:
    """The images as f32 (N, H, W, 1), 0 to 255; raises FerError for another shape, other values, or none at all."""
    return check_pixels(images, size)[..., None]
