"""Our own faces: classes are named, filled, taught, tried on a neighbour, downloaded and opened again."""

import base64
import io

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from fer_core.errors import FerError
from fer_core.own_classes import Collection
from fer_core.own_classes.cutting import cut_middle
from fer_core.own_classes.example import drawn_example
from pages.own_parts import gather
from pages.ui import burst
from tests.conftest import REPO
from tests.pages.transcript import agrees


@pytest.fixture
def app(monkeypatch, model_root) -> AppTest:
    monkeypatch.setenv("FER_RUNS", str(model_root))
    made = AppTest.from_file(REPO / "pages" / "own.py", default_timeout=120).run()
    assert not made.exception, made.exception[0].message
    return made


def text(app: AppTest) -> str:
    return " ".join(one.value for kind in (app.markdown, app.caption, app.warning, app.info, app.error) for one in kind)


def press(app: AppTest, label: str) -> AppTest:
    next(one for one in app.button if one.label == label).click().run()
    assert not app.exception, app.exception[0].message
    return app


def add(app: AppTest, name: str) -> AppTest:
    app.text_input(key="own_new_class").set_value(name)
    return press(app, "Add")


def jpeg(value: int) -> bytes:
    made = io.BytesIO()
    Image.fromarray(np.full((120, 160, 3), value, np.uint8)).save(made, "JPEG")
    return made.getvalue()


def test_classes_are_named_and_a_wrong_name_is_said(app) -> None:
    assert "Nothing is written" in text(app)
    add(app, "thumb")
    assert "**thumb**: 0 of 40, 10 more are needed" in text(app)
    assert "A camera takes photographs, so the best network that learned from photographs comes first" in text(app)
    add(app, "Thumb")
    assert "There is a class 'Thumb' already" in text(app)
    press(app, "Class away")
    assert app.session_state["own_memory"].collection.names == ()


def test_takes_of_the_camera_fill_a_class_once(app) -> None:
    add(app, "thumb")
    app.radio[0].set_value("the middle of the picture").run()
    for name, value in (("thumb", 40), ("other", 200)):
        if name == "other":
            add(app, "other")
        sent = {"id": name, "jpegs": [base64.b64encode(jpeg(value)).decode()] * 10}
        app.session_state["own_camera"] = {"take": sent}
        _callback(app)
    counts = app.session_state["own_memory"].collection.counts()
    assert counts == {"thumb": 10, "other": 10}


def _callback(app: AppTest) -> None:
    """What the component calls when a take has come; AppTest can't press a component."""
    from pages.own_parts import memory

    own = app.session_state["own_memory"]
    patched = pytest.MonkeyPatch()
    with patched.context() as patch:
        patch.setattr(gather, "memory", lambda: own)
        patch.setattr(memory, "memory", lambda: own)
        patch.setattr(gather, "into", lambda: own.collection.names[-1])
        patch.setattr(gather, "cut", lambda picture, quick=False: gather.cut_middle(picture))
        patch.setattr(burst.st, "session_state", {gather.CAMERA: app.session_state["own_camera"]})
        gather._taken()
        gather._taken()  # the camera may send it again
    app.session_state["own_camera"] = {}


def test_pictures_from_files_are_searched_in_full_and_taken_on_the_press(app, monkeypatch) -> None:
    """Each file is a take of its own, and one without a face is said."""
    asked = []

    def cut_face(picture: np.ndarray, quick: bool) -> np.ndarray | None:
        asked.append(quick)
        return None if picture.mean() < 50 else cut_middle(picture)

    monkeypatch.setattr(gather, "cut_face", cut_face)
    add(app, "thumb")
    uploader = next(one for one in app.get("file_uploader") if one.label == "Or pictures from files")
    uploader.set_value([(f"{value}.jpg", jpeg(value), "image/jpeg") for value in (90, 5, 180)])
    press(app, "Take these")
    own = app.session_state["own_memory"]
    assert asked == [False] * 3 and own.collection.takes.tolist() == [0, 1]
    assert [round(float(face.mean())) for face in own.collection.of("thumb")] == [90, 180]
    assert "No face was found in 1 of 5.jpg" in text(app)


def test_a_class_is_taught_tried_and_kept(app) -> None:
    press(app, "No camera at hand? Two classes of drawn faces")
    assert "**brows up**: 16 of 40" in text(app)
    press(app, "Teach it")
    said = text(app)
    assert "It tells your 2 classes apart in" in said and "Guessing by lot: 50%" in said and "whole takes" in said
    own = app.session_state["own_memory"]
    assert own.taught.counts.sum() == 32
    press(app, "A drawn neighbour")
    assert "It says **brows" in text(app)
    was = own.taught.head.names[int(own.answer.argmax())]
    app.button(key=f"own_was_{was}").click().run()
    assert "Neighbours: right in 1 of 1" in text(app)
    kept = Collection.from_zip(own.collection.to_zip())
    assert kept.counts() == {"brows up": 16, "brows down": 16}
    press(app, "Forget all pictures")
    assert app.session_state["own_memory"].collection.names == ()
    agrees(app, "own-taught", exact=False)


def test_changed_pictures_ask_to_be_taught_again(app) -> None:
    press(app, "No camera at hand? Two classes of drawn faces")
    press(app, "Teach it")
    app.button(key="own_undo_brows up").click().run()
    assert "teach it again" in text(app)


def test_a_zip_opens_and_a_wrong_one_is_said(app) -> None:
    uploader = next(one for one in app.get("file_uploader"))
    uploader.set_value(("my-class.zip", drawn_example(10).to_zip(), "application/zip")).run()
    assert app.session_state["own_memory"].collection.counts() == {"brows up": 10, "brows down": 10}
    uploader = next(one for one in app.get("file_uploader") if one.label == "A class that was downloaded here")
    uploader.set_value(("other.zip", b"no zip", "application/zip")).run()
    assert "This is no class that was downloaded here" in text(app)
    assert app.session_state["own_memory"].collection.counts()["brows up"] == 10


@pytest.mark.parametrize(
    "sent", [{"id": "a"}, {"id": "a", "jpegs": []}, {"id": "a", "jpegs": [3]}, {"id": 1, "jpegs": ["?"]}]
)
def test_what_the_camera_would_never_send_is_refused(monkeypatch, sent: dict) -> None:
    monkeypatch.setattr(burst.st, "session_state", {"key": {"take": sent}})
    with pytest.raises(FerError, match="reload the page"):
        burst.taken("key")
