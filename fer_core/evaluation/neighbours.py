"""Which pictures a network sees as alike: nearest neighbours in its last hidden layer."""

from collections.abc import Callable
from typing import Any

import numpy as np

from fer_core.errors import FerError
from fer_core.runtime import as_array, import_keras


def last_hidden(model: Any) -> Any:
    """A keras.Model from the same input to what enters the last Dense layer: (N, 48, 48, 1) -> (N, D).

    Raises FerError for a network without a Dense layer.
    """
    keras = import_keras()
    dense = [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)]
    if not dense:
        raise FerError(f"The network {model.name!r} has no Dense layer, so it has no last hidden layer to compare in.")
    return keras.Model(model.inputs, dense[-1].input)


def embed(
    model: Any,
    pixels: np.ndarray,
    batch: int = 256,
    progress: Callable[[float], object] | None = None,
) -> np.ndarray:
    """Unit vectors f32 (N, D): the last hidden layer's activations, each divided by its length.

    Args:
        model: keras.Model of a run, raw pixels in.
        pixels: u8 (N, 48, 48).
        batch: pictures at a time.
        progress: called with the share done, 0 to 1, after every batch.
    """
    return unit(hidden_vectors(last_hidden(model), pixels, batch, progress))


def hidden_vectors(
    hidden: Any,
    pixels: np.ndarray,
    batch: int = 256,
    progress: Callable[[float], object] | None = None,
) -> np.ndarray:
    """What a network of `last_hidden` gives, f32 (N, D); arguments as for `embed`. Whoever asks often keeps
    `hidden`: each new one is compiled anew."""
    parts = []
    for start in range(0, len(pixels), batch):
        part = pixels[start : start + batch].astype(np.float32)[..., None]
        # The last batch is filled up: one shape compiles once.
        filled = np.concatenate([part, np.zeros((batch - len(part), *part.shape[1:]), np.float32)])
        parts.append(np.asarray(as_array(hidden.predict_on_batch(filled)))[: len(part)].reshape(len(part), -1))
        if progress is not None:
            progress(min(1.0, (start + batch) / len(pixels)))
    return np.concatenate(parts)


def unit(vectors: np.ndarray) -> np.ndarray:
    """f32 (N, D) divided by their lengths; a zero vector stays zero."""
    vectors = np.asarray(vectors, np.float32)
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    result: np.ndarray = np.divide(vectors, length, out=np.zeros_like(vectors), where=length > 0)
    return result


def nearest(vectors: np.ndarray, which: int, count: int = 8) -> tuple[np.ndarray, np.ndarray]:
    """Positions i64 (K,) and cosine similarities f32 (K,) of the pictures most like picture `which`, itself left out.

    vectors: f32 (N, D), unit length. K is `count`, or N - 1 where there are fewer.
    """
    likeness = vectors @ vectors[which]
    likeness[which] = -np.inf
    count = min(count, len(vectors) - 1)
    if count < 1:
        return np.empty(0, np.int64), np.empty(0, np.float32)
    picked = np.argpartition(-likeness, count - 1)[:count]
    picked = picked[np.argsort(-likeness[picked], kind="stable")]
    return picked, likeness[picked]
