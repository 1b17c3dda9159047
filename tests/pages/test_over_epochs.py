"""View "Over epochs" on Filters and Explain: each epoch's own numbers, another seed beside, and what to do without."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from fer_core.features import activations
from fer_core.labels import CLASSES
from fer_core.runs import load_run
from fer_core.runs.kept_epochs import keep_epoch, kept_epochs
from fer_core.runtime import import_keras
from pages.filters_parts import over_epochs
from pages.ui import film
from tests.conftest import REPO, write_run


@pytest.fixture
def early(tiny_model: Any) -> Any:
    """The tiny network with other weights."""
    made = import_keras().models.clone_model(tiny_model)
    rng = np.random.default_rng(3)
    made.set_weights([rng.normal(0, 0.3, one.shape).astype(np.float32) for one in tiny_model.get_weights()])
    return made


@pytest.fixture
def root(model_root: Path, tiny_model: Any, early: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """tiny with epoch 1 kept (its best is 5), and tiny-2, which differs by its seed and kept epoch 1, too."""
    keep_epoch(model_root / "tiny", early, 1)
    training = {"optimizer": "nadam", "learning_rate": 0.002, "epochs_asked": 5, "epochs_run": 5, "seed": 7}
    second = write_run(model_root, "tiny-2", training=training)
    early.save(second / "model.keras")
    keep_epoch(second, tiny_model, 1)
    monkeypatch.setenv("FER_RUNS", str(model_root))
    return model_root


def opened(page: str, **query: str) -> AppTest:
    at = AppTest.from_file(str(REPO / "pages" / f"{page}.py"), default_timeout=120)
    for name, value in {"view": "Over epochs", "run": "tiny", **query}.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception and not at.error
    return at


def texts(at: AppTest) -> str:
    return "\n".join(str(part.value) for part in [*at.caption, *at.markdown, *at.info])


def test_each_epoch_shows_its_own_network(root: Path, tiny_model: Any, early: Any) -> None:
    pixels = np.add.outer(np.arange(48) * 3, np.arange(48)).astype(np.uint8)
    run = load_run(root / "tiny")
    for at, model in ((run, tiny_model), (kept_epochs(run)[1], early)):
        found = over_epochs.look(at, "conv2", 3, pixels, 2)
        kernel = np.asarray(model.get_layer("conv2").kernel)[..., 3]
        channel = int(np.abs(kernel).sum(axis=(0, 1)).argmax())
        span = np.abs(kernel[..., channel]).max()
        assert found["Its weights"].words == f"for channel {channel}, its heaviest: white {span:.3f}, black -{span:.3f}"
        expected = np.rint(255 * (0.5 + kernel[..., channel] / (2 * span)))
        np.testing.assert_allclose(found["Its weights"].picture, expected, atol=1)
        out = activations(model, "conv2", pixels[None])[0, ..., 3]
        assert found["Its activation"].words == f"{out.min():.2f} to {out.max():.2f}"
        p = np.asarray(model(pixels[None, ..., None].astype(np.float32)))[0]
        told = found["The face's map"].words
        wanted = f"{CLASSES[p.argmax()]} {p.max():.0%}"
        assert told == wanted + ("" if p.argmax() == 2 else f"; {CLASSES[2]} {p[2]:.0%}")
        assert found["Feature visualisation"].picture.shape == (48, 48)


def test_a_network_without_the_filter_still_shows_the_map(root: Path) -> None:
    pixels = np.zeros((48, 48), np.uint8)
    assert list(over_epochs.look(load_run(root / "tiny"), "conv2", 6, pixels, 0)) == ["The face's map"]
    assert list(over_epochs.look(load_run(root / "tiny"), "elsewhere", 0, pixels, 0)) == ["The face's map"]


@pytest.mark.parametrize("page", ["filters", "explain"])
def test_another_seed_stands_beside_at_first(root: Path, page: str) -> None:
    at = opened(page)
    box = next(one for one in at.selectbox if one.label == "Beside it")
    assert box.value == "tiny-2" and box.options == ["tiny-2: the same recipe, seed 7", "nothing"]
    box.select("nothing").run()
    assert (not at.exception and at.query_params["beside"] == ["nothing"]) or at.query_params["beside"] == "nothing"


@pytest.mark.parametrize("page", ["filters", "explain"])
def test_a_run_without_epochs_says_how_to_keep_some(
    model_root: Path, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FER_RUNS", str(model_root))
    assert "--keep-epochs" in texts(opened(page))


def test_reels_stay_in_step_where_an_epoch_is_missing() -> None:
    picture = np.arange(12, dtype=np.uint8).reshape(3, 4)
    row = film._Row("a", [None, {"map": film.Frame(picture, "one")}, {"map": film.Frame(picture + 9, "two")}])
    (reel,) = film._reels(row)
    assert reel["words"] == ["not kept at this epoch", "one", "two"]
    none, first, second = reel["frames"]
    assert none is None and first != second
    import base64

    shown = np.asarray(Image.open(io.BytesIO(base64.b64decode(first.partition(",")[2]))))
    np.testing.assert_array_equal(shown, picture)
