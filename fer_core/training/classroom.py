"""A small network trained while people watch: after each epoch, all that changed.

Nothing is written. The same settings begin with the same weights and meet the pictures in the same order, so a
training can be replayed, and what differs between two trainings is what was set otherwise.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from fer_core.data.dataset import Dataset
from fer_core.errors import FerError
from fer_core.labels import CLASSES
from fer_core.languages import Sentence
from fer_core.models.preprocessing import normalisation_layers
from fer_core.runtime import import_keras
from fer_core.types import Floats, Integers

BATCH = 32
FILTERS = 8
MOST_EPOCHS = 40
RATES = {"tiny steps": 0.0001, "fair steps": 0.003, "giant steps": 0.1}
"""How far each batch moves the weights: name -> learning rate of Adam (Kingma and Ba 2015)."""


@dataclass(frozen=True)
class ClassroomSettings:
    """What the class may change. pictures: how many training pictures are used, the first ones. steps: a key of RATES.
    mirrored: whether half of the pictures, drawn by lot each time, are seen in the mirror. start: seed of the first
    weights and of the order."""

    pictures: int = 2800
    steps: str = "fair steps"
    mirrored: bool = False
    epochs: int = 15
    start: int = 0

    def __post_init__(self) -> None:
        if self.steps not in RATES:
            raise FerError(f"Steps are {', '.join(RATES)}, not {self.steps!r}.")
        if not (self.pictures >= BATCH and 1 <= self.epochs <= MOST_EPOCHS):
            raise FerError(f"A training here takes {BATCH} pictures or more and 1 to {MOST_EPOCHS} epochs.")


@dataclass(frozen=True)
class Epoch:
    """The network after an epoch; number 0 is before any training.

    accuracy, loss: on training pictures, as many as there are test pictures. test_accuracy, test_loss: on the test
    split; losses are mean cross-entropies in nats. classes: i64 (N,), its answers on the test split. filters:
    f32 (FILTERS, 7, 7), the weights of the first layer.
    """

    number: int
    accuracy: float
    loss: float
    test_accuracy: float
    test_loss: float
    classes: Integers
    filters: Floats


def network(start: int = 0) -> Any:
    """The untrained keras.Model, raw pixels (N, 48, 48, 1) in, (N, 7) probabilities out; 5,607 weights."""
    keras = import_keras()
    layers = keras.layers

    def weights(place: int) -> Any:  # seeded one by one: no other visitor's training shares their source
        return keras.initializers.GlorotUniform(seed=10 * start + place)

    inputs = keras.Input((48, 48, 1), name="pixels")
    x = inputs
    for layer in normalisation_layers("samplewise"):
        x = layer(x)
    x = layers.Conv2D(FILTERS, 7, activation="relu", kernel_initializer=weights(0), name="first")(x)
    x = layers.MaxPooling2D(3)(x)
    x = layers.Conv2D(2 * FILTERS, 3, activation="relu", kernel_initializer=weights(1), name="second")(x)
    x = layers.Flatten()(layers.MaxPooling2D(2)(x))
    outputs = layers.Dense(len(CLASSES), activation="softmax", kernel_initializer=weights(2), name="probabilities")(x)
    return keras.Model(inputs, outputs, name="classroom")


def epochs(
    settings: ClassroomSettings, dataset: Dataset, progress: Callable[[float], object] = lambda share: None
) -> Iterator[Epoch]:
    """Trains, and gives the network as it stands before the first epoch and after each; whoever stops asking ends it.

    Args:
        dataset: its splits "train" and "test" are used.
        progress: called after each batch with the share of the epoch that is done, 0 to 1.

    Raises FerError where the set has fewer training pictures than asked for, or no test pictures.
    """
    keras = import_keras()
    train, test = dataset.subset("train"), dataset.subset("test")
    if len(train) < settings.pictures or not len(test):
        raise FerError(
            f"{dataset.name} has {len(train):,} training and {len(test):,} test pictures; {settings.pictures:,} to "
            "train on are asked for."
        )
    x, y = _ready(train.pixels[: settings.pictures]), train.labels[: settings.pictures]
    seen, unseen = (x[: len(test)], y[: len(test)]), (_ready(test.pixels), test.labels)
    model = network(settings.start)
    model.compile(keras.optimizers.Adam(RATES[settings.steps]), "sparse_categorical_crossentropy")
    rng = np.random.default_rng(settings.start)
    yield _measured(model, 0, seen, unseen)
    for number in range(1, settings.epochs + 1):
        for rows, share in _shuffled(len(x), rng):
            batch = x[rows]
            if settings.mirrored:
                batch = np.where(rng.random((len(rows), 1, 1, 1)) < 0.5, batch[:, :, ::-1], batch)
            model.train_on_batch(batch, y[rows])
            progress(share)
        yield _measured(model, number, seen, unseen)


def _ready(pixels: np.ndarray) -> Floats:
    ready: Floats = pixels[..., None].astype(np.float32)
    return ready


def _shuffled(count: int, rng: np.random.Generator) -> Iterator[tuple[Integers, float]]:
    """Rows of each whole batch, with the share of them that is through afterwards."""
    order, batches = rng.permutation(count), count // BATCH  # one shape compiles once
    for k in range(batches):
        yield order[k * BATCH : (k + 1) * BATCH], (k + 1) / batches


def _measured(model: Any, number: int, seen: tuple[Floats, Integers], unseen: tuple[Floats, Integers]) -> Epoch:
    accuracy, loss, _ = _asked(model, *seen)
    test_accuracy, test_loss, classes = _asked(model, *unseen)
    kernel = np.asarray(model.get_layer("first").get_weights()[0], np.float32)
    return Epoch(number, accuracy, loss, test_accuracy, test_loss, classes, kernel[:, :, 0].transpose(2, 0, 1).copy())


def _asked(model: Any, x: Floats, y: Integers) -> tuple[float, float, Integers]:
    probabilities = np.asarray(model.predict_on_batch(x), np.float64)
    right = np.clip(probabilities[np.arange(len(y)), y], 1e-7, 1)
    classes: Integers = probabilities.argmax(axis=1)
    return float(np.mean(classes == y)), float(-np.log(right).mean()), classes


def verdict(film: list[Epoch]) -> str:
    """What a training came to, in one or two sentences for people who never trained a network.

    Raises FerError for no epoch.
    """
    if not film:
        raise FerError(Sentence("Nothing was trained yet."))
    first, last = film[0], film[-1]
    if last.number == 0:
        return Sentence(
            "Before any training it is right on {share:.0%} of the test faces; guessing by lot is right on {lot:.0%}.",
            share=first.test_accuracy,
            lot=1 / len(CLASSES),
        )
    best = max(film, key=lambda one: one.test_accuracy)
    after = Sentence(
        "After {epochs} it is right on {share:.0%} of faces that it never saw",
        epochs=Sentence.counted(last.number, "{count} epoch", "{count} epochs"),
        share=last.test_accuracy,
    )
    lot, count = 1 / len(CLASSES), len(last.classes)
    if last.test_accuracy < lot + 3 * (lot * (1 - lot) / count) ** 0.5:  # three standard errors of guessing
        return Sentence("{after}: no better than guessing. It has learned nothing.", after=after)
    words = Sentence("{after}, and on {own:.0%} of those that it trained on.", after=after, own=last.accuracy)
    if last.accuracy - last.test_accuracy > 0.15:
        return Sentence(
            "{said} It begins to learn its pictures by heart: what it knows of them helps less with new ones.",
            said=words,
        )
    if best.number == last.number:
        return Sentence("{said} It was still getting better.", said=words)
    return words
