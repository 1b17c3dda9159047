"""Gradient ascent: optima known by hand, honest scores, the same picture for the same seed, harmless stops."""

import gc
import io
import weakref
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from fer_core.errors import FerError
from fer_core.features import (
    PRESETS,
    Ascent,
    ClassLogit,
    Contrast,
    Direction,
    FilterMean,
    Neuron,
    Settings,
    Sum,
    preset,
    scale_free,
)
from fer_core.features.parametrisations import Fourier, Pixels
from fer_core.features.regularisers import L2, Blur, TotalVariation
from fer_core.features.scoring import noise, scores
from fer_core.features.steps import compiled_scores, likeness
from fer_core.runtime import import_keras, import_tensorflow

PLAIN = PRESETS["plain"][1]


def linear_filter(kernel: np.ndarray) -> Any:
    """Pixels / 255 through one linear 3 x 3 filter and a dead one, 7 x 7 input."""
    keras = import_keras()
    inputs = keras.Input((7, 7, 1))
    x = keras.layers.Rescaling(1 / 255)(inputs)
    x = keras.layers.Conv2D(2, 3, use_bias=False, name="conv")(x)
    model = keras.Model(inputs, keras.layers.Activation("relu", name="relu")(x))
    model.get_layer("conv").set_weights([np.stack([kernel, -np.ones((3, 3))], -1)[:, :, None].astype(np.float32)])
    return model


KERNEL = np.array([[1.0, -2.0, 3.0], [-1.0, 2.0, -3.0], [0.5, -0.5, 1.0]])


def test_the_optimum_of_a_linear_neuron_is_white_where_its_weight_is_positive_and_black_where_negative():
    ascent = Ascent(linear_filter(KERNEL), [Neuron("conv", 0, 1, 2)], replace(PLAIN, rate=0.5))
    ascent.step(60)
    found = ascent.images()[0]
    np.testing.assert_array_equal(found[1:4, 2:5] > 127, KERNEL > 0)
    assert np.all(np.abs(found[1:4, 2:5] - 127.5) > 126)
    assert ascent.scores()[0] == pytest.approx(KERNEL[KERNEL > 0].sum(), rel=0.01)
    outside = np.ones((7, 7), bool)
    outside[1:4, 2:5] = False
    start = Ascent(linear_filter(KERNEL), [Neuron("conv", 0, 1, 2)], PLAIN).images()[0]
    np.testing.assert_array_equal(found[outside], start[outside])  # what the neuron does not see stays noise


def test_the_first_adam_step_moves_every_seen_pixel_by_the_step_size():
    ascent = Ascent(linear_filter(KERNEL), [Neuron("conv", 0, 1, 2)], replace(PLAIN, rate=0.25))
    before = ascent._chunks[0].parameters.numpy()[0]
    ascent.step()
    moved = ascent._chunks[0].parameters.numpy()[0] - before
    np.testing.assert_allclose(moved[1:4, 2:5], 0.25 * np.sign(KERNEL), atol=1e-3)


def test_a_filter_that_no_picture_wakes_is_marked():
    ascent = Ascent(linear_filter(KERNEL), [FilterMean("relu", 0), FilterMean("relu", 1)], PLAIN)
    ascent.step(20)
    assert ascent.awake().tolist() == [True, False]  # the second filter's weights are negative before a relu
    assert ascent.scores()[1] == ascent.noise_scores()[1] == 0


def test_scores_are_those_of_the_picture_shown_by_the_whole_model(selu_net: Any):
    objectives = [FilterMean("conv4", k) for k in range(3)]
    ascent = Ascent(selu_net, objectives, replace(PLAIN, seed=3))
    ascent.step(30)
    shown = ascent.images()
    assert shown.dtype == np.float32 and np.array_equal(shown, np.rint(shown)) and 0 <= shown.min() < shown.max() <= 255
    whole = np.diag(scores(selu_net, objectives, shown))
    np.testing.assert_allclose(ascent.scores(), whole, rtol=1e-4, atol=1e-5)
    by_noise = scores(selu_net, objectives, noise((12, 12))).mean(axis=1)
    np.testing.assert_allclose(ascent.noise_scores(), by_noise, rtol=1e-5)
    assert np.all(ascent.scores() > ascent.noise_scores()) and ascent.awake().all()


def test_each_picture_has_the_scores_of_its_own_objective(monkeypatch: pytest.MonkeyPatch):
    """Three objectives of two copies each, in chunks of two objectives, filters out of order."""
    monkeypatch.setattr("fer_core.features.ascent.CHUNK", 4)
    model, wanted = linear_filter(KERNEL), [Neuron("conv", 1, 0, 4), Neuron("conv", 0, 1, 2), Neuron("conv", 0, 4, 0)]
    ascent = Ascent(model, wanted, replace(PLAIN, copies=2, rate=0.5))
    ascent.step(3)
    all_scores = scores(model, wanted, ascent.images())  # (objective, picture)
    own = [all_scores[k // 2, k] for k in range(6)]
    np.testing.assert_allclose(ascent.scores(), own, rtol=1e-4)
    assert len({round(float(one), 3) for one in own[::2]}) == 3
    by_noise = scores(model, wanted, noise((7, 7)))
    np.testing.assert_allclose(ascent.noise_scores(), by_noise.mean(axis=1).repeat(2), rtol=1e-4)
    np.testing.assert_allclose(ascent.best_noise_scores(), by_noise.max(axis=1).repeat(2), rtol=1e-4)


@pytest.mark.parametrize("name", list(PRESETS))
def test_presets_raise_the_score(name: str, selu_net: Any):
    ascent = Ascent(selu_net, [FilterMean("conv2", k) for k in range(6)], preset(name))
    before = ascent.scores()
    ascent.step(40)
    assert np.all(ascent.scores() > before)
    assert ascent.history.shape == (40, 6)


def test_same_seed_same_picture_and_another_seed_another(selu_net: Any):
    def grown(seed: int, filters: tuple[int, ...] = (1, 4)) -> np.ndarray:
        ascent = Ascent(selu_net, [FilterMean("pool", f) for f in filters], Settings(seed=seed))
        ascent.step(8)
        return ascent.images()

    np.testing.assert_array_equal(grown(7), grown(7))
    assert np.abs(grown(7) - grown(8)).max() > 10
    # Company doesn't matter: alone, the filter gets the picture that it gets among others (but for rounding).
    assert np.abs(grown(7, (4,))[0] - grown(7)[1]).max() <= 1


def test_stopping_and_taking_up_again_changes_nothing(selu_net: Any):
    settings = Settings(copies=2, diversity=1.0, seed=2)
    straight, halting = (Ascent(selu_net, [FilterMean("conv2", 0), FilterMean("conv2", 3)], settings) for _ in range(2))
    straight.step(9)
    for count in (1, 5, 3):
        halting.images(), halting.gif()
        halting.step(count)
    assert halting.step(5, seconds=0.0) == 1  # out of time: one step, not none
    straight.step()
    np.testing.assert_array_equal(straight.images(), halting.images())
    np.testing.assert_array_equal(straight.history, halting.history)


def test_more_pictures_than_one_chunk_holds(selu_net: Any, monkeypatch: pytest.MonkeyPatch):
    objectives = [FilterMean("conv2", k % 6) for k in range(7)]
    at_once = Ascent(selu_net, objectives)
    monkeypatch.setattr("fer_core.features.ascent.CHUNK", 3)
    in_chunks = Ascent(selu_net, objectives)
    at_once.step(4), in_chunks.step(4)
    assert len(in_chunks._chunks) == 3
    np.testing.assert_allclose(in_chunks.images(), at_once.images(), atol=1)
    np.testing.assert_allclose(in_chunks.history, at_once.history, rtol=1e-3, atol=1e-4)


def test_scores_of_combined_objectives_by_hand(selu_net: Any, faces12: np.ndarray):
    keras = import_keras()
    out = keras.Model(selu_net.inputs[0], selu_net.get_layer("conv2").output)(
        faces12[..., None].astype(np.float32)
    ).numpy()
    mean = out.mean(axis=(1, 2))
    a, b = FilterMean("conv2", 1), FilterMean("conv2", 4)
    vector = tuple(np.arange(6.0))
    expected = {
        a + b: mean[:, 1] + mean[:, 4],
        a - b: mean[:, 1] - mean[:, 4],
        Sum((a, b), (0.5, -2.0)): 0.5 * mean[:, 1] - 2 * mean[:, 4],
        Neuron("conv2", 2, 3, 11): out[:, 3, 11, 2],
        Neuron("conv2", 2): out[:, 6, 6, 2],
        Direction("conv2", vector): mean @ np.arange(6.0) / np.linalg.norm(np.arange(6.0)),
    }
    np.testing.assert_allclose(scores(selu_net, list(expected), faces12), np.stack(list(expected.values())), rtol=1e-4)
    # The compiled way reads the same, on the noise that every ascent starts from.
    for objective in expected:
        ascent = Ascent(selu_net, [objective], PLAIN)
        whole = scores(selu_net, [objective], ascent.images())[0, 0]
        assert ascent.scores()[0] == pytest.approx(whole, rel=1e-3, abs=1e-5)
        before = ascent.scores()[0]
        ascent.step(10)
        assert ascent.scores()[0] > before


def test_class_logits_are_read_before_the_softmax(selu_net: Any, faces12: np.ndarray):
    logits = import_keras().Model(selu_net.inputs[0], selu_net.get_layer("logits").output)
    by_keras = logits(faces12[..., None].astype(np.float32)).numpy()
    np.testing.assert_allclose(scores(selu_net, [ClassLogit(5)], faces12)[0], by_keras[:, 5], rtol=1e-4)
    ascent = Ascent(selu_net, [ClassLogit(0), ClassLogit(5)], PLAIN)
    ascent.step(20)
    reached = logits(ascent.images()[..., None]).numpy()[[0, 1], [0, 5]]
    np.testing.assert_allclose(ascent.scores(), reached, rtol=1e-4)
    assert ascent.awake().all()


def test_the_logits_are_the_last_dense_layers_though_another_is_as_wide():
    keras = import_keras()
    layers = keras.layers
    keras.utils.set_random_seed(8)
    chain = [layers.Flatten(), layers.Dense(7, activation="tanh", name="hidden"), layers.Dense(7, name="scores")]
    model = keras.Sequential([keras.Input((5, 4, 1)), *chain, layers.Softmax()])
    pictures = np.random.default_rng(2).integers(0, 256, (3, 5, 4), dtype=np.uint8)
    hidden = np.tanh(pictures.reshape(3, 20) @ model.get_layer("hidden").kernel.numpy())
    expected = hidden @ model.get_layer("scores").kernel.numpy()
    np.testing.assert_allclose(scores(model, [ClassLogit(5)], pictures)[0], expected[:, 5], rtol=1e-4, atol=1e-5)
    terms = ClassLogit(5).terms(model)
    read = compiled_scores(model, ((terms[0].layer, True, True),))
    found = read(pictures.astype(np.float32), [np.array([5, 0, 2], np.int32)], [np.ones((3, 1, 1), np.float32)])
    np.testing.assert_allclose(found, expected[[0, 1, 2], [5, 0, 2]], rtol=1e-4, atol=1e-5)


def test_two_layers_of_one_network_are_read_each_for_itself(selu_net: Any, faces12: np.ndarray):
    terms = [("conv1", True, False), ("conv2", True, False)]
    first, second = (
        compiled_scores(selu_net, (term,))(
            faces12.astype(np.float32), [np.full(6, 3, np.int32)], [np.full((6, 12, 12), 1 / 144, np.float32)]
        ).numpy()
        for term in terms
    )
    for found, layer in ((first, "conv1"), (second, "conv2")):
        np.testing.assert_allclose(found, scores(selu_net, [FilterMean(layer, 3)], faces12)[0], rtol=1e-3, atol=1e-4)
    assert np.abs(first - second).min() > 1e-3
    both = scores(selu_net, [FilterMean("conv1", 3), FilterMean("conv2", 3)], faces12)
    np.testing.assert_allclose(both, [first, second], rtol=1e-3, atol=1e-4)


def test_diversity_makes_copies_less_alike(selu_net: Any):
    tf = import_tensorflow()

    def alike(diversity: float) -> float:
        settings = replace(PLAIN, copies=3, diversity=diversity, parametrisation=Pixels())
        ascent = Ascent(selu_net, [FilterMean("conv1", 2)], settings)
        ascent.step(40)
        images = tf.constant(ascent.images())
        return float(likeness(tf.zeros((3, 12, 12, 1)), images, 3).numpy().mean())

    assert alike(5.0) < alike(0.0) - 0.1


def test_likeness_by_hand():
    tf = import_tensorflow()
    a = np.array([[1.0, 0.0], [0.0, -1.0]])
    images = tf.constant(np.stack([a, a, -a, a]), tf.float32)
    got = likeness(tf.zeros((4, 2, 2, 1)), images, 2).numpy()
    np.testing.assert_allclose(got, [1, 1, -1, -1], atol=1e-6)


@pytest.mark.parametrize("regulariser", [L2, TotalVariation, Blur])
def test_a_heavier_regulariser_buys_less_of_what_it_taxes(regulariser: type, selu_net: Any):
    tf = import_tensorflow()

    def price(weight: float) -> float:
        settings = replace(PLAIN, regularisers=(regulariser(weight),))
        ascent = Ascent(selu_net, [FilterMean("conv1", 0)], settings)
        ascent.step(40)
        return float(regulariser().penalty(tf.sigmoid(ascent._chunks[0].parameters))[0])

    assert price(100.0) < 0.8 * price(0.0)


def test_brightness_and_contrast_mean_nothing_after_samplewise_normalisation(selu_net: Any, tiny_model: Any):
    assert scale_free(selu_net) and not scale_free(tiny_model)
    ascent = Ascent(selu_net, [FilterMean("conv1", 0)], Settings(parametrisation=Fourier(contrast=0.01), transforms=()))
    shown = ascent.images()[0]
    assert (shown.min(), shown.max()) == (0, 255)  # the whole range, although the parameters hardly move


def test_the_gif_holds_the_way(selu_net: Any):
    ascent = Ascent(selu_net, [FilterMean("conv1", f) for f in range(4)])
    ascent.step(6)
    with Image.open(io.BytesIO(ascent.gif(columns=2, scale=1))) as gif:
        assert gif.n_frames == 7 and gif.size == (2 + 2 * 14, 2 + 2 * 14)
        gif.seek(6)
        last = np.asarray(gif.convert("L"))
    np.testing.assert_array_equal(last[2:14, 16:28], ascent.images()[1])


def test_a_long_way_is_thinned_evenly(selu_net: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("fer_core.features.ascent.MOST_FRAMES", 8)
    ascent = Ascent(selu_net, [FilterMean("samplewise", 0)], PLAIN)
    ascent.step(21)
    steps, frames = ascent.frames()
    assert steps.tolist() == [0, 4, 8, 12, 16, 20, 21] and len(frames) == 7
    np.testing.assert_array_equal(frames[-1], ascent.images().astype(np.uint8))


def test_threads_get_the_single_threads_pictures(selu_net: Any):
    def grown(filter: int) -> np.ndarray:
        ascent = Ascent(selu_net, [FilterMean("conv2", filter)], Settings(seed=filter))
        ascent.step(5)
        return ascent.images()

    alone = [grown(k % 6) for k in range(6)]
    with ThreadPoolExecutor(16) as pool:
        together = list(pool.map(grown, [k % 6 for k in range(16)]))
    for k, images in enumerate(together):
        np.testing.assert_array_equal(images, alone[k % 6])


def test_the_live_model_is_not_changed_and_not_kept_alive():
    model = linear_filter(KERNEL)
    before = [w.copy() for w in model.get_weights()]
    nodes = {layer.name: len(layer._inbound_nodes) for layer in model.layers}
    Ascent(model, [FilterMean("relu", 0)]).step(3)
    assert {layer.name: len(layer._inbound_nodes) for layer in model.layers} == nodes
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize(
    ("objectives", "says"),
    [
        ([], "choose at least one"),
        ([FilterMean("conv1", 5)], "filters 0 to 4; there is no filter 5"),
        ([FilterMean("nowhere", 0)], "no layer 'nowhere'"),
        ([Neuron("conv1", 0, 12, 0)], "12 × 12 places"),
        ([FilterMean("conv1", 0), FilterMean("conv2", 0)], "one form"),
        ([Direction("conv1", (0.0,) * 5)], "not all zero"),
        ([Direction("conv1", (1.0,) * 4)], "needs 5"),
        ([Sum((FilterMean("conv1", 0),), (1.0, 2.0))], "given 2 weights"),
    ],
)
def test_bad_objectives_are_one_sentence(objectives: list, says: str, selu_net: Any):
    with pytest.raises(FerError, match=says):
        Ascent(selu_net, objectives)


@pytest.mark.parametrize(
    "bad", [{"rate": 0.0}, {"copies": 17}, {"optimiser": "sgd"}, {"diversity": -1.0}, {"regularisers": (L2(-1.0),)}]
)
def test_bad_settings_are_one_sentence(bad: dict):
    with pytest.raises(FerError):
        Settings(**bad)


def test_a_difference_within_one_layer_is_one_form(selu_net: Any):
    pairs = [Contrast(FilterMean("conv2", a), FilterMean("conv2", b)) for a, b in ((0, 1), (1, 0))]
    first, second = Ascent(selu_net, pairs, PLAIN).noise_scores()
    assert first == pytest.approx(-second, rel=1e-5)


def test_a_class_is_named_where_it_is_one_of_ours() -> None:
    assert [ClassLogit(index).label for index in (0, 6, 7, 999)] == ["angry", "neutral", "class 7", "class 999"]
