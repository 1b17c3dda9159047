"""What wakes a filter, where, and which classes: planted patterns that must be found."""

from typing import Any

import numpy as np
import pytest

from fer_core.errors import FerError
from fer_core.features import Scan, activations, layers, scan, top_patches
from fer_core.runtime import import_keras

CROSS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.float32)


@pytest.fixture(scope="module")
def cross_net() -> Any:
    """Filter 0 answers to a 3 x 3 cross, filter 1 to dark; 10 x 10 input, 'same'."""
    keras = import_keras()
    inputs = keras.Input((10, 10, 1))
    x = keras.layers.Rescaling(1 / 255)(inputs)
    model = keras.Model(inputs, keras.layers.Conv2D(2, 3, padding="same", name="conv")(x))
    kernel = np.stack([CROSS - (1 - CROSS), -np.ones((3, 3))], -1)[:, :, None]
    model.get_layer("conv").set_weights([kernel.astype(np.float32), np.zeros(2, np.float32)])
    return model


def crosses() -> np.ndarray:
    """40 black pictures: number 7 with a white cross around (4, 6), 33 with a gray one at the corner (0, 0)."""
    pixels = np.zeros((40, 10, 10), np.uint8)
    pixels[7, 3:6, 5:8] = 255 * CROSS
    pixels[33, 0:2, 0:2] = 200 * CROSS[1:, 1:]
    return pixels


def test_planted_crosses_are_found_with_their_place_and_patch(cross_net: Any):
    top = scan(cross_net, "conv", crosses(), k=2).top(0)
    assert top.positions.tolist() == [7, 33]
    np.testing.assert_allclose(top.values, [5, 3 * 200 / 255 - 1 * 0], rtol=0.34)
    assert top.boxes.tolist() == [[3, 5, 6, 8], [0, 0, 2, 2]]  # the second is cut by the picture's edge
    np.testing.assert_array_equal(top.patches[0], 255 * CROSS)
    corner = np.full((3, 3), 128)
    corner[1:, 1:] = 200 * CROSS[1:, 1:]
    np.testing.assert_array_equal(top.patches[1], corner)  # gray where it looks beyond the edge


def test_values_are_those_of_the_activations_whatever_the_steps(cross_net: Any):
    pixels = np.random.default_rng(0).integers(0, 256, (70, 10, 10), dtype=np.uint8)
    looking = Scan(cross_net, "conv", pixels, k=5)
    shares = []
    while not looking.finished:
        shares.append(looking.step())
    assert shares == [32 / 70, 64 / 70, 1.0] and looking.step() == 1.0
    best = activations(cross_net, "conv", pixels).max(axis=(1, 2))
    for filter in (0, 1):
        order = np.argsort(-best[:, filter], kind="stable")[:5]
        assert looking.top(filter).positions.tolist() == order.tolist()
        np.testing.assert_allclose(looking.top(filter).values, best[order, filter], rtol=1e-5)


def test_copies_of_one_picture_count_once(cross_net: Any):
    pixels = crosses()
    pixels[[8, 9]] = pixels[7]
    assert top_patches(cross_net, "conv", 0, pixels, k=2).positions.tolist() == [7, 33]


def test_class_means_by_hand(cross_net: Any):
    pixels = np.random.default_rng(0).integers(0, 256, (40, 10, 10), dtype=np.uint8)
    labels = np.random.default_rng(1).permutation([0, 3, 3, -1] * 10)  # without a period that fits a batch
    means, counts = scan(cross_net, "conv", pixels, labels).class_means()
    out = activations(cross_net, "conv", pixels).mean(axis=(1, 2))
    assert counts.tolist() == [10, 0, 0, 20, 0, 0, 0]
    np.testing.assert_allclose(means[0], out[labels == 0].mean(axis=0), rtol=1e-4)
    np.testing.assert_allclose(means[3], out[labels == 3].mean(axis=0), rtol=1e-4)
    assert np.isnan(means[1]).all()


def test_where_the_whole_picture_is_seen_the_patch_is_the_picture(tiny_model: Any):
    pixels = np.random.default_rng(0).integers(0, 256, (5, 48, 48), dtype=np.uint8)
    top = scan(tiny_model, "logits", pixels, k=1).top(6)
    np.testing.assert_array_equal(top.patches[0], pixels[top.positions[0]])
    assert top.boxes.tolist() == [[0, 0, 48, 48]]


def test_progress_reaches_the_end(cross_net: Any):
    seen: list[float] = []
    scan(cross_net, "conv", crosses(), progress=seen.append)
    assert seen == [32 / 40, 1.0]


def test_activations_equal_the_models_and_refuse_other_sizes(tiny_model: Any):
    keras = import_keras()
    pixels = np.random.default_rng(0).integers(0, 256, (40, 48, 48), dtype=np.uint8)  # more than one batch
    part = keras.Model(tiny_model.inputs[0], tiny_model.get_layer("conv2").output)
    expected = part.predict(pixels[..., None].astype(np.float32), verbose=0)
    np.testing.assert_allclose(activations(tiny_model, "conv2", pixels), expected, rtol=1e-4, atol=1e-5)
    assert activations(tiny_model, "logits", pixels[:2]).shape == (2, 1, 1, 7)
    with pytest.raises(FerError, match="have the shape"):
        activations(tiny_model, "conv2", pixels[:, :40])
    assert [info.name for info in layers(tiny_model)][:2] == ["rescale", "conv1"]


def test_bad_input_is_one_sentence(cross_net: Any):
    with pytest.raises(FerError, match="no pictures"):
        Scan(cross_net, "conv", crosses()[:0])
    with pytest.raises(FerError, match="40 pictures came with 3 labels"):
        Scan(cross_net, "conv", crosses(), np.zeros(3))
    with pytest.raises(FerError, match="no filter 2"):
        scan(cross_net, "conv", crosses()).top(2)
