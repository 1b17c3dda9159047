"""DeepLIFT by hand, and that its shares add up on networks of every kind."""

import numpy as np
import pytest

from fer_core.errors import FerError
from fer_core.runtime import import_keras
from fer_core.saliency import as_images, explain, get, network_for, promised
from fer_core.saliency.completeness import completeness
from fer_core.saliency.resize import shared_out
from tests.core.graphs import zoo

BLACK = {"baseline": "black"}


def complete(model, images, **settings):
    """Largest gap over images and two classes, as a share of the largest difference in score."""
    due = [promised(model, images, "deep_lift", target, **settings) for target in (1, 4)]
    sums = [explain(model, images, "deep_lift", target, **settings).sum(axis=(1, 2)) for target in (1, 4)]
    assert np.abs(due).max() > 1e-3
    return np.abs(np.subtract(sums, due)).max() / np.abs(due).max()


def test_the_rescale_rule_by_hand():
    model, (kernel, bias, head), image = zoo.tiny()
    x, b = image.ravel() / 100 - 1.0, np.full(4, -1.0)
    at_x, at_b = x @ kernel + bias, b @ kernel + bias
    assert (np.sign(at_x) != np.sign(at_b)).any()  # else it were the gradient's
    multiplier = (np.maximum(at_x, 0) - np.maximum(at_b, 0)) / (at_x - at_b)
    expected = (x - b) * (kernel @ (multiplier * head[:, 1]))
    np.testing.assert_allclose(explain(model, image, "deep_lift", 1, **BLACK).ravel(), expected, rtol=1e-4, atol=1e-6)


def test_of_a_maximum_the_rise_goes_to_its_winner_and_the_fall_to_the_other_pictures():
    """The largest of four pixels, times 2: against black it rose by its winner; against a brighter one it fell."""
    keras = import_keras()
    layers = keras.layers
    model = keras.Sequential([
        keras.Input((2, 2, 1)), layers.Conv2D(1, 1, use_bias=False), layers.MaxPooling2D(2), layers.Flatten(),
        layers.Dense(2, use_bias=False),
    ])  # fmt: skip
    network = network_for(model, "deeplift")
    model.set_weights([np.ones((1, 1, 1, 1)), np.array([[2.0, 0.0]])])
    picture = np.array([[[10, 40], [30, 20]]], np.float32)[..., None]
    brighter = np.array([[[50, 10], [90, 0]]], np.float32)[..., None]
    first = np.eye(2, dtype=np.float32)[:1]
    np.testing.assert_allclose(network.contrast(picture, 0 * picture, first)[0], [[0, 80], [0, 0]])
    np.testing.assert_allclose(network.contrast(picture, brighter, first)[0], [[0, 0], [2 * (40 - 90), 0]])


def test_a_product_is_shared_between_its_factors():
    """x (3x + 10): the change is shared as x b-bar + ..., which for one pixel is the whole difference, swish too."""
    keras = import_keras()
    layers = keras.layers
    inputs = keras.Input((1, 2, 1))
    x = layers.Conv2D(1, 1, use_bias=False, name="one")(inputs)
    y = layers.Multiply()([x, 3 * x + 10])
    model = keras.Model(inputs, layers.Dense(2, use_bias=False)(layers.Flatten()(y)))
    model.set_weights([np.ones((1, 1, 1, 1)), np.array([[1.0, 0.0], [1.0, 0.0]])])
    found = network_for(model, "deeplift").contrast(
        np.array([[[[4], [2]]]], np.float32), np.array([[[[1], [7]]]], np.float32), np.eye(2, dtype=np.float32)[:1]
    )
    np.testing.assert_allclose(found[0, 0], [4 * 22 - 1 * 13, 2 * 16 - 7 * 31], rtol=1e-5)


def test_two_factors_of_different_pictures_by_hand():
    """y = u v with u the first pixel and v the second: each change counts with the mean of the other."""
    keras = import_keras()
    layers = keras.layers
    inputs = keras.Input((1, 2, 1))
    x = layers.Conv2D(1, 1, use_bias=False)(inputs)
    y = layers.Multiply()([layers.Cropping2D(((0, 0), (0, 1)))(x), layers.Cropping2D(((0, 0), (1, 0)))(x)])
    model = keras.Model(inputs, layers.Dense(2, use_bias=False)(layers.Flatten()(y)))
    model.set_weights([np.ones((1, 1, 1, 1)), np.array([[1.0, 0.0]])])
    found = network_for(model, "deeplift").contrast(
        np.array([[[[4], [2]]]], np.float32), np.array([[[[1], [7]]]], np.float32), np.eye(2, dtype=np.float32)[:1]
    )
    np.testing.assert_allclose(found[0, 0], [(4 - 1) * (2 + 7) / 2, (2 - 7) * (4 + 1) / 2])


def everything(activation: str):
    """Biases, normalisations (one turned over), max pooling, a residual sum, a gate by multiplication, softmax head."""
    keras = import_keras()
    layers = keras.layers
    keras.utils.set_random_seed(8)
    inputs = keras.Input((12, 12, 1))
    x = layers.LayerNormalization(axis=(1, 2, 3), center=False, scale=False)(inputs)
    x = layers.Conv2D(6, 3, padding="same", bias_initializer="random_normal")(x)
    x = layers.Activation(activation)(layers.BatchNormalization(name="norm")(x))
    x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    y = layers.SeparableConv2D(6, 3, padding="same", activation=activation)(x)
    gate = layers.Dense(6, activation="sigmoid")(layers.GlobalMaxPooling2D(keepdims=True)(y))
    x = layers.Add()([x, layers.Multiply()([y, gate])])
    x = layers.Dense(9, activation="tanh")(layers.GlobalAveragePooling2D()(x))
    x = layers.maximum([x, layers.Dense(9)(x)])
    model = keras.Model(inputs, layers.Dense(7, activation="softmax")(x))
    norm = model.get_layer("norm")
    norm.gamma.assign([1.5, -0.8, 2.0, -1.2, 0.3, 1.0])
    norm.moving_mean.assign([0.1, -0.4, 0.0, 0.3, 0.2, -0.1])
    norm.moving_variance.assign([0.5, 2.0, 1.0, 3.0, 0.2, 0.7])
    return model


def test_one_picture_alone_is_promised_what_it_is_among_others():
    """Rules see pictures in pairs; the score of a single one is the network's own."""
    model = everything("relu")
    images = np.random.default_rng(5).integers(0, 256, (3, 12, 12), np.uint8)
    together = promised(model, images, "deep_lift", 2)
    alone = [promised(model, images[i : i + 1], "deep_lift", 2)[0] for i in range(3)]
    np.testing.assert_allclose(alone, together, rtol=1e-4, atol=1e-5)
    weights, nothing = np.eye(7, dtype=np.float32)[[2]], np.zeros((1, 12, 12), np.float32)
    (found,) = completeness(
        get("deep_lift")(), network_for(model, "deeplift"), as_images(images[:1], (12, 12)), weights, nothing
    )
    np.testing.assert_allclose(found.promised, together[0], rtol=1e-4)


@pytest.mark.parametrize(
    ("activation", "baseline"), [("relu", "mean"), ("selu", "blurred"), ("swish", "black"), ("gelu", "mean")]
)
def test_the_shares_add_up_with_everything_on_the_way(activation: str, baseline: str):
    assert complete(everything(activation), zoo.faces(4), baseline=baseline) < 1e-3


@pytest.mark.parametrize("name", [name for name in zoo.EXACT if name != "nested_twice"])
def test_the_shares_add_up_on_networks_of_every_kind(name: str):
    model, _ = zoo.build(name)
    before = network_for(model).logits(as_images(zoo.faces(), (12, 12)))
    assert complete(model, zoo.faces(), baseline="mean") < 1e-3
    rewritten = network_for(model, "deeplift").logits(as_images(zoo.faces(), (12, 12)))
    np.testing.assert_allclose(rewritten, before, rtol=1e-4, atol=1e-5)


def test_the_map_of_a_picture_against_itself_is_zero_and_of_a_difference_the_difference():
    from fer_core.saliency import Difference

    model = everything("relu")
    flat = np.full((1, 12, 12), 90, np.uint8)
    np.testing.assert_array_equal(explain(model, flat, "deep_lift", 2, baseline="mean"), 0)
    one, other = (explain(model, zoo.faces(), "deep_lift", k) for k in (2, 5))
    both = explain(model, zoo.faces(), "deep_lift", Difference(2, 5))
    np.testing.assert_allclose(both, one - other, rtol=1e-3, atol=1e-4 * np.abs(both).max())


def test_what_has_no_rule_is_refused_in_words():
    keras = import_keras()
    layers = keras.layers
    with pytest.raises(FerError, match="DeepLIFT shares out a logit"):
        explain(zoo.build("average_of_two")[0], zoo.faces(), "deep_lift")
    with pytest.raises(FerError, match="one place where the pixels enter"):
        explain(zoo.build("nested_twice")[0], zoo.faces(), "deep_lift")
    inputs = keras.Input((12, 12, 1))
    x = layers.Conv2D(3, 3, activation="relu")(inputs)
    inside = layers.LayerNormalization(name="inside")(x)
    attention = layers.Multiply()([layers.Softmax(axis=(1, 2), name="where")(x), x])
    for within, named in (
        (inside, r"inside \(LayerNormalization\)"),
        (attention, r"where \(Softmax\)"),
        (x / (x + 1), "Divide"),
    ):
        model = keras.Model(inputs, layers.Dense(7)(layers.Flatten()(within)))
        with pytest.raises(FerError, match=f"no rule of relevance for .*{named}"):
            explain(model, zoo.faces(), "deep_lift")


@pytest.mark.parametrize("size", [(12, 12), (30, 20), (7, 48), (100, 5)])
def test_shares_of_another_size_keep_their_sum_and_place(size: tuple[int, int]):
    maps = np.random.default_rng(0).normal(size=(2, 12, 20)).astype(np.float32)
    found = shared_out(maps, size)
    assert found.shape == (2, *size)
    np.testing.assert_allclose(found.sum(axis=(1, 2)), maps.sum(axis=(1, 2)), rtol=1e-4)
    corner = np.zeros((1, 12, 20), np.float32)
    corner[0, 0, -1] = 1
    rows, columns = np.nonzero(shared_out(corner, size)[0])
    assert rows.max() <= size[0] / 6 + 1 and columns.min() >= size[1] * 0.85 - 2
