import pkgutil
import threading

import numpy as np
import pytest

from fer_core.errors import FerError
from fer_core.runtime import import_keras
from fer_core.saliency import METHODS, Difference, explain, get, names, network_for, target_weights

FEW = {"samples": 8, "masks": 20, "steps": 4, "channels": 3, "size": 12, "stride": 12}
"""Settings that make the slow methods quick; each takes the ones it has."""


def quick(name):
    return {p.name: FEW[p.name] for p in get(name).parameters() if p.name in FEW}


def linear(kernel):
    """Logits are pixels / 255 times kernel (16, 7)."""
    keras = import_keras()
    model = keras.Sequential(
        [keras.Input((4, 4, 1)), keras.layers.Rescaling(1 / 255), keras.layers.Flatten(), keras.layers.Dense(7)]
    )
    model.set_weights([kernel, np.zeros(7)])
    return model


def test_the_gradient_of_a_linear_network_is_its_weights():
    kernel = np.arange(16 * 7, dtype=np.float32).reshape(16, 7)
    images = np.full((2, 4, 4), 51, np.uint8)
    maps = explain(linear(kernel), images, target=[2, 5])
    np.testing.assert_allclose(maps[0].ravel(), kernel[:, 2] / 255, rtol=1e-5)
    np.testing.assert_allclose(maps[1].ravel(), kernel[:, 5] / 255, rtol=1e-5)
    shares = explain(linear(kernel), images, "gradient_x_input", target=2)
    np.testing.assert_allclose(shares[0].ravel(), kernel[:, 2] * 0.2, rtol=1e-5)  # 51 / 255 = 0.2


def test_a_difference_is_the_difference_of_the_maps():
    kernel = np.random.default_rng(0).normal(size=(16, 7)).astype(np.float32)
    image = np.full((1, 4, 4), 9, np.uint8)
    maps = explain(linear(kernel), image, target=Difference(3, 6))
    np.testing.assert_allclose(maps.ravel(), (kernel[:, 3] - kernel[:, 6]) / 255, rtol=1e-4, atol=1e-7)


def test_no_target_is_the_predicted_class(selu, images):
    predicted = network_for(selu).logits(images[..., None]).argmax(axis=1)
    np.testing.assert_array_equal(explain(selu, images), explain(selu, images, target=predicted))


def test_the_gradient_is_the_finite_difference(selu, images):
    network = network_for(selu)
    weights = np.eye(7, dtype=np.float32)[[4]]
    image = images[:1, ..., None].astype(np.float32)
    gradient = explain(selu, images[:1], target=4)[0]
    # Away from selu's kink the network is smooth, and the score of float32 is good to 1e-6.
    for row, column in [(5, 7), (20, 30), (40, 11)]:
        up, down = image.copy(), image.copy()
        up[0, row, column], down[0, row, column] = image[0, row, column] + 1, image[0, row, column] - 1
        slope = (network.score(up, weights) - network.score(down, weights))[0] / 2
        assert gradient[row, column] == pytest.approx(slope, rel=0.02, abs=2e-6)


def test_the_gradient_passes_through_samplewise_normalisation():
    keras = import_keras()
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            keras.Input((4, 4, 1)),
            keras.layers.LayerNormalization(axis=(1, 2, 3), epsilon=1e-5, center=False, scale=False),
            keras.layers.Flatten(),
            keras.layers.Dense(7),
        ]
    )
    image = np.random.default_rng(0).integers(0, 256, (1, 4, 4)).astype(np.uint8)
    gradient = explain(model, image, target=2)[0].astype(np.float64)
    # Brightness and contrast are taken out, so there is no slope along either.
    assert abs(gradient.sum()) < 1e-6
    assert abs((gradient * image[0]).sum()) < 1e-4 * np.abs(gradient * image[0]).sum()
    assert np.abs(gradient).max() > 1e-4


@pytest.mark.parametrize("name", list(METHODS))
def test_a_map_does_not_depend_on_its_neighbours(name, selu, images):
    together = explain(selu, images, name, 1, **quick(name))
    assert together.shape == (5, 48, 48) and together.dtype == np.float32
    assert np.isfinite(together).all() and together.std() > 0
    alone = np.concatenate([explain(selu, images[i : i + 1], name, 1, **quick(name)) for i in range(5)])
    np.testing.assert_allclose(together, alone, rtol=1e-3, atol=1e-5 * np.abs(together).max())


@pytest.mark.parametrize("name", list(METHODS))
def test_methods_say_what_they_are(name, selu, images):
    cls = get(name)
    assert cls.name == name and cls.label and len(cls.summary()) > 30
    maps = explain(selu, images, name, 1, **quick(name))
    assert cls.signed == bool((maps < 0).any())


def test_sixteen_threads_get_the_single_threads_answers(images, tiny):
    alone = {m: explain(tiny(seed=5), images, m, 1, **quick(m)) for m in ("gradient", "guided", "grad_cam", "rise")}
    model = tiny(seed=5)  # fresh, so that the threads also race for the compilation
    answers = {}

    def ask(k):
        name = list(alone)[k % 4]
        answers[k] = (name, explain(model, images, name, 1, **quick(name)))

    threads = [threading.Thread(target=ask, args=(k,)) for k in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 16
    for name, maps in answers.values():
        np.testing.assert_allclose(maps, alone[name], rtol=1e-4, atol=1e-6 * np.abs(alone[name]).max())


def test_bad_input_is_one_sentence(selu, images):
    for message, call in {
        "no method 'gard'": lambda: explain(selu, images, "gard"),
        "no setting 'steps'": lambda: explain(selu, images, "smoothgrad", steps=3),
        "from 2 to 300, not 0": lambda: explain(selu, images, "smoothgrad", samples=0),
        "whole number": lambda: explain(selu, images, "smoothgrad", samples=2.5),
        "mean, blurred, black, not 'white'": lambda: explain(selu, images, "occlusion", fill="white"),
        "0 to 6, not 7": lambda: explain(selu, images, target=7),
        "not class 2 twice|class 2 twice": lambda: explain(selu, images, target=Difference(2, 2)),
        "5 targets": lambda: explain(selu, images, target=[1, 2]),
        r"\(5, 40, 48\)": lambda: explain(selu, images[:, :40]),
        "0 to 300": lambda: explain(selu, np.array([[[0.0, 300.0]]]).repeat(24, 2).repeat(48, 1)),
        "no picture-like layer 'x'": lambda: explain(selu, images, "grad_cam", layer="x"),
        "at least 1": lambda: explain(selu, images[:0]),
    }.items():
        with pytest.raises(FerError, match=message):
            call()


def test_target_weights_by_hand():
    logits = np.array([[0, 2, 1], [5, 1, 1]], np.float32)
    np.testing.assert_array_equal(target_weights(None, logits), [[0, 1, 0], [1, 0, 0]])
    np.testing.assert_array_equal(target_weights(Difference(2, 0), logits), [[-1, 0, 1]] * 2)
    with pytest.raises(FerError, match="True"):
        target_weights(True, logits)


def test_names_are_in_the_order_of_the_screen():
    assert names()[0] == "gradient" and names()[-1] == "random" and len(names()) == len(set(names()))


def test_every_file_of_methods_is_on_the_list():
    from fer_core.saliency import methods

    files = {info.name for info in pkgutil.iter_modules(methods.__path__)}
    defined = {cls.__module__.rpartition(".")[2] for cls in METHODS.values()}
    assert files == defined
