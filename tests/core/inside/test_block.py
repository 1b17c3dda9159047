"""A block's arithmetic at one place: worked out by hand, and equal to the layer's output at every place."""

from typing import Any

import numpy as np
import pytest

from fer_core.errors import FerError
from fer_core.inside import block_of
from fer_core.inside.flow import outputs
from fer_core.runtime import import_keras

SIZE = (7, 10)  # odd and even, not square


def picture() -> np.ndarray:
    return np.random.default_rng(3).integers(0, 256, SIZE, dtype=np.uint8)


def model(*make: Any) -> Any:
    """A chain of layers on a picture of SIZE, with all weights random: no bias is 0, no variance 1."""
    keras = import_keras()
    x = last = keras.Input((*SIZE, 1), name="pixels")
    for one in make:
        last = one(last)
    made = keras.Model(x, last)
    rng = np.random.default_rng(8)
    for weight in made.weights:
        low = 0.2 if "variance" in weight.path else -1.0
        weight.assign(rng.uniform(low, 1.0, weight.shape))
    return made


def layers() -> Any:
    return import_keras().layers


def check(made: Any, layer: str, last: str | None = None) -> Any:
    """Every unit at every place is what the network computes."""
    found = outputs(made, picture())
    expected = found[last or layer]
    expected = expected.reshape(1, 1, -1) if expected.ndim == 1 else expected
    unit = 0
    while unit < expected.shape[2]:
        block = block_of(made, layer, picture(), unit)
        own = expected[..., block.units]
        np.testing.assert_allclose(block.computed(), own, rtol=2e-4, atol=2e-4 * max(1.0, np.abs(own).max()))
        assert all(step.kind != "given" for step in block.steps) and block.operation.kind != "given"
        unit += len(block.units)
    return block


def first() -> Any:
    return layers().Rescaling(1 / 51, -2.0, name="rescale")


def test_a_patch_times_the_kernel_plus_the_bias_by_hand() -> None:
    made = model(layers().Conv2D(2, (3, 2), strides=(2, 1), name="conv"))
    image, (kernel, bias) = picture().astype(float), made.get_layer("conv").get_weights()
    place = block_of(made, "conv", picture(), 1).at(0, 2, 4)
    assert place.patch is not None and place.products is not None
    np.testing.assert_array_equal(place.patch[..., 0], image[4:7, 4:6])
    np.testing.assert_allclose(place.products[..., 0], image[4:7, 4:6] * kernel[:, :, 0, 1])
    assert place.total == pytest.approx(float((image[4:7, 4:6] * kernel[:, :, 0, 1]).sum()))
    assert place.result == pytest.approx(place.total + float(bias[1])) and place.bias == pytest.approx(float(bias[1]))


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("strides", [1, 2, (3, 2)])
@pytest.mark.parametrize("size", [(3, 3), (2, 4), (1, 5)])
def test_convolutions_of_all_paddings_and_strides(padding: str, strides: Any, size: tuple[int, int]) -> None:
    conv = layers().Conv2D(2, size, strides, padding, use_bias=size != (2, 4), name="conv")
    check(model(first(), layers().Conv2D(3, 2, name="before"), conv), "conv")


def test_dilation_groups_depthwise_and_separable() -> None:
    start = [first(), layers().Conv2D(4, 2, padding="same", activation="relu", name="before")]
    check(model(*start, layers().Conv2D(2, 3, dilation_rate=(2, 3), padding="same", name="one")), "one")
    block = check(model(*start, layers().Conv2D(4, 3, groups=2, name="one")), "one")
    assert block.operation.channels.tolist() == [2, 3]
    block = check(model(*start, layers().DepthwiseConv2D(3, depth_multiplier=2, padding="same", name="one")), "one")
    assert block.operation.channels.tolist() == [3] and block.units.tolist() == [7]
    check(
        model(*start, layers().SeparableConv2D(3, 3, strides=2, padding="same", depth_multiplier=2, name="one")), "one"
    )


@pytest.mark.parametrize("function", ["relu", "selu", "elu", "tanh", "sigmoid", "softplus", "silu", "linear"])
def test_normalisation_and_activation_after_it(function: str) -> None:
    made = model(
        first(), layers().Conv2D(3, 3, name="conv", use_bias=False), layers().BatchNormalization(name="norm"),
        layers().Activation(function, name="act"), layers().Dropout(0.5, name="drop"), layers().MaxPooling2D(2),
    )  # fmt: skip
    for name in ("conv", "norm", "act", "drop"):  # whichever of the block is chosen
        block = check(made, name, "drop")
        assert [step.name for step in block.steps] == ["norm", "act", "drop"]
    inner = layers().Conv2D(3, 3, name="conv", activation=function)
    check(model(first(), inner, layers().BatchNormalization(name="norm", scale=False)), "conv", "norm")


def test_the_two_normalisations_of_the_pixels() -> None:
    rng = np.random.default_rng(4)
    mean, variance = rng.uniform(50, 99, (*SIZE, 1)), rng.uniform(1, 9, (*SIZE, 1))
    made = model(
        layers().LayerNormalization(axis=(1, 2, 3), epsilon=1e-5, center=False, scale=False, name="samplewise"),
        layers().Normalization(axis=(1, 2, 3), mean=mean, variance=variance, name="featurewise"),
        layers().ReLU(4.0, 0.1, 0.2, name="relu"), layers().LeakyReLU(0.3, name="leaky"),
        layers().LayerNormalization(axis=-1, name="last"),
    )  # fmt: skip
    block = block_of(made, "featurewise", picture(), 0)
    np.testing.assert_allclose(block.computed(), block.output, rtol=1e-3, atol=1e-3)
    assert [step.kind for step in block.steps] == ["normalise", "normalise", "function", "function", "normalise"]


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("kind", ["MaxPooling2D", "AveragePooling2D"])
def test_pooling(kind: str, padding: str) -> None:
    start = [first(), layers().Conv2D(3, 2, name="before")]
    check(model(*start, getattr(layers(), kind)((2, 3), (2, 2), padding, name="pool")), "pool")


def test_dense_sums_say_where_their_inputs_come_from_and_the_softmax_follows() -> None:
    made = model(
        first(), layers().Conv2D(3, 3, strides=2, name="before"), layers().Flatten(name="flat"),
        layers().Dropout(0.2), layers().Dense(5, name="hidden", activation="selu"),
        layers().BatchNormalization(name="norm"), layers().Dense(7, name="logits"),
        layers().Activation("softmax", name="probabilities"),
    )  # fmt: skip
    block = check(made, "hidden", "norm")
    assert block.operation.flattened == (3, 4, 3) and block.units.tolist() == [0, 1, 2, 3, 4]
    block = check(made, "logits", "probabilities")
    assert block.computed().sum() == pytest.approx(1.0)
    built_in = model(first(), layers().GlobalMaxPooling2D(), layers().Dense(7, activation="softmax", name="out"))
    check(built_in, "out")


def test_gates_and_shortcuts() -> None:
    keras = import_keras()
    x = keras.Input((*SIZE, 1), name="pixels")
    a = layers().Conv2D(4, 3, padding="same", name="a")(layers().Rescaling(1 / 255)(x))
    s = layers().GlobalAveragePooling2D(keepdims=True, name="squeeze")(a)
    s = layers().Dense(4, activation="sigmoid", name="gate")(s)
    b = layers().Multiply(name="scaled")([a, s])
    c = layers().Add(name="sum")([b, a])
    made = keras.Model(x, layers().Dense(2, name="out")(layers().Flatten()(c)))
    for name in ("squeeze", "gate", "scaled", "sum"):
        check(made, name)
    place = block_of(made, "sum", picture(), 2).at(0, 3, 4)
    found = outputs(made, picture())
    np.testing.assert_allclose(place.patch, [found["scaled"][3, 4, 2], found["a"][3, 4, 2]])


def test_what_is_not_known_is_the_networks_own_number() -> None:
    def relu(x: Any) -> Any:  # called as a function that it is not
        return 2 * x

    made = model(first(), layers().Conv2D(2, 3, activation=relu, name="conv"), layers().UpSampling2D(2, name="up"))
    block = block_of(made, "conv", picture(), 1)
    assert block.steps[0].kind == "given"
    np.testing.assert_allclose(block.computed(), block.output)
    assert block_of(made, "up", picture(), 1).operation.kind == "given"


def test_wrong_units_and_layers_are_sentences() -> None:
    made = model(first(), layers().Conv2D(2, 3, name="conv"))
    with pytest.raises(FerError, match="filters 0 to 1"):
        block_of(made, "conv", picture(), 2)
    with pytest.raises(FerError, match="no layer 'conv9'"):
        block_of(made, "conv9", picture(), 0)


def test_a_softmax_layer_is_a_step_where_it_runs_over_the_channels() -> None:
    made = model(first(), layers().Conv2D(3, 2, name="conv"), layers().Softmax(name="shares"))
    block = check(made, "conv", "shares")
    assert [step.kind for step in block.steps] == ["softmax"] and block.steps[0].layer == "Softmax"
    across = model(first(), layers().Conv2D(3, 2, name="conv"), layers().Softmax(axis=1, name="shares"))
    assert [step.kind for step in block_of(across, "conv", picture(), 0).steps] == ["given"]


def test_a_normalisation_over_the_channels_has_a_mean_and_a_spread_for_each_place() -> None:
    made = model(first(), layers().Conv2D(3, 2, name="conv"), layers().LayerNormalization(axis=-1, name="norm"))
    block = check(made, "conv", "norm")
    height, width = block.output.shape[:2]
    assert block.steps[0].numbers["variance"].shape[:2] == (height, width)
