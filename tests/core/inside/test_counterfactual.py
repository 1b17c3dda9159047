"""What is said to flip an answer flips it: action units of drawn faces, and gray levels of pictures."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from fer_core.data.drawn.study import DrawnScene
from fer_core.errors import FerError
from fer_core.inside import attacks, counterfactual
from fer_core.runtime import import_keras
from fer_core.saliency import network_for


def written(units: Mapping[int, float]) -> np.ndarray:
    """A "face" that is its units, so that answers can be worked out by hand."""
    face = np.zeros((6, 6), np.uint8)
    for unit, value in units.items():
        face.ravel()[unit] = round(200 * value)
    return face


def answers(lead: np.ndarray) -> np.ndarray:
    """Two classes; the second is ahead where lead > 0."""
    second = 1 / (1 + np.exp(-8 * lead))
    return np.stack([1 - second, second], axis=1)


def last(*given: Any) -> counterfactual.Search:
    found = list(counterfactual.search(*given))
    assert [one.share for one in found] == sorted(one.share for one in found) and found[-1].share == 1
    return found[-1]


def test_the_smallest_change_of_one_unit_by_hand() -> None:
    def ask(faces: np.ndarray) -> np.ndarray:
        u = faces.reshape(len(faces), -1) / 200
        return answers(np.maximum(u[:, 5] - 0.32, u[:, 9] - 0.61))

    change = last(written, {6: 0.8}, ask).found
    assert change is not None and change.changed == {5: (0.0, 0.35)} and change.alone
    assert change.units == {6: 0.8, 5: 0.35} and change.size == pytest.approx(0.35)
    assert change.before.argmax() == 0 and change.after.argmax() == 1
    np.testing.assert_array_equal(change.face, written(change.units))


def test_a_unit_is_lowered_where_that_is_less() -> None:
    def ask(faces: np.ndarray) -> np.ndarray:
        u = faces.reshape(len(faces), -1) / 200
        return answers(np.maximum(0.68 - u[:, 12], u[:, 4] - 0.5))

    change = last(written, {12: 0.9}, ask).found
    assert change is not None and change.changed == {12: (0.9, 0.65)}


def test_two_units_where_one_is_not_enough() -> None:
    def ask(faces: np.ndarray) -> np.ndarray:
        u = faces.reshape(len(faces), -1) / 200
        return answers(np.minimum(u[:, 5], 0.7) + 0.9 * np.minimum(u[:, 26], 0.6) - 0.9)

    change = last(written, {}, ask).found
    assert change is not None and set(change.changed) == {5, 26} and not change.alone
    assert ask(change.face[None])[0].argmax() == 1
    for unit in change.changed:  # nothing of it can be taken back
        less = {**change.units, unit: change.units[unit] - 0.05}
        assert ask(written(less)[None])[0].argmax() == 0


def test_what_can_t_be_is_none() -> None:
    def ask(faces: np.ndarray) -> np.ndarray:
        return answers(np.full(len(faces), -1.0))

    assert last(written, {5: 0.3}, ask).found is None
    assert last(written, {5: 0.3}, ask, 0).found is None


def test_a_real_network_is_flipped_towards_the_class_asked_for(tiny_model: Any) -> None:
    network, scene = network_for(tiny_model), DrawnScene()

    def ask(faces: np.ndarray) -> np.ndarray:
        return network.probabilities(faces[..., None].astype(np.float32))

    before = ask(scene.draw({6: 0.8})[None])[0]
    second = int(np.argsort(before)[-2])
    for towards in (None, second):
        change = last(scene.draw, {6: 0.8}, ask, towards).found
        if change is not None:
            said = int(ask(scene.draw(change.units)[None])[0].argmax())
            assert said != before.argmax() and (towards is None or said == towards)


def linear() -> tuple[Any, np.ndarray]:
    """A network of one dense layer, and its weights (9, 3)."""
    keras = import_keras()
    x = keras.Input((3, 3, 1))
    flat = keras.layers.Flatten()(keras.layers.Rescaling(1 / 255)(x))
    made = keras.Model(x, keras.layers.Dense(3, activation="softmax", name="out")(flat))
    weights = np.random.default_rng(2).normal(size=(9, 3)).astype(np.float32)
    made.get_layer("out").set_weights([weights, np.array([0.4, 0, 0], np.float32)])
    return made, weights


def test_one_step_by_hand() -> None:
    made, weights = linear()
    picture = np.random.default_rng(6).integers(20, 230, (1, 3, 3), dtype=np.uint8)
    network = network_for(made)
    p = network.probabilities(picture[..., None].astype(np.float32))[0]
    uphill = weights @ (p - np.eye(3)[p.argmax()])
    changed = attacks.attack(network, picture, 7)
    np.testing.assert_array_equal(changed[0].astype(int) - picture[0], (7 * np.sign(uphill)).reshape(3, 3))
    assert network.probabilities(changed[..., None].astype(np.float32))[0, p.argmax()] < p.max()


@pytest.mark.parametrize("method", attacks.METHODS)
def test_what_is_counted_flips_and_stays_within_its_bound(tiny_model: Any, method: str) -> None:
    rng = np.random.default_rng(1)
    pixels = np.kron(rng.integers(0, 256, (23, 6, 6)), np.ones((1, 8, 8))).astype(np.uint8)
    network = network_for(tiny_model)
    own = tiny_model(pixels[..., None].astype(np.float32)).numpy().argmax(axis=1)
    steps = list(attacks.measure(network, pixels, method))
    found = steps[-1]
    assert [one.progress for one in steps] == sorted(one.progress for one in steps) and found.progress == 1
    for epsilon, flips in zip(attacks.EPSILONS, found.flips, strict=True):
        changed = attacks.attack(network, pixels, epsilon, method)
        assert np.abs(changed.astype(int) - pixels).max() <= epsilon
        said = tiny_model(changed[..., None].astype(np.float32)).numpy().argmax(axis=1)
        if method == "FGSM":
            np.testing.assert_array_equal(flips, said != own)
        else:
            assert not (said != own)[~flips].any()
    if method == "PGD":
        assert (np.diff(found.flips.astype(int), axis=0) >= 0).all()
    table = found.table()
    assert table["flipped"].tolist() == found.flips.sum(axis=1).tolist() and set(table["n"]) == {23}


def test_wrong_methods_and_bounds_are_sentences() -> None:
    network = network_for(linear()[0])
    with pytest.raises(FerError, match="FGSM, PGD"):
        attacks.attack(network, np.zeros((1, 3, 3), np.uint8), 1, "guess")
    with pytest.raises(FerError, match="whole number of gray levels"):
        attacks.attack(network, np.zeros((1, 3, 3), np.uint8), 300)


class Bright:
    """Calls a picture happy (3) from a mean of 100 up, else sad (4); its score rises with every pixel but the first."""

    def probabilities(self, images: np.ndarray) -> np.ndarray:
        return np.eye(7)[np.where(images.mean(axis=(1, 2, 3)) >= 100, 3, 4)] * 0.79 + 0.03

    def gradient(self, images: np.ndarray, weights: np.ndarray) -> np.ndarray:
        slope = np.ones(images.shape[:3])
        slope[:, 0, 0] = 0
        return slope * (weights[:, 3] - weights[:, 4])[:, None, None]


def test_a_bound_is_a_whole_number_of_gray_levels_however_it_is_written() -> None:
    pixels = np.full((1, 4, 4), 104, np.uint8)
    changed = attacks.attack(Bright(), pixels, 8.0)  # type: ignore[arg-type]
    assert changed[0, 0, 0] == 104 and (changed[0].ravel()[1:] == 96).all()
    np.testing.assert_array_equal(attacks.attack(Bright(), pixels, np.int64(0)), pixels)
    for wrong in (-1, 256, 2.5, float("nan")):
        with pytest.raises(FerError, match="whole number of gray levels"):
            attacks.attack(Bright(), pixels, wrong)  # type: ignore[arg-type]


def test_pgd_stops_at_the_step_that_flips_and_stays_within_its_bound() -> None:
    pixels = np.stack([np.full((4, 4), 104, np.uint8), np.full((4, 4), 200, np.uint8)])
    changed = attacks.attack(Bright(), pixels, 16, "PGD")
    assert (changed[0].ravel()[1:] == 96).all()  # two steps of four: 15 of 16 pixels at 96 have a mean below 100
    assert (changed[1].ravel()[1:] == 184).all()  # never flips: the whole bound
