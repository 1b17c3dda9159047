"""The Data page, with a small real set and with none."""

import io
from types import SimpleNamespace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from pages.dataset_parts import chosen, opening
from pages.ui import loaders
from pages.ui.states import DATASET
from tests.conftest import REPO
from tests.pages.state import ask
from tests.pages.transcript import agrees

VIEWS = ("classes", "pictures", "problems", "inputs")


def open_page(view: str = "classes", **state) -> AppTest:
    app = AppTest.from_file(str(REPO / "pages" / "dataset.py"), default_timeout=60)
    ask(app, DATASET, view=view, **state)
    app.run()
    assert not app.exception
    return app


def words(app: AppTest) -> str:
    return "\n".join(
        str(item.value) for kind in (app.caption, app.info, app.warning, app.error, app.success) for item in kind
    ) + "\n".join(item.proto.body for item in app.get("html"))


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_works_without_a_data_set(view, few_drawn):
    app = open_page(view)
    assert "FER2013 is not here" in words(app)
    assert ">drawn</span>" in words(app)
    assert not app.error


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_works_with_one(view, with_set):
    app = open_page(view)
    assert ">measured</span>" in words(app)
    assert "42 pictures of 48 x 48 (train 14, public 14, private 14)" in words(app)
    assert not app.error


def test_how_to_open_a_set_is_there_without_one(few_drawn, monkeypatch):
    monkeypatch.setattr(loaders, "drawn", lambda: pytest.fail("this view needs no pictures"))
    app = open_page("open")
    assert any("set `FER_DATA` to its path" in text.value for text in app.markdown)
    assert not app.error


def test_classes_counts_and_averages(with_set):
    app = open_page()
    frame = app.dataframe[0].value
    assert frame["split"].tolist() == ["train", "public", "private"]
    assert frame["all"].tolist() == [14, 14, 14]
    for kind in ("against", "deviation"):
        ask(app, DATASET, kind=kind)
        assert not app.run().exception
    assert "angry (2)" in words(app)


def test_problems_are_counted_and_shown(with_set):
    app = open_page("problems")
    values = {metric.label: metric.value for metric in app.metric}
    assert values == {
        "All-zero pictures": "2",
        "public twins of training": "0",
        "private twins of training": "1",
        "Pictures there more than once": "2",
    }
    assert "The all-zero pictures stand under 2 labels: happy 1, sad 1." in words(app)
    shown = app.selectbox(key="dataset:problem")
    assert shown.options[0] == "Empty pictures"
    app = shown.set_value("relabelled").run()
    assert not app.exception
    assert "1 pictures" not in words(app)
    assert "1 picture. Pixel-identical" in words(app)
    assert "The same picture, pixel for pixel: row 10: happy, train." in words(app)


def test_near_copies_are_looked_for_when_asked(with_set, monkeypatch):
    asked = []
    monkeypatch.setattr(chosen, "near_copies", lambda dataset: asked.append(len(dataset)) or [np.array([7, 2, 9])])
    app = open_page("problems")
    assert not asked
    app = app.selectbox(key="dataset:problem").set_value("near_copies").run()
    assert not app.exception
    assert asked == [42] and "3 pictures. Almost the same picture" in words(app)
    assert app.dataframe[0].value["row"].tolist() == [7, 2, 9]
    agrees(app, "dataset-near-copies")


def test_a_set_without_near_copies_says_none(with_set, monkeypatch):
    monkeypatch.setattr(chosen, "near_copies", lambda dataset: [])
    app = open_page("problems", problem="near_copies")
    assert not app.exception and "0 pictures. Almost the same picture" in words(app)


def test_pictures_can_be_filtered_and_ordered(with_set):
    app = open_page("pictures")
    app.selectbox(key="dataset:split").set_value("train")
    app.selectbox(key="dataset:order").set_value("darkest").run()
    assert not app.exception
    assert "row 3: happy, train" in words(app)  # black, the first of its kind, shown large
    app.selectbox(key="dataset:class").set_value("sad").run()
    assert "row 4: sad, train" in words(app)


def test_a_row_that_is_not_there_is_one_sentence(with_set):
    app = open_page("inputs", row=4711)
    assert [error.value for error in app.error] == ["The set 'some' has no row 4711."]
    app.number_input(key="dataset:row").set_value(30).run()
    assert not app.error
    assert "row 30: fear, private" in words(app)


def test_own_augmentation_has_its_sliders(with_set):
    app = open_page("inputs", augmentation="own")
    app.slider(key="data_rotation").set_value(0).run()
    assert not app.exception
    assert "up to 0 degrees either way" in words(app)
    agrees(app, "dataset-augmentation")


def test_an_upload_is_shown_and_can_be_closed(some_faces, few_drawn):
    app = open_page("open", uploaded_dataset=some_faces)
    assert "some is open: 42 pictures" in words(app)
    app.button(key="data_close").click().run()
    assert not app.exception
    assert "some is open" not in words(app)
    agrees(app, "dataset-upload")


@pytest.mark.parametrize("good", [True, False])
def test_a_damaged_upload_leaves_the_set_that_was_there(good, some_faces, monkeypatch):
    content = io.BytesIO()
    np.savez(content, pixels=some_faces.pixels, emotion=some_faces.labels)
    content.name = "mine.npz"
    if not good:
        content.truncate(20_000)
    state = SessionState(data_upload_0=content, uploaded_dataset=some_faces)
    monkeypatch.setattr(opening.DATASET, "put", lambda name, value: None)
    monkeypatch.setattr(opening, "st", SimpleNamespace(session_state=state))
    opening._open(0)
    if good:
        assert state["uploaded_dataset"].name == "mine"
        assert "data_problem_text" not in state
    else:
        assert state["uploaded_dataset"] is some_faces
        assert state["data_problem_text"].startswith("mine.npz is not a readable .npz file")
    assert state["data_upload_turn"] == 1


def test_a_broken_default_set_is_one_sentence_and_drawn_faces(few_drawn, tmp_path, monkeypatch):
    (tmp_path / "fer2013.csv").write_text("emotion,pixels,Usage\n3,1 2 3,Training\n")
    monkeypatch.setenv("FER_DATA", str(tmp_path / "fer2013.csv"))
    app = open_page()
    assert app.error[0].value == "fer2013.csv, row 0 (line 2): 3 pixels where 2304 (48 x 48) are expected."
    assert ">drawn</span>" in words(app)


class SessionState(dict):
    """What st.session_state is to a callback: keys and attributes alike."""

    __setattr__ = dict.__setitem__
    __getattr__ = dict.__getitem__


def test_what_was_taken_is_said_and_guesses_may_be_changed(tmp_path, monkeypatch):
    """Class folders 3, 4 and 6 without a split: numbers and split are guesses."""
    import cv2

    for name in "346":
        folder = tmp_path / "mine" / name
        folder.mkdir(parents=True)
        picture = np.full((48, 48), 10 * int(name), np.uint8)
        folder.joinpath("a.png").write_bytes(cv2.imencode(".png", picture)[1].tobytes())
        folder.joinpath("*notes*.txt").write_text("mine")
    monkeypatch.setenv("FER_DATA", str(tmp_path / "mine"))
    app = open_page()
    said = words(app)
    assert "folders named by numbers were taken in FER2013's order (0 angry, 1 disgust" in said
    assert "all were taken for training" in said and "3 files that are no pictures were left out (3/\\*notes" in said
    assert "(train 3)" in said
    app.selectbox(key="data_numbers").set_value("alphabet").run()
    app.selectbox(key="data_split").set_value("test").run()
    assert not app.exception and "(test 3)" in words(app)
    frame = app.dataframe[0].value
    assert frame.loc[0, ["happy", "neutral", "surprise"]].tolist() == [1, 1, 1]  # 3, 4 and 6 of the alphabet
    assert frame.loc[0, "sad"] == 0
    assert app.selectbox(key="data_numbers").value == "alphabet"
