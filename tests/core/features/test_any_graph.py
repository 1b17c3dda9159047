"""Filters, receptive fields and class pictures of whatever graph somebody brings, against the model itself."""

import gc
import weakref
from typing import Any

import numpy as np
import pytest

from fer_core.errors import FerError
from fer_core.features import Ascent, ClassLogit, FilterMean, Settings, activations, find_layer, layers, scan
from fer_core.features.scoring import scores
from fer_core.runtime import import_keras, import_tensorflow
from tests.core.graphs import zoo

ALL = [*zoo.EXACT, *zoo.LOGARITHMS]


def pixels(count: int = 3) -> np.ndarray:
    return zoo.faces(count)[..., None].astype(np.float32)


@pytest.mark.parametrize("name", ALL)
def test_class_pictures_make_the_explained_score_great(name: str):
    model, explained = zoo.build(name)
    found = scores(model, [ClassLogit(2), ClassLogit(5)], zoo.faces())
    expected = np.asarray(explained(pixels()))[:, [2, 5]].T
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)
    ascent = Ascent(model, [ClassLogit(2), ClassLogit(5)], Settings())
    ascent.step(3)
    grown = np.asarray(explained(ascent.images()[..., None]))
    np.testing.assert_allclose(ascent.scores(), [grown[0, 2], grown[1, 5]], rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("name", ALL)
def test_every_layer_answers_and_its_filters_can_be_pictured(name: str):
    model, _ = zoo.build(name)
    found = layers(model)
    assert found and len({info.name for info in found}) == len(found)
    for info in found:
        out = activations(model, info.name, zoo.faces())
        assert out.shape[-1] == info.filters and out.dtype == np.float32
        if info.is_convolution:
            ascent = Ascent(model, [FilterMean(info.name, info.filters - 1)], Settings())
            ascent.step(1)
            mean = activations(model, info.name, ascent.images())[..., -1].mean()
            assert ascent.scores()[0] == pytest.approx(mean, rel=1e-3, abs=1e-4)


def test_a_layer_used_twice_gives_both_of_its_outputs():
    keras = import_keras()
    model, _ = zoo.build("shared")
    by_hand = pixels() / 255.0
    for name in ("first", "twice"):
        by_hand = model.get_layer(name)(by_hand)
    np.testing.assert_allclose(activations(model, "twice", zoo.faces()), by_hand, rtol=1e-4, atol=1e-5)
    again = model.get_layer("twice")(keras.ops.average_pool(by_hand, 2))
    np.testing.assert_allclose(activations(model, "twice (2)", zoo.faces()), again, rtol=1e-4, atol=1e-5)


def test_a_backbone_inside_has_its_convolutions():
    model, _ = zoo.build("nested")
    inside = model.get_layer("backbone").get_layer("conv1")
    by_hand = inside(np.repeat(pixels() / 255.0, 3, axis=-1))
    np.testing.assert_allclose(activations(model, "conv1", zoo.faces()), by_hand, rtol=1e-4, atol=1e-5)
    assert find_layer(model, "conv2").is_convolution and find_layer(model, "conv2").sees() == "5 × 5 pixels"


def test_operators_do_not_hide_what_a_place_sees():
    model, _ = zoo.build("operators")
    by_kind = [(info.kind, info.field and info.field.size, info.known) for info in layers(model)]
    assert by_kind[0] == ("TrueDivide", (1, 1), True) or by_kind[0] == ("Divide", (1, 1), True)
    sizes = {info.name: info.field and info.field.size for info in layers(model)}
    assert sizes["conv1"] == (3, 3) and sizes["conv2"] == (5, 5)
    added = next(info for info in layers(model) if info.kind == "Add")
    assert added.field is not None and added.field.size == (5, 5)
    assert next(info for info in layers(model) if info.kind == "Mean").sees() == "the whole picture"


def enlarging() -> dict[str, list[Any]]:
    L = import_keras().layers
    ones = {"kernel_initializer": "ones"}
    return {
        "enlarged": [L.Resizing(25, 25), L.Conv2D(1, 3, **ones)],
        "shrunk": [L.Resizing(11, 11), L.Conv2D(1, 3, padding="same", **ones)],
        "nearest": [L.Conv2D(1, 3, **ones), L.UpSampling2D(2), L.Conv2D(1, 2, **ones)],
        "bilinear": [L.AveragePooling2D(2), L.UpSampling2D(3, interpolation="bilinear")],
        "transposed": [L.Conv2DTranspose(1, 3, strides=2, padding="same", **ones)],
        "transposed, whole": [L.Conv2D(1, 2, strides=2, **ones), L.Conv2DTranspose(1, 4, strides=2, **ones)],
        "random": [L.Conv2D(1, 3, **ones), L.RandomBrightness(0.5), L.RandomFlip()],
    }


@pytest.mark.parametrize("name", list(enlarging()))
def test_what_is_seen_through_enlarging_layers_holds_the_gradients_support(name: str):
    """And is at most some pixels larger, for places differ."""
    keras, tf = import_keras(), import_tensorflow()
    x = inputs = keras.Input((19, 19, 1))
    for step in enlarging()[name]:
        x = step(x)
    model = keras.Model(inputs, x)
    info = layers(model)[-1]
    images = tf.constant(np.random.default_rng(0).uniform(1, 2, (1, 19, 19, 1)), tf.float32)
    assert info.known and info.field is not None
    for row, column in [(0, 0), (1, 4), (info.shape[0] // 2, 3), (info.shape[0] - 1, info.shape[1] - 1)]:
        with tf.GradientTape() as tape:
            tape.watch(images)
            value = model(images, training=False)[0, row, column, 0]
        rows, columns = np.nonzero(tape.gradient(value, images).numpy()[0, ..., 0])
        top, left, bottom, right = info.field.box(row, column, 19, 19)
        assert top <= rows.min() and rows.max() < bottom and left <= columns.min() and columns.max() < right
        assert (bottom - top) - (rows.max() + 1 - rows.min()) <= 5
    shown = scan(model, info.name, np.random.default_rng(1).integers(0, 256, (5, 19, 19)).astype(np.uint8)).top(0)
    assert len({patch.shape for patch in shown.patches}) == 1


def test_what_is_not_known_is_said():
    keras = import_keras()
    inputs = keras.Input((12, 12, 1))
    x = keras.ops.flip(keras.layers.Conv2D(2, 3)(inputs), axis=2)
    model = keras.Model(inputs, keras.layers.GlobalAveragePooling2D()(keras.layers.Conv2D(2, 3, name="behind")(x)))
    assert find_layer(model, "behind").sees() == "a part of the picture that isn't known"
    assert layers(model)[-1].sees() == "the whole picture"


def test_several_inputs_are_refused_in_words():
    keras = import_keras()
    a, b = keras.Input((12, 12, 1)), keras.Input((12, 12, 1))
    two = keras.Model([a, b], keras.layers.Conv2D(2, 3)(keras.layers.Add()([a, b])))
    with pytest.raises(FerError, match="one input can be looked into, not of 2"):
        layers(two)


def test_looking_lets_go_of_a_model_nobody_holds():
    model, explained = zoo.build("nested")
    activations(model, "conv1", zoo.faces())
    Ascent(model, [ClassLogit(1)], Settings()).step(1)
    watch = weakref.ref(model)
    del model, explained
    gc.collect()
    assert watch() is None
