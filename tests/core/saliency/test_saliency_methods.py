"""Values of the methods that are more than one gradient."""

import numpy as np
import pytest

from fer_core.runtime import import_keras
from fer_core.saliency import Difference, complete_names, explain, network_for, normalise, promised, smooth
from fer_core.saliency.hiding import filled, windows
from fer_core.saliency.methods import METHODS
from fer_core.saliency.network import Network
from fer_core.saliency.resize import enlarge


def linear(kernel, size=8):
    keras = import_keras()
    model = keras.Sequential([keras.Input((size, size, 1)), keras.layers.Flatten(), keras.layers.Dense(2)])
    model.set_weights([kernel, np.zeros(2)])
    return model


@pytest.mark.parametrize("baseline", ["blurred", "black", "mean"])
def test_integrated_gradients_add_up(baseline, selu, images):
    network = network_for(selu)
    pixels, weights = images[..., None].astype(np.float32), np.eye(7, dtype=np.float32)[[2] * 5]
    maps = explain(selu, images, "integrated_gradients", 2, baseline=baseline)
    difference = network.score(pixels, weights) - network.score(filled(pixels, baseline), weights)
    np.testing.assert_allclose(maps.sum(axis=(1, 2)), difference, rtol=0.01)
    np.testing.assert_allclose(promised(selu, images, "integrated_gradients", 2, baseline=baseline), difference)


@pytest.mark.parametrize("activation", ["selu", "relu"])
@pytest.mark.parametrize("baseline", ["blurred", "black", "mean"])
def test_integrated_gradients_add_up_behind_samplewise_normalisation(baseline, activation, images):
    """From an even gray all happens within the first thousandth of the way, where evenly spaced places are not."""
    keras = import_keras()
    layers = keras.layers
    keras.utils.set_random_seed(11)
    model = keras.Sequential([
        keras.Input((48, 48, 1)),
        layers.LayerNormalization(axis=(1, 2, 3), epsilon=1e-5, center=False, scale=False),
        layers.Conv2D(6, 5, strides=2, activation=activation), layers.Conv2D(8, 5, strides=2, activation=activation),
        layers.Flatten(), layers.Dense(7),
    ])  # fmt: skip
    due = promised(model, images, "integrated_gradients", 2, baseline=baseline)
    found = explain(model, images, "integrated_gradients", 2, baseline=baseline).sum(axis=(1, 2))
    np.testing.assert_allclose(found, due, rtol=0.01, atol=1e-3)


def test_integrated_gradients_are_the_integral_of_a_plain_tape(selu, images):
    """Against 1,000 midpoints, pixel by pixel."""
    pixels, weights = images[:1, ..., None].astype(np.float32), np.eye(7, dtype=np.float32)[[2] * 1000]
    empty = filled(pixels, "blurred")
    path = empty + ((np.arange(1000) + 0.5) / 1000).astype(np.float32)[:, None, None, None] * (pixels - empty)
    expected = network_for(selu).gradient(path, weights).mean(axis=0) * (pixels - empty)[0, ..., 0]
    found = explain(selu, images[:1], "integrated_gradients", 2)[0]
    np.testing.assert_allclose(found, expected, atol=0.05 * np.abs(expected).max())
    assert np.corrcoef(found.ravel(), expected.ravel())[0, 1] > 0.999


def test_an_even_gray_has_the_score_of_black_where_the_network_takes_brightness_out(images):
    """Means of float32 are off by a step in the last place, of which a standardisation made hundredths of a logit."""
    keras = import_keras()
    keras.utils.set_random_seed(2)
    model = keras.Sequential([
        keras.Input((48, 48, 1)), keras.layers.LayerNormalization(axis=(1, 2, 3), epsilon=1e-9, center=False),
        keras.layers.Flatten(), keras.layers.Dense(7, kernel_initializer="ones"),
    ])  # fmt: skip
    pictures = images[..., None].astype(np.float32)
    found = network_for(model).logits(filled(pictures, "mean"))
    np.testing.assert_allclose(found, network_for(model).logits(0 * pictures), atol=1e-4)
    assert np.abs(filled(pictures, "mean")[:, 0, 0, 0] - images.mean(axis=(1, 2))).max() <= 0.125


def test_no_more_gradients_are_computed_than_allowed(selu, images):
    class Counting:
        size, asked = (48, 48), 0

        def gradient(self, pictures, weights):
            self.asked += len(pictures)
            return network_for(selu).gradient(pictures, weights)

        def score(self, pictures, weights):
            return network_for(selu).score(pictures, weights)

    for most in (2, 3, 60, 61):
        network = Counting()
        pixels = images[:1, ..., None].astype(np.float32)
        METHODS["integrated_gradients"](steps=most, baseline="mean").maps(network, pixels, np.eye(7)[[2]])
        assert 2 <= network.asked <= most


def test_only_methods_that_share_out_a_difference_promise_a_sum(selu, images):
    assert complete_names() == ["integrated_gradients", "expected_gradients", "deep_lift"]
    with pytest.raises(ValueError, match="Grad-CAM does not promise"):
        promised(selu, images, "grad_cam", 2)


def test_smoothgrad_and_vargrad_are_mean_and_variance_of_the_noisy_gradients(selu, images):
    sigma = 0.1 * (float(images[0].max()) - float(images[0].min()))
    z = np.random.default_rng(7).standard_normal((6, 48, 48, 1), dtype=np.float32)
    copies = images[0, ..., None] + sigma * z
    gradients = network_for(selu).gradient(copies, np.eye(7, dtype=np.float32)[[3] * 6])
    settings = {"samples": 6, "noise": 0.1, "seed": 7}
    np.testing.assert_allclose(explain(selu, images[:1], "smoothgrad", 3, **settings)[0], gradients.mean(0), atol=1e-7)
    np.testing.assert_allclose(
        explain(selu, images[:1], "vargrad", 3, **settings)[0], gradients.var(0), rtol=1e-2, atol=1e-12
    )


def test_occlusion_of_a_linear_network_by_hand():
    kernel = np.random.default_rng(0).normal(size=(64, 2)).astype(np.float32)
    image = np.random.default_rng(1).integers(0, 256, (1, 8, 8)).astype(np.uint8)
    found = explain(linear(kernel), image, "occlusion", 1, size=4, stride=4, fill="black")[0]
    parts = kernel[:, 1].reshape(8, 8) * image[0]
    by_patch = parts.reshape(2, 4, 2, 4).sum(axis=(1, 3))
    np.testing.assert_allclose(found, by_patch.repeat(4, 0).repeat(4, 1), rtol=1e-3, atol=1e-2)


def test_rise_finds_the_only_place_that_counts():
    kernel = np.zeros((64, 2), np.float32)
    kernel[5 * 8 + 2, 0] = 1
    image = np.full((1, 8, 8), 200, np.uint8)
    found = explain(linear(kernel), image, "rise", 0, masks=600, cells=4, fill="black")[0]
    assert np.unravel_index(found.argmax(), found.shape) == (5, 2)


def test_score_cam_of_one_channel_is_that_channel():
    keras = import_keras()
    layers = keras.layers
    keras.utils.set_random_seed(2)
    convolution = layers.Conv2D(1, 3, padding="same", activation="relu", name="only")
    model = keras.Sequential([keras.Input((8, 8, 1)), convolution, layers.Flatten(), layers.Dense(3)])
    image = np.random.default_rng(1).integers(0, 256, (1, 8, 8)).astype(np.uint8)
    channel = network_for(model).features(image[..., None].astype(np.float32), np.eye(3, dtype=np.float32)[[1]])[0]
    assert channel.max() > 0
    np.testing.assert_allclose(explain(model, image, "score_cam", 1), channel[..., 0], rtol=1e-5)


def test_grad_cam_by_hand():
    features = np.array([[[[1.0, 2.0], [3.0, 0.0]]]], np.float32)  # (1, 1, 2, 2)
    gradients = np.array([[[[1.0, -1.0], [3.0, -1.0]]]], np.float32)
    # channel weights 2 and -1; places 1*2 - 2*1 = 0 and 3*2 - 0 = 6
    np.testing.assert_allclose(METHODS["grad_cam"].coarse(features, gradients), [[[0, 6]]])
    np.testing.assert_allclose(METHODS["layer_cam"].coarse(features, gradients), [[[1, 9]]])


def test_the_other_activation_maps_by_hand():
    features = np.array([[[[1.0, 2.0], [3.0, 0.0]]]], np.float32)  # (1, 1, 2, 2)
    gradients = np.array([[[[1.0, -1.0], [3.0, -1.0]]]], np.float32)
    # 1*1 - 1*2 and 3*3 - 1*0
    np.testing.assert_allclose(METHODS["hires_cam"].coarse(features, gradients), [[[-1, 9]]])
    # weights (1*1 + 3*3) / 4 = 2.5 and (-1*2 + 0) / 2 = -1; places 2.5 - 2 and 7.5
    np.testing.assert_allclose(METHODS["xgrad_cam"].coarse(features, gradients), [[[0.5, 7.5]]])
    # A'A = [[10, 2], [2, 4]] has the eigenvalue 7 + sqrt(13), its vector (2, sqrt(13) - 3) to scale
    first = np.array([2, np.sqrt(13) - 3]) / np.hypot(2, np.sqrt(13) - 3)
    expected = [first[0] + 2 * first[1], 3 * first[0]]
    np.testing.assert_allclose(METHODS["eigen_cam"].coarse(features, gradients), [[expected]], rtol=1e-5)
    np.testing.assert_allclose(METHODS["eigen_cam"].coarse(-features, 0 * gradients), [[expected]], rtol=1e-5)
    silent = np.array([[[[1.0], [-1.0]]]], np.float32)  # adds up to nothing: no weight
    np.testing.assert_allclose(METHODS["xgrad_cam"].coarse(silent, silent), [[[0, 0]]])


def test_hires_cam_shares_out_the_logit_where_one_dense_layer_follows():
    keras = import_keras()
    layers = keras.layers
    keras.utils.set_random_seed(4)
    convolution = layers.Conv2D(3, 3, strides=2, padding="same", activation="selu", name="only")
    dense = layers.Dense(3, bias_initializer="normal")
    model = keras.Sequential([keras.Input((8, 8, 1)), convolution, layers.Flatten(), dense])
    pixels = np.random.default_rng(1).integers(0, 256, (2, 8, 8, 1)).astype(np.float32)
    network, weights = network_for(model), np.eye(3, dtype=np.float32)[[1, 2]]
    shares = METHODS["hires_cam"].coarse(*network.features(pixels, weights))
    left = network.score(pixels, weights) - np.asarray(dense.bias)[[1, 2]]
    np.testing.assert_allclose(shares.sum(axis=(1, 2)), left, rtol=1e-4)


def test_eigen_cam_is_the_same_for_every_class(selu, images):
    np.testing.assert_array_equal(explain(selu, images, "eigen_cam", 1), explain(selu, images, "eigen_cam", 5))


def test_guided_grad_cam_is_the_product_of_both(selu, images):
    expected = explain(selu, images, "guided", 2) * explain(selu, images, "grad_cam", 2, layer="conv1")
    np.testing.assert_allclose(explain(selu, images, "guided_grad_cam", 2, layer="conv1"), expected, rtol=1e-5)


def test_expected_gradients_of_a_linear_network_hold_the_picture_against_the_mean_of_the_faces():
    kernel = np.random.default_rng(0).normal(size=(64, 2)).astype(np.float32)
    image = np.random.default_rng(1).integers(0, 256, (1, 8, 8)).astype(np.uint8)
    method = METHODS["expected_gradients"](samples=70)
    others = method.others((8, 8))
    assert others.shape == (70, 8, 8, 1) and 0 <= others.min() < others.max() <= 255
    np.testing.assert_array_equal(others[63:], others[:7])
    expected = kernel[:, 1].reshape(8, 8) * (image[0] - others[..., 0].mean(axis=0))
    found = explain(linear(kernel), image, "expected_gradients", 1, samples=70)[0]
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


def test_expected_gradients_nearly_add_up(selu, images):
    network, method = network_for(selu), METHODS["expected_gradients"](samples=630)
    pixels, weights = images[..., None].astype(np.float32), np.eye(7, dtype=np.float32)[[2] * 5]
    others = network.score(method.others(network.size), np.repeat(weights[:1], 630, axis=0))
    difference = network.score(pixels, weights) - others.mean()
    maps = explain(selu, images, "expected_gradients", 2, samples=630)
    np.testing.assert_allclose(maps.sum(axis=(1, 2)), difference, atol=0.05 * others.std())
    assert np.abs(maps - explain(selu, images, "expected_gradients", 2, seed=1)).max() > 0


def test_the_default_layer_ends_the_last_convolutions_block(selu):
    from fer_core.models import build

    assert network_for(selu).layer_named() == "conv2"
    assert network_for(build("report_cnn", width=0.05)).layer_named() == "block3_norm"
    assert network_for(build("compact", width=0.1)).layer_named() == "last_relu"


def test_the_random_map_differs_from_picture_to_picture(selu, images):
    maps = explain(selu, images, "random")
    assert np.abs(maps[0] - maps[1]).max() > 0.1
    np.testing.assert_array_equal(maps, explain(selu, images, "random", 4))
    assert np.abs(maps - explain(selu, images, "random", seed=1)).max() > 0.1


def test_windows_cover_everything():
    assert windows(48, 8, 4)[-1] == 40 and windows(10, 4, 4) == [0, 4, 6] and windows(4, 9, 2) == [0]


def test_enlarging_is_opencvs(images):
    import cv2

    small = images[:2, :7, :5].astype(np.float32)
    for size in [(48, 48), (7, 5), (9, 30)]:
        theirs = [cv2.resize(m, size[::-1], interpolation=cv2.INTER_LINEAR) for m in small]
        np.testing.assert_allclose(enlarge(small, size), theirs, rtol=1e-4, atol=1e-3)


def test_normalise_by_hand():
    maps = np.array([[[-2.0, 1.0]], [[0.5, 0.0]]])
    np.testing.assert_allclose(normalise(maps, signed=True), [[[-1, 0.5]], [[1, 0]]])
    np.testing.assert_allclose(normalise(maps), [[[1, 0.5]], [[1, 0]]])
    np.testing.assert_allclose(normalise(maps, "shared", signed=True), [[[-1, 0.5]], [[0.25, 0]]])
    np.testing.assert_array_equal(normalise(np.zeros((1, 2, 2))), np.zeros((1, 2, 2)))
    with pytest.raises(ValueError, match="'all'"):
        normalise(maps, "all")


def test_smoothing_keeps_the_sum_inside():
    one = np.zeros((2, 21, 21), np.float32)
    one[:, 10, 10] = 1
    assert smooth(one, 2).sum(axis=(1, 2)) == pytest.approx([1, 1], rel=1e-4)
    np.testing.assert_array_equal(smooth(one, 0), one)
    with pytest.raises(ValueError, match="-1"):
        smooth(one, -1)


def test_the_network_is_asked_for_its_answer_only_where_that_is_the_target(selu, images, monkeypatch):
    asked = []
    logits = Network.logits
    monkeypatch.setattr(Network, "logits", lambda self, some: asked.append(len(some)) or logits(self, some))
    predicted = explain(selu, images, "grad_cam")
    assert asked == [5]
    classes = network_for(selu).probabilities(images[..., None].astype(np.float32)).argmax(axis=1)
    asked.clear()
    for same in (classes, classes.tolist()):
        assert np.array_equal(explain(selu, images, "grad_cam", same), predicted)
    for other in ((classes + 1) % 7, int(classes[0] + 1) % 7, np.int64((classes[0] + 1) % 7), Difference(1, 4)):
        assert not np.array_equal(explain(selu, images, "grad_cam", other), predicted)
    assert asked == []
