"""The model card: every figure of it is run.json's, in its own unit."""

import json
from pathlib import Path

import pytest

from fer_core.runs import load_run
from fer_core.runs.model_card import model_card
from tests.conftest import write_run

SCORE = {"n": 3589, "accuracy": 0.61234, "accuracy_interval": [0.5962, 0.6281], "macro_f1": 0.5876, "ece": 0.0912}


def card(root: Path, **about: object) -> str:
    folder = write_run(root, "one")
    record = json.loads((folder / "run.json").read_text())
    (folder / "run.json").write_text(json.dumps(record | about))
    return model_card(load_run(folder))


@pytest.fixture
def full(tmp_path: Path) -> str:
    model = {"name": "vgg", "options": {"width": 0.5, "depth": 3}, "parameters": 1234567, "multiply_adds": 45_600_000}
    data = {"name": "fer2013", "layout": "csv", "fingerprint": "x", "counts": {"fitted": 25839, "validation": 2870}}
    training = {"optimizer": "nadam", "learning_rate": 0.002, "label_smoothing": 0.1, "seed": 4}
    public = SCORE | {"ece_calibrated": None, "recall": {"angry": 0.51, "happy": 0.88, "fear": 0.4, "sad": None}}
    public |= {"without_twins": SCORE | {"n": 3000, "accuracy": 0.5901}}
    public |= {"averaged": {"flip": SCORE | {"accuracy": 0.62}}}
    public |= {"ferplus": {"n": 3500, "predictions": 0.753, "labels": 0.648}}
    return card(
        tmp_path,
        model=model,
        dataset=data,
        training=training | {"epochs_asked": 40, "epochs_run": 27},
        best_epoch=19,
        seconds=5400.0,
        hardware={"processor": "Two cores", "device": "gpu"},
        calibration={"temperature": 1.25},
        scores={"validation": SCORE | {"n": 0}, "public": public},
    )


def test_network_data_and_training(full: str) -> None:
    assert "vgg (options: width 0.5, depth 3); 1,234,567 parameters, 45.6 million multiply-adds" in full
    assert "Trained on 25,839 pictures, 2,870 held out" in full and "web search" in full
    assert "27 of 40 epochs (finished), 1.5 hours on Two cores (gpu); kept: epoch 19." in full
    assert "optimizer nadam, learning rate 0.002, label smoothing 0.1, seed 4." in full


def test_each_score_stands_in_its_row(full: str) -> None:
    rows = [line for line in full.splitlines() if line.startswith("| public")]
    assert rows == [
        "| public | 3,589 | 0.6123 | 0.5962 to 0.6281 | 0.5876 | 0.0912 | - |",
        "| public, without copies of training pictures | 3,000 | 0.5901 | 0.5962 to 0.6281 | 0.5876 | 0.0912 | - |",
        "| public, flip averaging | 3,589 | 0.6200 | 0.5962 to 0.6281 | 0.5876 | 0.0912 | - |",
    ]
    assert "| validation" not in full  # no picture was scored there
    assert "Temperature, fitted on the validation part: 1.250." in full
    assert "public: with the network's answer in 75.3% of 3,500 pictures, with FER2013's own label in 64.8%" in full
    assert "Recall on public, worst first: fear 0.40, angry 0.51, happy 0.88." in full


def test_what_is_not_known_is_not_said(tmp_path: Path) -> None:
    found = card(
        tmp_path, calibration=None, scores={}, note="A try.", dataset={"name": "drawn", "layout": "drawn", "counts": {}}
    )
    assert found.startswith("# one\n\nA try.\n") and "no photograph of a person" in found
    for word in ("## Scores", "Temperature", "## Weak at", "voters", "Trained on"):
        assert word not in found
    assert "an unknown machine (cpu)" in found


def test_a_network_from_elsewhere_has_its_source_and_limits(tmp_path: Path) -> None:
    about = {"status": "imported", "model": {"name": "imported", "parameters": None}, "source": "theirs.h5"}
    found = card(tmp_path, **about, limits=["no layer is known", "takes colours"])
    assert "its number of parameters is not known" in found and "48 x 48" in found
    assert "Not here; theirs.h5. Limits:\n\n- no layer is known\n- takes colours" in found
    other = {**about, "model": {"name": "imported", "parameters": 4321}}
    (tmp_path / "other").mkdir()
    without = card(tmp_path / "other", **other)
    assert "4,321 parameters" in without and "## Training" not in without
