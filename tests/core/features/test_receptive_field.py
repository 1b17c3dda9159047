"""Receptive fields by hand, and against where a gradient really comes from."""

from typing import Any

import numpy as np
import pytest

from fer_core.features import ReceptiveField, layers, receptive_fields
from fer_core.models import build
from fer_core.runtime import import_keras, import_tensorflow


def test_report_network_by_hand():
    found = receptive_fields(build("report_cnn", width=0.1))
    one = (1, 1)
    assert found["block1_conv1"] == ReceptiveField((3, 3), one, (-1, -1))
    assert found["block1_conv2"] == ReceptiveField((5, 5), one, (-2, -2))
    assert found["block1_pool"] == ReceptiveField((6, 6), (2, 2), (-2, -2))  # 2 x 2 pool of 48 needs no padding
    assert found["block2_conv1"] == ReceptiveField((10, 10), (2, 2), (-4, -4))  # + 2 * 2
    assert found["block2_conv2"] == ReceptiveField((14, 14), (2, 2), (-6, -6))
    assert found["block3_conv2"].size == (32, 32)  # 16 after the pool, + 2 * 4 twice
    assert found["flatten"] is None and found["logits"] is None


def test_box_is_cut_to_the_picture():
    field = ReceptiveField((6, 4), (2, 1), (-2, -1))
    assert field.box(0, 0, 48, 48) == (0, 0, 4, 3)
    assert field.box(23, 47, 48, 48) == (44, 46, 48, 48)


def net(*steps: Any, side: int = 19) -> Any:
    """A chain with all weights 1, so that no gradient cancels."""
    keras = import_keras()
    inputs = x = keras.Input((side, side, 1))
    for step in steps:
        x = step(x)
    model = keras.Model(inputs, x)
    for layer in model.layers:
        layer.set_weights([np.ones_like(w) for w in layer.get_weights()])
    return model


def branches() -> Any:
    layers = import_keras().layers

    def split(x: Any) -> Any:
        a = layers.Conv2D(2, 3, padding="same", strides=2)(x)
        b = layers.Conv2D(2, 5, padding="same", strides=2)(x)
        gate = layers.Dense(2)(layers.GlobalAveragePooling2D(keepdims=True)(a))
        return layers.Concatenate()([layers.Multiply()([a, layers.Activation("sigmoid")(gate)]), b])

    return split


def chains() -> dict[str, list]:
    L = import_keras().layers
    return {
        "same": [L.Conv2D(2, 3, padding="same"), L.Conv2D(1, 5, padding="same")],
        "valid with strides": [L.Conv2D(2, 3, strides=2), L.Conv2D(1, 2, strides=2)],
        "same with strides on an odd side": [L.Conv2D(1, 3, strides=2, padding="same"), L.Conv2D(1, 2, padding="same")],
        "even kernel": [L.Conv2D(1, 4, padding="same"), L.AveragePooling2D(3, 2, padding="same")],
        "dilated": [L.Conv2D(1, 3, dilation_rate=3, padding="same")],
        "padded and cropped": [L.ZeroPadding2D(((2, 1), (0, 3))), L.Cropping2D(1), L.Conv2D(1, 3)],
        "separable": [L.SeparableConv2D(2, 3), L.DepthwiseConv2D((3, 1), padding="same")],
    }


@pytest.mark.parametrize("name", list(chains()))
def test_against_the_support_of_the_gradient(name: str):
    tf = import_tensorflow()
    model = net(*chains()[name])
    info = layers(model)[-1]
    images = tf.ones((1, 19, 19, 1))
    for row, column in ((0, 0), (info.shape[0] // 2, info.shape[1] // 2), (info.shape[0] - 1, info.shape[1] - 1)):
        with tf.GradientTape() as tape:
            tape.watch(images)
            value = model(images)[0, row, column, 0]
        rows, columns = np.nonzero(tape.gradient(value, images).numpy()[0, ..., 0])
        expected = (rows.min(), columns.min(), rows.max() + 1, columns.max() + 1)
        assert info.field.box(row, column, 19, 19) == expected


def test_branches_take_the_field_that_holds_both_and_gates_do_not_widen_it():
    info = layers(net(branches()))[-1]
    assert info.field == ReceptiveField((5, 5), (2, 2), (-2, -2))


def test_layers_say_shape_and_kind():
    first, *_, last = layers(build("report_cnn", width=0.1))
    assert (first.kind, first.shape, first.filters) == ("Rescaling", (48, 48, 1), 1)
    assert last.shape == (7,) and "the whole picture" in last.describe()
