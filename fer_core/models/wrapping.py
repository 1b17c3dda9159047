"""How a network from elsewhere is asked: what is done to a gray 48 x 48 picture before it, and to its answer after it.

Here in numpy, for networks that can only be called; `fer_core.importing.graph` builds the same of Keras layers.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from fer_core.errors import FerError
from fer_core.labels import CLASSES, class_index
from fer_core.models.preprocessing import standardise_samples

LEFT_OUT = "-"
"""Stands in `Wrapping.classes` for an output that has no counterpart among the seven."""

_OTHERS = (LEFT_OUT, "contempt", "contemptuous", "unknown", "other", "none", "uncertain", "non-face", "nf")
"""Outputs that other networks have and the seven classes have not."""

MEANS, DEVIATIONS = (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)
"""Of ImageNet's pixels, 0 to 255, red, green, blue: what pretrained networks' inputs are shifted and scaled by."""

SCALES = {
    "0..1": "pixels divided by 255",
    "-1..1": "pixels divided by 127.5, less 1",
    "0..255": "pixels as they are",
    "samplewise": "each picture to mean 0 and standard deviation 1",
    "imagenet": "each channel less ImageNet's mean, divided by its standard deviation",
    "imagenet-mean": "each channel less ImageNet's mean",
}
"""Name -> what is done to the pixels, 0 to 255. The last two differ from the others for colour networks only."""

OUTPUTS = {
    "softmax": "probabilities",
    "logits": "logits, turned into probabilities by softmax",
    "sigmoid": "a number from 0 to 1 for each class by itself, divided by their sum",
}
"""Name -> what a network gives, and what is done to it."""


@dataclass(frozen=True)
class Wrapping:
    """What lies between the seven classes' raw gray pixels and a network.

    Attributes:
        size: (height, width) it takes.
        channels: 1 or 3; gray goes into all three alike.
        scale: a key of SCALES.
        colour: "rgb" or "bgr", the order of its channels; tells only where the scale treats them differently.
        classes: for each output, its class in any of the usual words, or another word for one that is left out.
        output: a key of OUTPUTS.
        flat: whether it takes pictures as rows of numbers (N, height * width).
    """

    size: tuple[int, int]
    channels: int
    scale: str
    classes: tuple[str, ...]
    output: str
    colour: str = "rgb"
    flat: bool = False

    def __post_init__(self) -> None:
        for value, known, what in (
            (self.scale, SCALES, "scale"),
            (self.output, OUTPUTS, "kind of output"),
            (self.colour, ("rgb", "bgr"), "order of colours"),
        ):
            if value not in known:
                raise FerError(f"There is no {what} {value!r}; choose one of: {', '.join(known)}.")
        object.__setattr__(self, "classes", canonical_classes(self.classes))

    @property
    def shapes(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """What the network takes and gives, without the batch."""
        takes = (*self.size, self.channels)
        return (int(np.prod(takes)),) if self.flat else takes, (len(self.classes),)

    @property
    def outputs(self) -> tuple[int | None, ...]:
        """For each of the seven classes the network's output, None where it has none."""
        return tuple(self.classes.index(name) if name in self.classes else None for name in CLASSES)

    @property
    def missing(self) -> list[str]:
        """Classes that the network can't give; they score 0."""
        return [name for name, at in zip(CLASSES, self.outputs, strict=True) if at is None]

    @property
    def left_out(self) -> list[str]:
        """Outputs of the network that have no counterpart."""
        return [name for name in self.classes if name not in CLASSES]

    def channel_statistics(self) -> tuple[list[float], list[float]]:
        """(means, deviations) per channel that the scale takes away and divides by, on the 0 to 255 scale."""
        step = 1 if self.colour == "rgb" else -1
        means = list(MEANS[::step]) if self.channels == 3 else [sum(MEANS) / 3]
        deviations = list(DEVIATIONS[::step]) if self.channels == 3 else [sum(DEVIATIONS) / 3]
        return means, deviations if self.scale == "imagenet" else [1.0] * self.channels

    def prepare(self, pixels: np.ndarray) -> np.ndarray:
        """The network's input f32 (N, h, w, channels), flat (N, h * w * channels), from gray (N, 48, 48), 0 to 255."""
        import cv2

        height, width = self.size
        x = np.asarray(pixels, np.float32)
        if x.shape[1:] != (height, width) and len(x):
            x = np.stack([cv2.resize(one, (width, height), interpolation=cv2.INTER_LINEAR) for one in x])
        if self.scale == "samplewise":
            x = standardise_samples(x)
        x = np.repeat(x.reshape(-1, height, width, 1), self.channels, axis=-1)
        if self.scale == "0..1":
            x = x / np.float32(255)
        elif self.scale == "-1..1":
            x = x / np.float32(127.5) - 1
        elif self.scale.startswith("imagenet"):
            means, deviations = self.channel_statistics()
            less, by = np.array(means, np.float32), np.array(deviations, np.float32)
            x = (x - less) / by
        return x.reshape(len(x), -1) if self.flat else x

    def finish(self, outputs: np.ndarray) -> np.ndarray:
        """Probabilities f32 (N, 7) in our order from what the network gave, f32 (N, C)."""
        given = np.asarray(outputs, np.float64).reshape(len(outputs), -1)
        places = [at for at in self.outputs if at is not None]
        chosen = given[:, places]
        if self.output == "logits":
            chosen = np.exp(chosen - chosen.max(axis=1, keepdims=True))
        chosen = np.maximum(chosen, 1e-30)
        result = np.zeros((len(given), len(CLASSES)), np.float32)
        result[:, [i for i, at in enumerate(self.outputs) if at is not None]] = chosen / chosen.sum(1, keepdims=True)
        return result

    def sentences(self) -> list[str]:
        """How it is asked, in words, for the screen and run.json."""
        height, width = self.size
        said = []
        if self.size != (48, 48):
            said.append(f"pictures are resized from 48 x 48 to {width} x {height} (bilinear)")
        if self.channels == 3:
            said.append(f"gray is put into all three channels ({self.colour})")
        said.append(SCALES[self.scale])
        said.append(f"its {len(self.classes)} outputs are read as {', '.join(self.classes)}")
        said.append(f"it gives {OUTPUTS[self.output]}")
        if self.left_out:
            said.append(f"{', '.join(self.left_out)} is left out, and the rest made to add up to 1 again")
        if self.missing:
            said.append(f"{', '.join(self.missing)} it does not know: always 0")
        return said

    def to_json(self) -> dict[str, Any]:
        """As run.json keeps it."""
        return {**asdict(self), "size": list(self.size), "classes": list(self.classes)}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Wrapping":
        """From run.json. Raises FerError where it is none."""
        try:
            return cls(**{**kept, "size": tuple(kept["size"]), "classes": tuple(kept["classes"])})
        except (TypeError, KeyError) as error:
            raise FerError(f"run.json tells in no readable way how the network is asked ({error}).") from None


def canonical_classes(words: tuple[str, ...] | list[str]) -> tuple[str, ...]:
    """The classes' names for words such as "anger"; names of outputs without a counterpart stay.

    Raises FerError for a word that is neither, for a class named twice, and for fewer than two of the seven.
    """
    names = []
    for word in words:
        try:
            names.append(CLASSES[class_index(word)])
        except KeyError:
            if word.strip().lower() not in _OTHERS:
                raise FerError(
                    f"{word!r} is none of {', '.join(CLASSES)}; write {LEFT_OUT!r} for an output to be left out."
                ) from None
            names.append(word.strip().lower())
    known = [name for name in names if name in CLASSES]
    twice = sorted({name for name in known if known.count(name) > 1})
    if twice:
        raise FerError(f"{twice[0]} is named twice; each class belongs to one output.")
    if len(known) < 2:
        raise FerError(f"Of the seven classes a network must know two at least, not {', '.join(known) or 'none'}.")
    return tuple(names)
