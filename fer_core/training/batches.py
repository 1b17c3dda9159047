"""Training batches, augmented on the fly, reproducible from a seed even when training is taken up again."""

from collections.abc import Callable
from typing import Any

import numpy as np

from fer_core.data.augmentation import Augmentation, augment
from fer_core.runtime import import_keras
from fer_core.training.mixing import mix


def training_batches(
    pixels: np.ndarray,
    targets: np.ndarray,
    batch_size: int,
    augmentation: Augmentation | None,
    seed: int,
    teacher: Callable[[np.ndarray], np.ndarray] | None = None,
    teacher_share: float = 0.0,
    mixing: tuple[float, float] = (0.0, 0.0),
    weights: np.ndarray | None = None,
) -> Any:
    """A keras.utils.PyDataset of (f32 (B, 48, 48, 1) raw pixels, f32 (B, 7) targets).

    `targets` are f32 (N, 7), rows that sum to 1. They are given as they are, or with a teacher (u8 (B, 48, 48) ->
    probabilities f32 (B, 7)) as the mixture (1 - teacher_share) * target + teacher_share * teacher(the same augmented
    pictures).

    mixing: alphas of mixup and CutMix, see `fer_core.training.mixing.mix`; a teacher answers before pictures are mixed.
    weights: f32 (7,) of the classes; a third array f32 (B,) then weighs each picture's loss.

    Its attribute `epoch` decides order and augmentation; whoever runs the epochs sets it. The last, smaller batch of
    an epoch is dropped, so that every step has one shape: the pictures in it change from epoch to epoch.
    """
    keras = import_keras()
    batch_size = min(batch_size, len(pixels))

    base: Any = keras.utils.PyDataset

    class Batches(base):
        def __init__(self) -> None:
            super().__init__(workers=1)
            self.epoch = 0

        def __len__(self) -> int:
            return len(pixels) // batch_size

        def __getitem__(self, index: int) -> tuple[np.ndarray, ...]:
            order = np.random.default_rng([seed, self.epoch]).permutation(len(pixels))
            chosen = order[index * batch_size : (index + 1) * batch_size]
            x = pixels[chosen]
            if augmentation is not None:
                x = augment(x, augmentation, np.random.default_rng([seed, self.epoch, index]))
            y = targets[chosen]
            if teacher is not None:
                y = (1 - teacher_share) * y + teacher_share * teacher(x)
            if any(mixing):
                x, y = mix(x, y, *mixing, np.random.default_rng([seed, self.epoch, index, 1]))
            batch = x[..., None].astype(np.float32), y.astype(np.float32)
            return batch if weights is None else (*batch, (y @ weights).astype(np.float32))

    return Batches()
