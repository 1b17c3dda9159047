"""The architectures: counts, ends, options."""

import numpy as np
import pytest

from fer_core import models
from fer_core.errors import FerError


def trainable(model) -> int:
    return sum(int(np.prod(v.shape)) for v in model.trainable_weights)


def test_the_reports_network_has_the_reports_counts() -> None:
    model = models.build("report_cnn")
    assert model.count_params() == 6_400_199
    assert trainable(model) == 6_396_231
    # Worked out by hand from the layers' sizes: 48^2 (9*64 + 9*64*64) + 24^2 (9*64*128 + 9*128*128)
    # + 12^2 (9*128*256 + 9*256*256) + 9216*512 + 2*512*512 + 512*7.
    convolutions = 2304 * (576 + 36864) + 576 * (73728 + 147456) + 144 * (294912 + 589824)
    assert models.multiply_adds(model) == convolutions + 9216 * 512 + 2 * 512 * 512 + 512 * 7


def test_selu_after_every_convolution_and_dense_layer_but_the_last() -> None:
    model = models.build("report_cnn", width=0.1)
    kinds = {
        layer.name: layer.activation.__name__ for layer in model.layers if type(layer).__name__ in ("Conv2D", "Dense")
    }
    assert kinds.pop("logits") == "linear"
    assert len(kinds) == 9 and set(kinds.values()) == {"selu"}


def test_mini_xception_differs_from_its_paper_by_its_head_only() -> None:
    model = models.build("mini_xception")
    # The paper's head is a 3 x 3 convolution from 128 channels to 7; ours a dense layer.
    assert model.count_params() - (128 * 7 + 7) + (9 * 128 * 7 + 7) == 58_423


def test_mini_xceptions_blocks_rectify_after_their_first_convolution_alone() -> None:
    # fig. 5 of the paper: two separable convolutions a block, a relu between them and none before the sum
    names = [layer.name for layer in models.build("mini_xception", width=0.25, blocks=2).layers]
    block = [name for name in names if name.startswith("block2_") and "short" not in name]
    assert block == [f"block2_{part}" for part in ("conv1", "norm1", "relu", "conv2", "norm2", "pool", "add")]


def small(name: str) -> dict[str, float]:
    """Options that make a network small, where it has them."""
    return {"width": 0.25} if "width" in models.options(name) else {}


@pytest.mark.parametrize("name", models.names())
def test_each_takes_raw_pixels_and_gives_probabilities(name: str, dataset) -> None:
    model = models.build(name, "samplewise", **small(name))
    assert model.input_shape == (None, 48, 48, 1) and model.output_shape == (None, 7)
    assert [layer.name for layer in model.layers[-2:]] == ["logits", "probabilities"]
    out = np.asarray(model(dataset.pixels[:4, ..., None].astype(np.float32)))
    np.testing.assert_allclose(out.sum(axis=1), 1, rtol=1e-5)
    assert models.describe(name)


@pytest.mark.parametrize("name", models.names())
def test_same_seed_same_weights(name: str) -> None:
    first, again, other = (models.build(name, seed=seed, **small(name)) for seed in (1, 1, 2))
    for a, b in zip(first.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert any(not np.array_equal(a, b) for a, b in zip(first.get_weights(), other.get_weights(), strict=True))


def test_compact_stays_within_its_budget() -> None:
    model = models.build("compact")
    assert model.count_params() <= 2_500_000
    assert models.multiply_adds(model) <= 150e6


def test_width_and_depth_are_options() -> None:
    assert models.options("compact") == {"width": 1.0, "depth": 1, "dropout": 0.2}
    shallow, deep = (models.build("compact", width=0.25, depth=d).count_params() for d in (1, 2))
    assert deep > shallow


def test_what_is_not_there_is_said() -> None:
    with pytest.raises(FerError, match="no network 'resnet'"):
        models.build("resnet")
    with pytest.raises(FerError, match="no option 'size'"):
        models.build("compact", size=3)
    with pytest.raises(FerError, match="width must lie between"):
        models.build("compact", width=100)
