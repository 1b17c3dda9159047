"""The package's face: what `import fer_core` offers, by names of runs and classes."""

import subprocess
import sys

import numpy as np
import pytest

import fer_core
from fer_core.errors import FerError
from fer_core.labels import CLASSES
from fer_core.pictures import encode_png
from fer_core.pictures.pixels import check_pixels
from tests.conftest import REPO, tiny_faces, write_run


@pytest.fixture
def root(model_root, monkeypatch):
    monkeypatch.setenv("FER_RUNS", str(model_root))
    write_run(model_root, "other", seed=3, skill=4.0)
    return model_root


@pytest.fixture(scope="module")
def pixels() -> np.ndarray:
    return tiny_faces().pixels[:3]


def test_everything_named_is_there_and_explains_itself() -> None:
    assert set(fer_core.__all__) <= set(dir(fer_core))
    for name in fer_core.__all__:
        thing = getattr(fer_core, name)
        assert name == "CLASSES" or thing.__doc__, name
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        fer_core.nothing  # noqa: B018


def test_importing_the_face_costs_nothing() -> None:
    code = "import sys, fer_core; dir(fer_core); print([m for m in ('numpy', 'keras', 'pandas') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=REPO, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_photograph_is_read_in_one_call(root, tmp_path) -> None:
    from fer_core.data.drawn.clip import frames

    path = tmp_path / "two.png"
    picture = next(iter(frames(1)))
    path.write_bytes(encode_png(picture))
    reading = fer_core.predict(path, "tiny")
    assert reading.probabilities["tiny"].shape == (2, 7) and len(reading.faces) == 2
    again = fer_core.predict(picture, fer_core.load_run("tiny"))
    np.testing.assert_array_equal(again.probabilities["tiny"], reading.probabilities["tiny"])
    with pytest.raises(FerError, match=r"nowhere.png can't be opened"):
        fer_core.predict("nowhere.png", "tiny")


def test_a_run_goes_by_its_name_everywhere(root, pixels) -> None:
    assert fer_core.Predictor("tiny").run.name == "tiny"
    assert fer_core.probabilities(pixels, "tiny").shape == (3, 7)
    assert fer_core.activations("tiny", "conv1", pixels[0]).shape == (1, 48, 48, 4)
    assert [info.name for info in fer_core.layers("tiny")][:2] == ["rescale", "conv1"]
    assert fer_core.feature_visualization("tiny", "conv1", [0, 2], steps=2).shape == (2, 48, 48)
    with pytest.raises(FerError, match="no run 'nobody'"):
        fer_core.probabilities(pixels, "nobody")


def test_a_class_goes_by_its_name(root, pixels) -> None:
    by_name = fer_core.explain("tiny", pixels, "gradient", target="happy")
    np.testing.assert_array_equal(by_name, fer_core.explain("tiny", pixels, "gradient", target=CLASSES.index("happy")))
    why_not = fer_core.explain("tiny", pixels, "gradient", target=("happy", "sad"))
    sad = fer_core.explain("tiny", pixels, "gradient", target="sad")
    np.testing.assert_allclose(why_not, by_name - sad, atol=1e-6)
    assert fer_core.overlay(pixels[0], by_name[0], signed=True).shape == (48, 48, 3)
    with pytest.raises(FerError, match="no class 'joy'"):
        fer_core.explain("tiny", pixels, target="joy")


def test_runs_are_compared_in_one_call(root) -> None:
    table = fer_core.compare(["tiny", "other"])
    assert table["a"].tolist() == ["other"] and table["b"].tolist() == ["tiny"] and table["accuracy"].iloc[0] > 0
    assert sorted(fer_core.runs_table().index) == ["other", "tiny"]
    assert len(fer_core.curves_figure(["tiny", "other"]).data) >= 2
    figure = fer_core.confusion_figure("tiny", "public")
    assert np.nansum(np.asarray(figure.data[0].z, float), axis=1) == pytest.approx(np.ones(7))


def test_training_takes_a_recipe_and_what_differs(tmp_path) -> None:
    run = fer_core.train(
        "first", tiny_faces(), "compact", epochs=1, batch_size=16, model_options={"width": 0.1}, root=tmp_path
    )
    assert run.name == "first" and run.config["training"]["schedule"] == "cosine"
    with pytest.raises(FerError, match="no recipe 'none such'"):
        fer_core.train("second", tiny_faces(), "none such")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (np.zeros((2, 48, 40), np.uint8), "shape"),
        (np.zeros((48, 48), np.uint8), "shape"),
        (np.full((1, 48, 48), np.nan, np.float32), "nan"),
        (np.full((1, 48, 48), 256.0), "from 256 to 256"),
        (np.full((1, 48, 48), -1, np.int64), "from -1"),
        (np.random.default_rng(0).random((1, 48, 48)), "Multiply them by 255"),
        (np.array([["x"]]).repeat(48, 0).repeat(48, 1)[None], "numbers from 0 to 255"),
        (np.zeros((1, 48, 48), bool), "not bool"),
        (np.zeros((1, 48, 48), complex), "complex"),
    ],
)
def test_pixels_that_are_not_raw_are_refused_on_every_way_in(root, tiny_model, wrong, said) -> None:
    ways = (
        check_pixels,
        lambda x: fer_core.probabilities(x, "tiny"),
        lambda x: fer_core.explain(tiny_model, x if x.ndim == 3 else x[None, None]),
        lambda x: fer_core.activations(tiny_model, "conv1", x if x.ndim == 3 else x[None, None]),
    )
    for way in ways[: 2 if wrong.ndim == 2 else 4]:
        with pytest.raises(FerError, match=said):
            way(wrong)


def test_dark_pictures_and_floats_of_full_range_are_raw() -> None:
    assert check_pixels(np.ones((1, 48, 48), np.uint8)).max() == 1
    assert check_pixels(np.zeros((1, 48, 48), np.float32)).max() == 0
    assert check_pixels(np.full((1, 48, 48, 1), 254.5)).shape == (1, 48, 48)
    assert check_pixels(np.zeros((0, 48, 48)), least=0).shape == (0, 48, 48)
