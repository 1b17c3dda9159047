"""What pages compute and keep, held against the core: two networks and two data sets in turn, colours, cells, votes."""

import io
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import streamlit as st
from PIL import Image

from fer_core.data import averages, quality
from fer_core.data.dataset import Dataset
from fer_core.data.twins import picture_keys, twins
from fer_core.data.votes import VOTE_NAMES
from fer_core.evaluation.confusion import Selection
from fer_core.evaluation.doubtful import FERPLUS_COLUMNS, class_votes
from fer_core.figures.confusion import heatmap, probability_bars
from fer_core.figures.dataset import votes_bars
from fer_core.labels import CLASSES
from fer_core.models.preprocessing import fit_statistics
from fer_core.reading import readings
from fer_core.runs import Run, load_run
from pages.confusion_parts import gallery, scene
from pages.dataset_parts import chosen
from pages.explain_parts import cells, grids
from pages.predict_parts import saliency_panel
from pages.ui import bars, downloads, drawing, explain, loaders
from tests.conftest import tiny_faces, write_run

# Networks ------------------------------------------------------------------------------------------------------------


def put(run: Run, number: int) -> None:
    """Puts network `number` in the place of the run's, as a training does: another file, another time."""
    run.model_path.write_text(str(number))
    os.utime(run.model_path, (number, number))


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run whose networks are numbers; asked or explained, a network says its number."""

    def load_model(asked: Run) -> Any:
        return SimpleNamespace(number=float(asked.model_path.read_text()))

    def say(model: Any, pixels: np.ndarray, method: str, target: Any, **settings: Any) -> np.ndarray:
        return np.full((len(pixels), 48, 48), model.number, np.float32)

    monkeypatch.setattr(loaders.fer_runs, "load_model", load_model)
    monkeypatch.setattr(loaders, "Predictor", lambda run, load: load(run))
    monkeypatch.setattr(loaders.warmup, "wait", lambda: None)
    monkeypatch.setattr(explain.saliency, "explain", say)
    monkeypatch.setattr(explain.saliency, "promised", lambda model, *given, **more: np.array([model.number]))
    made = load_run(write_run(tmp_path, "changing"))
    put(made, 3)
    return made


FACE = np.zeros((48, 48), np.uint8)


def _in_words(run: Run) -> float:
    """What integrated gradients promise, read back out of the sentence about what a map of nothing lacks."""
    said = explain.gap(run, FACE, "integrated_gradients", 2, {}, np.zeros((48, 48), np.float32))
    return float(said.split("not ")[1].split()[0])


ASKED: dict[str, Callable[[Run], float]] = {
    "the model": lambda run: loaders.model(run).number,
    "the predictor": lambda run: loaders.predictor(run).number,  # type: ignore[attr-defined]
    "a map": lambda run: float(explain.raw_maps(run, FACE, "gradient", [1])[0, 0, 0]),
    "two maps": lambda run: float(explain.raw_maps(run, FACE, "gradient", [None])[0, 0, 0]),
    "a promise": _in_words,
}


@pytest.mark.parametrize("what", ASKED)
def test_after_a_training_the_new_network_answers(what: str, run: Run) -> None:
    for number in (3, 8, 5):
        put(run, number)
        assert ASKED[what](run) == number


def test_the_mean_map_of_a_cell_is_the_new_networks_and_of_the_set_in_view(run: Run, monkeypatch) -> None:
    """A mean map is scaled to a sum of 1, so the network's number is told by where its map is."""

    def corner(model: Any, pixels: np.ndarray, method: str, target: Any, **settings: Any) -> np.ndarray:
        maps = np.zeros((len(pixels), 48, 48), np.float32)
        maps[:, int(model.number), int(target)] = 1
        return maps

    monkeypatch.setattr(explain.saliency, "explain", corner)
    first, other = tiny_faces(seed=0), tiny_faces(seed=1)
    positions = np.array([4, 9, 30])
    for number, data, taken in ((3, first, 5), (3, other, 5), (8, other, 5), (8, other, 2), (3, first, 5)):
        put(run, number)
        face, mean = cells._mean(run, data, positions, taken, "gradient", {})
        assert np.argwhere(mean).tolist() == [[number, taken]]
        np.testing.assert_array_equal(face, np.round(data.pixels[positions].mean(axis=0)).astype(np.uint8))


def test_the_map_on_predict_is_the_new_networks(run: Run, monkeypatch) -> None:
    monkeypatch.setattr(st, "session_state", {})
    for number in (3, 8, 3):
        put(run, number)
        request: Any = SimpleNamespace(run=run, key=(((str(run.folder), loaders.network_stamp(run)),),))
        assert saliency_panel._map(FACE, request, "gradient", 2)[0, 0] == number


def test_predictions_written_anew_are_read_anew(tmp_path: Path) -> None:
    folders = [write_run(tmp_path / name, "one", seed=seed) for name, seed in (("a", 1), ("b", 2))]
    shown = load_run(folders[0])
    before = loaders.predictions(shown, "private").probabilities
    later = (folders[1] / "predictions.npz").read_bytes()
    (folders[0] / "predictions.npz").write_bytes(later)
    os.utime(folders[0] / "predictions.npz", (9, 9))
    after = loaders.predictions(shown, "private").probabilities
    np.testing.assert_array_equal(after, load_run(folders[1]).predictions("private").probabilities)
    assert not np.array_equal(before, after)
    epochs = loaders.epoch_classes(shown)
    assert epochs is not None
    np.testing.assert_array_equal(epochs[1], load_run(folders[1]).epoch_classes()[1])  # type: ignore[index]


# Data sets -----------------------------------------------------------------------------------------------------------


def _numbers(found: Any) -> list[np.ndarray]:
    return [np.asarray(value) for value in vars(found).values()]


KEPT: dict[str, tuple[Callable[[Dataset], Any], Callable[[Dataset], Any]]] = {
    "class averages": (
        lambda data: chosen.class_averages(data, "public").mean,
        lambda data: averages.averages(data.pixels[data.split == 1], data.labels[data.split == 1]).mean,
    ),
    "measures": (
        lambda data: _numbers(chosen.picture_measures(data)),
        lambda data: _numbers(quality.measures(data.pixels)),
    ),
    "facts": (lambda data: str(chosen.facts(data)), lambda data: str(quality.summary(data))),
    "statistics": (
        lambda data: chosen.statistics(data, "featurewise").mean,  # type: ignore[union-attr]
        lambda data: fit_statistics(data.pixels[data.split == 0], "featurewise").mean,  # type: ignore[union-attr]
    ),
    "twins": (lambda data: chosen.copies(data)["twins"], twins),
    "keys": (lambda data: scene._keys(data.fingerprint, data), lambda data: picture_keys(data.pixels)),
    "slices": (
        lambda data: _numbers(scene._measures(data.fingerprint, data)),
        lambda data: _numbers(quality.measures(data.pixels)),
    ),
}


@pytest.fixture(scope="module")
def two_sets() -> list[Dataset]:
    """Two sets of one size and one name; only the second has a twin."""
    first, other = tiny_faces(per_class=2, seed=3), tiny_faces(per_class=2, seed=4)
    pixels = other.pixels.copy()
    pixels[20] = pixels[1]
    return [first, replace(other, pixels=pixels, fingerprint="the second")]


@pytest.mark.parametrize("what", KEPT)
def test_what_is_kept_of_a_set_is_of_that_set(what: str, two_sets: list[Dataset]) -> None:
    kept, measured = KEPT[what]
    for data in (*two_sets, two_sets[0]):
        np.testing.assert_equal(kept(data), measured(data))


def test_pictures_are_shown_only_of_the_set_that_the_rows_are_of(tmp_path: Path, monkeypatch) -> None:
    first, other = tiny_faces(seed=0), tiny_faces(seed=1)
    shown = load_run(write_run(tmp_path, "one", first))
    for there, found in ((first, first), (other, None), (None, None)):
        monkeypatch.setattr(loaders, "dataset", lambda there=there: there)
        assert loaders.dataset_for(shown) is found


# Cells and orders ----------------------------------------------------------------------------------------------------

LABELS = np.array([2, 2, 2, 4, 4, 2, 5, -1])
SAID = np.array([4, 4, 2, 2, 4, 4, 4, 4])
SURE = np.array([0.5, 0.9, 0.8, 0.7, 0.6, 0.7, 0.95, 0.4])


def judged() -> Any:
    """Eight pictures, rows from 100 up: three fear taken for sad, one sad for fear."""
    probabilities = np.repeat((1 - SURE)[:, None] / 6, 7, axis=1)
    probabilities[np.arange(8), SAID] = SURE
    return SimpleNamespace(rows=np.arange(100, 108), labels=LABELS, probabilities=probabilities, predicted=SAID)


def test_the_pictures_of_a_cell_are_its_own_the_surest_first(monkeypatch) -> None:
    monkeypatch.setattr(cells.loaders, "predictions", lambda run, split: judged())
    data = SimpleNamespace(index_of=lambda rows: np.asarray(rows) - 100)
    found = {cell: cells._rows(None, data, "private", *cell).tolist() for cell in ((2, 4), (4, 2), (2, 2), (4, 5))}  # type: ignore[arg-type]
    assert found == {(2, 4): [1, 5, 0], (4, 2): [3], (2, 2): [2], (4, 5): []}


def test_pictures_stand_in_the_order_that_is_named() -> None:
    which = np.array([0, 1, 2, 3, 4, 5])
    view: Any = judged()
    assert gallery.ranked(view, which, "sure").tolist() == [1, 2, 3, 5, 4, 0]
    assert gallery.ranked(view, which, "close").tolist() == [0, 4, 3, 5, 2, 1]
    assert gallery.ranked(view, which, "doubtful").tolist()[:3] == [1, 3, 5]
    assert gallery.ranked(view, which[::-1], "row").tolist() == [0, 1, 2, 3, 4, 5]


def test_a_press_on_a_cell_names_its_label_and_its_answer(monkeypatch) -> None:
    kept: dict[str, Any] = {}
    monkeypatch.setattr(scene.CONFUSION, "put_all", kept.update, raising=False)
    scene.choose(Selection(2, 5))
    assert (kept["true"], kept["pred"]) == ("fear", "surprise")
    scene.choose(Selection(None, 1))
    assert (kept["true"], kept["pred"]) == (scene.ANY, "disgust")


def test_a_heat_map_has_labels_down_and_answers_across() -> None:
    counts = np.arange(49).reshape(7, 7)
    (found,) = heatmap(counts, "none", np.array([3, 0, 1, 2, 4, 5, 6])).data
    place = (list(found.y).index("fear"), list(found.x).index("happy"))
    assert np.asarray(found.z)[place] == counts[2, 3] == 17


def test_the_scene_takes_pictures_votes_and_words_of_one_row() -> None:
    data = tiny_faces()
    votes = np.arange(len(data) * 10).reshape(-1, 10).astype(np.uint8)
    data = replace(data, votes=votes)
    one = judged()
    view = scene.SliceInView(
        None,
        "private",
        one.rows,
        one.labels,
        one.probabilities,
        one.predicted,
        data,
        one.rows - 60,
        one.rows,  # type: ignore[arg-type]
    )
    np.testing.assert_array_equal(view.pictures(np.array([3, 0])), data.pixels[[43, 40]])
    np.testing.assert_array_equal(scene.votes(view, np.array([3])), votes[[43]])
    assert view.says(3) == "Row 103: labelled sad (5.0%), taken for fear with 70.0%."
    assert view.says(2) == "Row 102: fear, recognised with 80.0%." and view.says(7).startswith("Row 107: no label")
    assert (view.counts[2, 4], view.counts[4, 2], view.counts[5, 4], view.counts.sum()) == (3, 1, 1, 7)
    table = view.table(np.array([3]))
    assert table.iloc[0][["row", "label", "taken_for", "confidence"]].tolist() == [103, "sad", "fear", 0.7]
    kept = view.take(one.labels == 4)
    assert kept.rows.tolist() == [103, 104] and kept.places.tolist() == [43, 44]


# Votes ---------------------------------------------------------------------------------------------------------------

#                 neutral happy surprise sad anger disgust fear contempt unknown not a face
VOTES = np.array([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], np.uint8)
BY_CLASS = {"angry": 5, "disgust": 6, "fear": 7, "happy": 2, "sad": 4, "surprise": 3, "neutral": 1}


def test_votes_stand_beside_the_classes_they_were_given_to() -> None:
    p = np.array([0.05, 0.1, 0.2, 0.3, 0.15, 0.12, 0.08], np.float32)
    network, people = probability_bars(p, 2, class_votes(VOTES[None])[0]).data
    names = [name.removesuffix(" (label)") for name in people.y]
    assert dict(zip(names, people.text, strict=True)) == {
        name: f"{count} vote{'s' if count > 1 else ''}" for name, count in BY_CLASS.items()
    }
    assert dict(zip(names, people.x, strict=True)) == pytest.approx({n: c / 28 for n, c in BY_CLASS.items()})
    assert dict(zip(names, network.x, strict=True)) == pytest.approx(dict(zip(CLASSES, p, strict=True)))
    assert [name for name in people.y if name.endswith("(label)")] == ["fear (label)"]


def test_all_ten_columns_are_named_in_their_order() -> None:
    (found,) = votes_bars(VOTES, VOTE_NAMES).data
    shown = dict(zip(found.y, found.x, strict=True))
    for name, column in zip(CLASSES, FERPLUS_COLUMNS, strict=True):
        (said,) = [n for n in shown if n[:3] == {"angry": "ang", "happy": "hap", "sad": "sad"}.get(name, name[:3])]
        assert shown[said] == VOTES[column] == BY_CLASS[name]
    assert [shown[name] for name in VOTE_NAMES[7:]] == [8, 9, 10]


# Colours and shares --------------------------------------------------------------------------------------------------


@pytest.fixture
def buttons(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """The files that download buttons give, by name."""
    given: dict[str, bytes] = {}

    def record(label: str, data: Any, file: str, *more: Any, **options: Any) -> None:
        given[file] = data() if callable(data) else data

    monkeypatch.setattr(st, "download_button", record)
    return given


def coloured(height: int = 48, width: int = 48) -> np.ndarray:
    """u8 (h, w, 3): red above, blue below, a green column on the left."""
    picture = np.zeros((height, width, 3), np.uint8)
    picture[: height // 2, :, 0] = 250
    picture[height // 2 :, :, 2] = 240
    picture[:, :5] = (0, 230, 10)
    return picture


def test_a_coloured_picture_is_taken_along_in_its_colours(buttons: dict[str, bytes]) -> None:
    picture = coloured(30, 50)
    downloads.png_button(picture, "one")
    (data,) = buttons.values()
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(data)).convert("RGB")), picture)


def test_a_grid_is_taken_along_in_its_colours(buttons: dict[str, bytes]) -> None:
    grids.take_along([explain.Card(coloured(), "first"), explain.Card(coloured(), "second")], "grid")
    sheet = np.asarray(Image.open(io.BytesIO(buttons["grid.png"])).convert("RGB")).astype(int)
    shades, counts = np.unique(sheet.reshape(-1, 3), axis=0, return_counts=True)
    strong = {tuple(shade): n for shade, n in zip(shades.tolist(), counts.tolist(), strict=True) if n > 300}
    assert strong[250, 0, 0] == strong[0, 0, 240] and strong[0, 230, 10] > 300
    assert np.argwhere((sheet == (250, 0, 0)).all(axis=2))[0][0] < np.argwhere((sheet == (0, 0, 240)).all(axis=2))[0][0]


def test_bars_give_each_class_its_own_share() -> None:
    p = np.array([0.05, 0.1, 0.2, 0.31, 0.14, 0.12, 0.08], np.float32)
    shown = bars.bars(p)
    for name, share in zip(CLASSES, p, strict=True):
        row = shown.split(f"<span>{name}</span>")[1].split("</div>")[0]
        assert f"width:{share:.1%}" in row and f"<span>{share:.1%}</span>" in row
    assert shown.count("fer-pbar best") == 1 and '<div class="fer-pbar best"><span>happy</span>' in shown


class Cool:
    """Says something else where it is not asked for calibrated probabilities."""

    run = SimpleNamespace(name="cool")

    def probabilities(self, crops: np.ndarray, flip: bool = False, calibrated: bool = True) -> np.ndarray:
        return np.full((len(crops), 7), 0.25 if calibrated else 0.75, np.float32)


def test_what_is_called_calibrated_is() -> None:
    from pages.playground_parts import predictor_choice

    picture = np.repeat(np.arange(48, dtype=np.uint8)[:, None, None] * 5, 48, axis=1).repeat(3, axis=2)
    read = readings.read_picture(picture, "small", [Cool()])  # type: ignore[list-item]
    assert read.probabilities["cool"].tolist() == [[0.25] * 7]
    assert (predictor_choice.ask(Cool(), FACE[None]) == 0.25).all()  # type: ignore[arg-type]


# Faces that are drawn ------------------------------------------------------------------------------------------------


def test_each_slider_moves_what_it_is_called_after() -> None:
    values = {"roll": 11.0, "yaw": -22.0, "pitch": 6.0, "shift_x": 0.03, "shift_y": -0.05, "scale": 1.1}
    light = {"azimuth": 12.0, "elevation": 50.0, "ambient": 0.5, "gain": 1.2, "gamma": 0.9, "contrast": 1.1}
    made = drawing.drawing({**values, **light, "person": 3, "grain": 4.0, "blur": 0.7, "lean": 0.25})
    assert {name: getattr(made.scene.pose, name) for name in values} == values
    assert {name: getattr(made.scene.light, name) for name in light} == light
    assert made.scene.noise is not None and (made.scene.noise.grain, made.scene.noise.blur) == (4.0, 0.7)


def test_tilting_turns_the_picture_and_turning_does_not() -> None:
    """A tilted face is the upright one turned clockwise; one that looks aside is not."""
    import cv2

    upright, tilted, aside = (drawing.drawing(given).pixels() for given in ({}, {"roll": 20.0}, {"yaw": 20.0}))
    turn = cv2.getRotationMatrix2D((23.5, 23.5), -20, 1)
    expected = cv2.warpAffine(upright, turn, (48, 48), borderMode=cv2.BORDER_REPLICATE)
    middle = slice(12, 36), slice(12, 36)
    alike = [np.corrcoef(expected[middle].ravel(), one[middle].ravel())[0, 1] for one in (tilted, aside)]
    assert alike[0] > 0.9 > alike[1] + 0.1
