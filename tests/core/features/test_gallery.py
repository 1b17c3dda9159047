"""Pictures kept beside a run: their scores are the network's, and other weights don't get them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fer_core.errors import FerError
from fer_core.features import Ascent, ClassLogit, FilterMean, gallery
from fer_core.features.scoring import scores
from fer_core.features.settings import PRESETS
from fer_core.runtime import import_keras


@pytest.fixture(scope="module")
def grown(tiny_model: Any) -> gallery.Gallery:
    return gallery.grow(tiny_model, each=5, steps=3)


def test_the_scores_beside_the_pictures_are_the_networks(
    tiny_model: Any, grown: gallery.Gallery, tmp_path: Path
) -> None:
    size = gallery.write(tmp_path, tiny_model, grown)
    read = gallery.read(tmp_path)
    assert read is not None and (tmp_path / gallery.NAME).stat().st_size == size <= gallery.MOST_BYTES
    found, mark = read
    assert mark == gallery.fingerprint(tiny_model)
    assert list(found) == [gallery.CLASS_LAYER, "conv1", "conv2"]
    for layer, kept in found.items():
        np.testing.assert_array_equal(kept.pictures, grown[layer].pictures)
        objectives = [
            ClassLogit(int(n)) if layer == gallery.CLASS_LAYER else FilterMean(layer, int(n)) for n in kept.filters
        ]
        again = np.diag(scores(tiny_model, list(objectives), kept.pictures))
        np.testing.assert_allclose(kept.scores, again, rtol=1e-4, atol=1e-5)
    assert found["conv1"].filters.tolist() == [0, 1, 2, 3] and found["conv2"].filters.tolist() == [0, 1, 2, 3, 4]
    assert found["conv2"].place_of(3) == 3 and found["conv2"].place_of(5) is None


def test_other_weights_have_another_fingerprint(tiny_model: Any) -> None:
    other = import_keras().models.clone_model(tiny_model)
    other.set_weights(tiny_model.get_weights())
    assert gallery.fingerprint(other) == gallery.fingerprint(tiny_model)
    other.get_layer("conv2").bias.assign(other.get_layer("conv2").bias + 0.001)
    assert gallery.fingerprint(other) != gallery.fingerprint(tiny_model)


def test_what_is_damaged_or_missing_is_none(tiny_model: Any, grown: gallery.Gallery, tmp_path: Path) -> None:
    assert gallery.read(tmp_path) is None
    gallery.write(tmp_path, tiny_model, grown)
    path = tmp_path / gallery.NAME
    path.write_bytes(path.read_bytes()[:-300])
    assert gallery.read(tmp_path) is None


def test_too_large_a_gallery_keeps_fewer_filters(
    tiny_model: Any, grown: gallery.Gallery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = gallery.write(tmp_path, tiny_model, grown)
    monkeypatch.setattr(gallery, "MOST_BYTES", whole - 1000)
    assert gallery.write(tmp_path, tiny_model, grown) <= whole - 1000
    read = gallery.read(tmp_path)
    assert read is not None and len(read[0]["conv2"].filters) == 3  # of 5 at most
    assert len(read[0][gallery.CLASS_LAYER].filters) == 7


@pytest.mark.parametrize("preset", list(PRESETS))
def test_an_ascent_starts_from_a_picture(tiny_model: Any, preset: str) -> None:
    rng = np.random.default_rng(1)
    start = np.kron(rng.integers(0, 256, (2, 6, 6)), np.ones((1, 8, 8))).astype(np.uint8)
    objectives = [FilterMean("conv2", 1), FilterMean("conv2", 3)]
    ascent = Ascent(tiny_model, objectives, PRESETS[preset][1], start=start)
    assert np.abs(ascent.images() - start).max() <= 1
    with pytest.raises(FerError, match="2 pictures grow; there are 1"):
        Ascent(tiny_model, objectives, PRESETS[preset][1], start=start[:1])


class Opened:
    """What a pickle runs when it is read."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return Path.touch, (self.mark,)


def test_no_code_that_hides_in_a_gallery_is_run(tmp_path: Path) -> None:
    layers = np.array([Opened(tmp_path / "ran")], object)
    settled = {"version": gallery.VERSION, "preset": gallery.PRESET, "seed": gallery.SEED, "fingerprint": "x"}
    np.savez(tmp_path / gallery.NAME, layers=layers, **settled)  # type: ignore[arg-type]
    assert gallery.read(tmp_path) is None and not (tmp_path / "ran").exists()
