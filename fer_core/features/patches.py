"""Which pictures of a data set wake each filter of a layer, where in the picture, and which classes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from fer_core.errors import FerError
from fer_core.features.cache import once
from fer_core.features.layers import as_batch, find_layer, forward
from fer_core.labels import CLASSES
from fer_core.runtime import import_tensorflow

BATCH = 32


@dataclass(frozen=True)
class Top:
    """The pictures that wake one filter most, strongest first.

    Attributes:
        positions: i64 (K,), places in the scanned pictures.
        values: f32 (K,), the filter's greatest output on each.
        boxes: i64 (K, 4), (top, left, bottom, right) of the pixels that this output sees, the last two exclusive.
        patches: u8 (K, s, t), the pictures cut to the receptive field; what lies outside the picture is middle gray.
    """

    positions: np.ndarray
    values: np.ndarray
    boxes: np.ndarray
    patches: np.ndarray


class Scan:
    """One pass over pictures that keeps, for every filter of a layer, the strongest answers and the mean per class.

    One pass serves all filters. It can be stopped after any step and taken up again.

    Attributes:
        info: the layer.
        done, total: pictures seen, and to be seen.
    """

    def __init__(self, model: Any, layer: str, pixels: np.ndarray, labels: np.ndarray | None = None, k: int = 9):
        """pixels: u8 (N, h, w); labels: i8 (N,), -1 where unknown, or None; k: pictures kept per filter, 1 to 64.

        Raises FerError for an unknown layer, no pictures, labels of another number, or k out of range.
        """
        if len(pixels) == 0:
            raise FerError("There are no pictures to look through.")
        if labels is not None and len(labels) != len(pixels):
            raise FerError(f"{len(pixels)} pictures came with {len(labels)} labels.")
        if not 1 <= k <= 64:
            raise FerError(f"1 to 64 pictures can be kept per filter, not {k}.")
        self.info = find_layer(model, layer)
        self.done, self.total = 0, len(pixels)
        self._model, self._pixels, self._k = model, pixels, k
        self._labels = np.full(len(pixels), -1) if labels is None else np.asarray(labels)
        filters = self.info.filters
        self._kept = 2 * k  # more than asked for, since copies of one picture count once in the end
        self._values = np.full((filters, self._kept), -np.inf, np.float32)
        self._where = np.zeros((filters, self._kept), np.int64)
        self._places = np.zeros((filters, self._kept), np.int64)
        self._sums = np.zeros((len(CLASSES), filters))
        self._counts = np.zeros(len(CLASSES), np.int64)

    @property
    def finished(self) -> bool:
        """Whether all pictures have been seen."""
        return self.done >= self.total

    def step(self, batches: int = 1) -> float:
        """Looks at the next pictures, 32 a batch; returns the share done, 0 to 1."""
        run = _summary(self._model, self.info.name)
        for _ in range(batches):
            if self.finished:
                break
            end = min(self.done + BATCH, self.total)
            images = as_batch(self._model, self._pixels[self.done : end])
            greatest, place, mean = (tensor.numpy() for tensor in run(images))
            self._keep(greatest.T, place.T)
            self._count(mean, self._labels[self.done : end])
            self.done = end
        return self.done / self.total

    def top(self, filter: int) -> Top:
        """The filter's strongest pictures so far, pixel-identical ones once. Raises FerError for an unknown filter."""
        if not 0 <= filter < self.info.filters:
            raise FerError(f"{self.info.name} has filters 0 to {self.info.filters - 1}; there is no filter {filter}.")
        chosen, seen = [], set()
        for rank in range(self._kept):
            picture = self._pixels[self._where[filter, rank]].tobytes()
            if np.isfinite(self._values[filter, rank]) and picture not in seen:
                seen.add(picture)
                chosen.append(rank)
        chosen = chosen[: self._k]
        positions = self._where[filter, chosen]
        boxes = [self._box(int(place)) for place in self._places[filter, chosen]]
        return Top(
            positions=positions,
            values=self._values[filter, chosen],
            boxes=np.array([cut for cut, _ in boxes], np.int64).reshape(-1, 4),
            patches=np.array([_cut(self._pixels[p], whole) for p, (_, whole) in zip(positions, boxes, strict=True)]),
        )

    def class_means(self) -> tuple[np.ndarray, np.ndarray]:
        """(mean output over places and pictures f32 (7, filters), pictures seen i64 (7,)); NaN for a class unseen."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return (self._sums / self._counts[:, None]).astype(np.float32), self._counts.copy()

    def _keep(self, greatest: np.ndarray, place: np.ndarray) -> None:
        values = np.concatenate([self._values, greatest], axis=1)
        order = np.argsort(-values, axis=1, kind="stable")[:, : self._kept]
        numbers = np.broadcast_to(np.arange(self.done, self.done + greatest.shape[1]), greatest.shape)
        self._values = np.take_along_axis(values, order, 1)
        self._where = np.take_along_axis(np.concatenate([self._where, numbers], axis=1), order, 1)
        self._places = np.take_along_axis(np.concatenate([self._places, place], axis=1), order, 1)

    def _count(self, mean: np.ndarray, labels: np.ndarray) -> None:
        for label in range(len(CLASSES)):
            chosen = labels == label
            self._sums[label] += mean[chosen].sum(axis=0)
            self._counts[label] += chosen.sum()

    def _box(self, place: int) -> tuple[tuple[int, int, int, int], tuple[int, int, int, int]]:
        """(the field cut to the picture, the whole field), each (top, left, bottom, right)."""
        height, width = self._pixels.shape[1:3]
        field = self.info.field
        if field is None:
            return (0, 0, height, width), (0, 0, height, width)
        row, column = divmod(place, self.info.shape[1])
        return field.box(row, column, height, width), field.around(row, column)


def scan(
    model: Any,
    layer: str,
    pixels: np.ndarray,
    labels: np.ndarray | None = None,
    k: int = 9,
    progress: Callable[[float], object] | None = None,
) -> Scan:
    """A finished `Scan`; progress is called with the share done after each batch."""
    found = Scan(model, layer, pixels, labels, k)
    while not found.finished:
        share = found.step()
        if progress is not None:
            progress(share)
    return found


def top_patches(
    model: Any,
    layer: str,
    filter: int,
    pixels: np.ndarray,
    k: int = 9,
    progress: Callable[[float], object] | None = None,
) -> Top:
    """The k pictures u8 (N, h, w) that wake one filter most; for many filters of a layer make one `scan`."""
    return scan(model, layer, pixels, None, k, progress).top(filter)


def _summary(model: Any, layer: str) -> Callable[[Any], tuple[Any, Any, Any]]:
    """Compiled: pictures (N, h, w, 1) -> greatest output, its place (row * w + column), mean output; (N, C) each."""

    def make() -> Any:
        tf = import_tensorflow()
        run = forward(model, (layer,))

        @tf.function(input_signature=[tf.TensorSpec([None, *model.inputs[0].shape[1:]])], autograph=False)
        def summary(images: Any) -> tuple[Any, Any, Any]:
            out = run(images)[0]
            flat = tf.reshape(out, [tf.shape(out)[0], -1, out.shape[-1]])
            greatest = tf.reduce_max(flat, axis=1)
            return greatest, tf.argmax(flat, axis=1), tf.reduce_mean(flat, axis=1)

        return summary

    compiled: Callable[..., Any] = once(model, ("summary", layer), make)
    return compiled


def _cut(picture: np.ndarray, box: tuple[int, int, int, int]) -> np.ndarray:
    """The part of the picture in the box, which may reach beyond it, at most the picture's size; outside is gray."""
    height, width = picture.shape
    top, left, bottom, right = box
    if bottom - top >= height and right - left >= width:
        return picture
    out = np.full((bottom - top, right - left), 128, np.uint8)
    inside = picture[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)]
    y, x = max(-top, 0), max(-left, 0)
    out[y : y + inside.shape[0], x : x + inside.shape[1]] = inside
    return out
