"""The Predict page as a script: each way in, the settings, bad files, several runs."""

import base64
import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from fer_core import pictures
from fer_core.data.drawn.clip import frames
from fer_core.labels import CLASSES
from fer_core.reading.inference import add_lite_copy
from fer_core.runs import load_run
from pages.ui.states import PREDICT
from tests.conftest import REPO, write_run
from tests.core.reading.test_video import clip  # noqa: F401
from tests.pages.state import ask
from tests.pages.transcript import agrees


class File:
    """What st.file_uploader gives."""

    def __init__(self, name: str, data: bytes) -> None:
        self.name, self.data, self.file_id = name, data, f"{name}-{len(data)}"

    def getvalue(self) -> bytes:
        return self.data


@pytest.fixture(scope="module")
def roots(tiny_model: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs with a model, one of them with a LiteRT copy, and one without."""
    root = tmp_path_factory.mktemp("runs")
    for name in ("first", "second"):
        tiny_model.save(write_run(root, name) / "model.keras")
    add_lite_copy(load_run(root / "first"), tiny_model)
    write_run(root, "bare")
    return root


@pytest.fixture
def picture() -> bytes:
    return pictures.encode_png(next(iter(frames(1))))


def open_page(monkeypatch: pytest.MonkeyPatch, root: Path, files: list[File] | None = None, **state: Any) -> AppTest:
    monkeypatch.setenv("FER_RUNS", str(root))
    if files is not None:
        monkeypatch.setattr(st, "file_uploader", lambda *args, **options: files)
    app = AppTest.from_file(REPO / "pages" / "predict.py", default_timeout=120)
    return again(app, **state)


def again(app: AppTest, **state: Any) -> AppTest:
    ask(app, PREDICT, **state)
    app.run()
    assert not app.exception, app.exception[0].message
    return app


def cards(app: AppTest) -> str:
    return "".join(element.proto.body for element in app.get("html"))


def test_the_example_needs_nothing(monkeypatch: pytest.MonkeyPatch, roots: Path) -> None:
    app = open_page(monkeypatch, roots)
    assert cards(app).count("Face 3") >= 1
    assert "Face 4" not in cards(app)
    assert all(name in cards(app) for name in CLASSES)
    assert not app.error


def test_no_picture_of_an_answer_is_a_file_of_its_own(monkeypatch: pytest.MonkeyPatch, roots: Path) -> None:
    """Beside a camera runs follow each other so closely that such a file may be gone before the browser asks for it."""
    app = open_page(monkeypatch, roots)
    urls = [image.url for element in app.get("image") for image in element.proto.imgs]
    assert len(urls) == 3 and all(url.startswith("data:image/jpeg;base64,") for url in urls)


def test_limits_and_privacy_are_said_once(monkeypatch: pytest.MonkeyPatch, roots: Path) -> None:
    app = open_page(monkeypatch, roots)
    said = " ".join(element.value for element in [*app.warning, *app.caption])
    assert said.count("must not be used for") == 1
    assert said.count("HTTPS") == 1


def test_the_limits_fold_to_a_line_once_they_were_read(monkeypatch: pytest.MonkeyPatch, roots: Path) -> None:
    app = open_page(monkeypatch, roots)
    press(app, "I have read this")
    assert not any(button.label == "I have read this" for button in app.button)
    (line,) = [p for p in app.get("popover") if "must not be used for" in p.proto.popover.label]
    assert "must not be used for" in line.warning[0].value
    again(app, way="Upload")
    assert not any(button.label == "I have read this" for button in app.button)


def test_not_sure_is_one_rule_on_the_card_in_the_csv_and_in_live_answers(
    monkeypatch: pytest.MonkeyPatch, roots: Path, picture: bytes
) -> None:
    from pages.predict_parts import live, results

    app = open_page(monkeypatch, roots, [File("two.png", picture)], way="Upload", run="first", sure_of=0.95)
    (reading,) = app.session_state["predict_readings"].values()
    assert reading.probabilities["first"].max() < 0.9  # an untrained network is sure of nothing
    assert 'fer-label">not sure<' in cards(app) and "not sure" in " ".join(c.value for c in app.caption)
    again(app, sure=False)
    assert "not sure" not in cards(app) and "always named" in " ".join(c.value for c in app.caption)
    assert results.readings.rows(reading, {"first": 0.9})[0]["shown"] == "not sure"
    again(app, way="Live camera", sure=True)
    state = app.session_state[live.STATE]
    live.answer(state, as_frame(live_frame(next(iter(frames(1))), 1)))
    assert [face["label"] for face in state.answers[0]["faces"]] == [None, None]


def test_a_control_moved_while_frames_come_is_caught_up_with(monkeypatch: pytest.MonkeyPatch, roots: Path) -> None:
    script = """
import streamlit as st
from pages.predict_parts import live
from pages.predict_parts.answering import AnswerState
from pages.ui.states import PREDICT
PREDICT.open()
st.toggle("Maps", **PREDICT.widget("live_map"))
st.slider("Faces", **PREDICT.widget("live_faces"))
drawn = st.session_state.setdefault("drawn", live._stands_at())
live._catch_up(AnswerState(None, (), stands_at=drawn))
st.write("anew" if st.session_state.pop(live._ANEW, False) else "same")
"""
    monkeypatch.setenv("FER_RUNS", str(roots))
    app = AppTest.from_string(script, default_timeout=60).run()
    assert app.markdown[-1].value == "same"
    assert app.toggle[0].set_value(True).run().markdown[-1].value == "anew"
    assert app.toggle[0].set_value(False).run().markdown[-1].value == "same"
    assert app.slider[0].set_value(3).run().markdown[-1].value == "anew"


def test_what_the_browser_switches_moves_the_pages_switches(monkeypatch: pytest.MonkeyPatch, roots: Path) -> None:
    from pages.ui import live_camera

    sent_frame = live_frame(next(iter(frames(1))), 1)
    assert live_camera.parse_frame({**sent_frame, "set": {"mirror": False, "run": "x"}}).switched == {"mirror": False}
    script = """
import streamlit as st
from pages.predict_parts import live
from pages.ui.states import PREDICT
PREDICT.open()
live._switch({"mirror": False, "map": False})
st.write("anew" if st.session_state.get(live._ANEW) else "same", PREDICT.value("mirror"))
"""
    app = AppTest.from_string(script).run()
    assert not app.exception and [m.value for m in app.markdown] == ["anew `False`"]


def test_runs_without_a_model_are_not_offered(monkeypatch: pytest.MonkeyPatch, roots: Path) -> None:
    app = open_page(monkeypatch, roots)
    (box,) = [box for box in app.selectbox if box.label == "Run"]
    assert len(box.options) == 2
    assert not any("bare" in option for option in box.options)


def test_no_run_with_a_model_leaves_a_note(monkeypatch: pytest.MonkeyPatch, runs_root: Path) -> None:
    app = open_page(monkeypatch, runs_root)
    assert any("train" in note.value for note in app.info)


def test_an_uploaded_picture_is_read_by_two_runs(monkeypatch: pytest.MonkeyPatch, roots: Path, picture: bytes) -> None:
    app = open_page(monkeypatch, roots, [File("two.png", picture)], way="Upload", run="first", beside=["second"])
    shown = cards(app)
    assert shown.count(">first<") == 2
    assert shown.count(">second<") == 2
    assert "found by YuNet" in shown
    assert any("640 x 480" in caption.value for caption in app.caption)
    agrees(app, "predict-two-runs", exact=False)


def test_bad_files_leave_a_sentence_and_the_good_one_is_read(
    monkeypatch: pytest.MonkeyPatch, roots: Path, picture: bytes
) -> None:
    bad = {"empty.png": b"", "text.jpg": b"hello " * 50, "half.png": picture[:500], "x.webp": bytes(300)}
    files = [File(name, data) for name, data in bad.items()] + [File("good.png", picture)]
    app = open_page(monkeypatch, roots, files, way="Upload")
    assert len(app.error) == 4
    for name, shown in zip(bad, app.error, strict=True):
        assert name in shown.value
    assert "Face 2" in cards(app)


def test_flip_and_level_change_the_answer(monkeypatch: pytest.MonkeyPatch, roots: Path, picture: bytes) -> None:
    app = open_page(monkeypatch, roots, [File("two.png", picture)], way="Upload", run="first")
    plain = readings(app)
    again(app, flip=True)
    flipped = readings(app)
    assert not np.allclose(plain, flipped)
    again(app, flip=False)
    assert np.allclose(plain, readings(app))


def readings(app: AppTest) -> np.ndarray:
    """The probabilities of the reading that was shown last."""
    known = app.session_state["predict_readings"]
    flip = app.toggle(key="predict:flip").value
    (reading,) = [each for key, each in known.items() if key[1][1] == flip]
    return reading.probabilities["first"]


def test_why_this_and_not_that(monkeypatch: pytest.MonkeyPatch, roots: Path, picture: bytes) -> None:
    app = open_page(monkeypatch, roots, [File("two.png", picture)], way="Upload", question="Why this, not that")
    this = next(box for box in app.selectbox if box.key == "predict_this")
    that = next(box for box in app.selectbox if box.key == "predict_that")
    assert this.value != that.value
    assert len(that.options) == 6
    one = list(app.session_state["predict_maps"].values())[-1]
    assert one.shape == (48, 48)
    assert np.ptp(one) > 0
    that.set_value(next(i for i in range(7) if i not in (this.value, that.value))).run()
    other = list(app.session_state["predict_maps"].values())[-1]
    assert not np.allclose(one, other)
    agrees(app, "predict-why-not", exact=False)


@pytest.mark.parametrize("method", ["grad_cam", "occlusion"])
def test_other_methods_and_colours(monkeypatch: pytest.MonkeyPatch, roots: Path, method: str) -> None:
    app = open_page(
        monkeypatch, roots, predict_method=method, predict_scale="viridis", predict_blur=0.0, predict_opacity=1.0
    )
    assert not app.error


def test_a_video_is_read_shown_and_copied(
    monkeypatch: pytest.MonkeyPatch,
    roots: Path,
    clip: bytes,  # noqa: F811
) -> None:
    app = open_page(monkeypatch, roots, [File("clip.webm", clip)], way="Upload", rate=5.0)
    press(app, "Read the video")
    assert any("read to the end" in caption.value for caption in app.caption)
    assert app.session_state["predict_clip"].found.numbers() == [1, 2]
    press(app, "Make the annotated video")
    assert app.session_state["predict_clip"].copy[:4] == b"\x1aE\xdf\xa3"
    again(app, clip_smoothing=1.0)
    assert any("settings were changed" in note.value for note in app.info)
    agrees(app, "predict-video", exact=False)


def test_two_numbers_of_a_video_are_merged_and_parted_again(
    monkeypatch: pytest.MonkeyPatch,
    roots: Path,
    clip: bytes,  # noqa: F811
) -> None:
    app = open_page(monkeypatch, roots, [File("clip.webm", clip)], way="Upload", rate=5.0)
    press(app, "Read the video")
    press(app, "Merge")  # 2 into 1, who are beside each other
    assert any("they are two people" in warning.value for warning in app.warning)
    state = app.session_state["predict_clip"]
    state.found.sights = [sight for sight in state.found.sights if (sight.number == 1) == (sight.time < 0.7)]
    app.run()
    press(app, "Merge")
    assert state.found.numbers() == [1]
    press(app, "As it was read")
    assert sorted(state.found.numbers()) == [1, 2]


def test_of_several_videos_one_is_chosen(
    monkeypatch: pytest.MonkeyPatch,
    roots: Path,
    clip: bytes,  # noqa: F811
) -> None:
    app = open_page(monkeypatch, roots, [File("one.webm", clip), File("two.webm", clip)], way="Upload")
    assert [title.value for title in app.subheader] == ["one.webm"]
    again(app, predict_video=1)
    assert [title.value for title in app.subheader] == ["two.webm"]


@pytest.mark.parametrize(("options", "mark"), [({}, ["fast"]), ({"name": "fast"}, [])])
def test_the_fast_network_reads_live_frames_but_not_snapshots(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tiny_model: Any, options: dict, mark: list[str]
) -> None:
    from pages.predict_parts import live

    tiny_model.save(write_run(tmp_path, "best", skill=3.0) / "model.keras")
    tiny_model.save(write_run(tmp_path, options.get("name", "small"), skill=0.5, tags=mark) / "model.keras")
    app = open_page(monkeypatch, tmp_path, way="Live camera", run="best")
    assert app.session_state[live.STATE].reader.predictor.run.name == options.get("name", "small")
    again(app, live_fast=False)
    assert app.session_state[live.STATE].reader.predictor.run.name == "best"
    again(app, way="Example")
    (known,) = app.session_state["predict_readings"].values()
    assert list(known.probabilities) == ["best"]


def test_a_broken_heic_picture_gets_its_sentence(monkeypatch: pytest.MonkeyPatch, roots: Path) -> None:
    files = [File("phone.jpg", b"\0\0\0\x18ftypheic" + bytes(99))]
    app = open_page(monkeypatch, roots, files, way="Upload")
    assert ["phone.jpg is damaged" in error.value for error in app.error] == [True]


def test_a_bad_video_leaves_a_sentence(monkeypatch: pytest.MonkeyPatch, roots: Path) -> None:
    app = open_page(monkeypatch, roots, [File("text.mp4", b"hello " * 99)], way="Upload")
    press(app, "Read the video")
    assert ["text.mp4" in error.value for error in app.error] == [True]


def press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception, app.exception[0].message


def sent(app: AppTest) -> dict:
    """What the page sends to the live camera."""
    (found,) = [e.proto for e in app.get("bidi_component") if e.proto.component_name == "fer_lab_live_camera"]
    return json.loads(found.json)


def live_frame(picture: np.ndarray, sequence: int, session: str = "s") -> dict:
    jpeg = base64.b64encode(pictures.encode_jpeg(picture)).decode()
    return {"session": session, "seq": sequence, "time": sequence / 10, "jpeg": jpeg}


def test_live_frames_are_answered(monkeypatch: pytest.MonkeyPatch, roots: Path) -> None:
    from pages.predict_parts import live

    app = open_page(monkeypatch, roots, way="Live camera", run="first")
    assert sent(app)["answers"] == []
    assert sent(app)["settings"]["classes"] == list(CLASSES)
    state = app.session_state[live.STATE]
    moving = list(frames(3))
    for i, picture in enumerate(moving):
        live.answer(state, as_frame(live_frame(picture, i + 1)))
    answers = sent(again(app))["answers"]
    assert [each["seq"] for each in answers] == [1, 2, 3]
    assert [face["number"] for face in answers[-1]["faces"]] == [1, 2]
    assert len(base64.b64decode(answers[-1]["faces"][0]["crop"])) == 48 * 48
    assert answers[0]["faces"][0]["crop"] is None  # pictures travel once
    live.answer(state, as_frame(live_frame(moving[0], 3)))  # the same frame again
    assert [each["seq"] for each in state.answers] == [1, 2, 3]
    live.answer(state, as_frame(live_frame(moving[0], 1, session="t")))  # the camera was started anew
    assert [(each["session"], each["seq"]) for each in state.answers] == [("t", 1)]
    assert [face["number"] for face in state.answers[0]["faces"]] == [1, 2]


def test_faces_beyond_those_asked_for_are_told(monkeypatch: pytest.MonkeyPatch, roots: Path) -> None:
    from pages.predict_parts import live

    app = open_page(monkeypatch, roots, way="Live camera", run="first", live_faces=1)
    state = app.session_state[live.STATE]
    live.answer(state, as_frame(live_frame(next(iter(frames(1))), 1)))
    (said,) = state.answers
    assert len(said["faces"]) == 1 and said["left_out"] == "1 more face, the smallest, was not read beside these 1"


def test_resting_faces_and_games_travel_with_the_frames(monkeypatch: pytest.MonkeyPatch, roots: Path) -> None:
    from pages.predict_parts import live

    app = open_page(monkeypatch, roots, way="Live camera", run="first")
    state = app.session_state[live.STATE]
    picture = next(iter(frames(1)))
    for i in range(12):  # a frame a second
        sent_frame = {**live_frame(picture, i + 1), "time": float(i), "rest": 1.0, "game": "g", "players": 2}
        live.answer(state, as_frame(sent_frame))
    last = state.answers[-1]
    assert last["rest"] == 1.0
    assert [face["apart"] for face in last["faces"]] == [pytest.approx([0] * 7, abs=0.05)] * 2  # the same picture
    assert last["game"]["round"] == 2 and len(last["game"]["fill"]) == 2
    live.answer(state, as_frame({**live_frame(picture, 20), "time": 12.0}))
    assert "game" not in state.answers[-1] and "rest" not in state.answers[-1]


def test_live_overlay_sends_maps(monkeypatch: pytest.MonkeyPatch, roots: Path) -> None:
    from pages.predict_parts import live

    app = open_page(monkeypatch, roots, way="Live camera", run="first", live_map=True, live_method="grad_cam")
    state = app.session_state[live.STATE]
    live.answer(state, as_frame(live_frame(next(iter(frames(1))), 1)))
    data = sent(again(app))
    assert len(base64.b64decode(data["settings"]["scale"])) == 256 * 4
    place = np.frombuffer(base64.b64decode(data["answers"][0]["faces"][0]["map"]), np.uint8)
    assert place.shape == (48 * 48,)


def test_a_live_frame_that_is_no_picture_is_answered_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, roots: Path
) -> None:
    from pages.predict_parts import live

    app = open_page(monkeypatch, roots, way="Live camera", run="first")
    state = app.session_state[live.STATE]
    live.answer(state, as_frame({"session": "s", "seq": 1, "time": 0.1, "jpeg": base64.b64encode(b"no").decode()}))
    assert "camera" in sent(again(app))["answers"][0]["problem"]


@pytest.mark.parametrize("broken", [{}, {"jpeg": 3}, {"jpeg": "&&&"}, {"jpeg": "AAAA" * 2_000_000}, {"seq": "x"}])
def test_what_the_component_would_never_send_is_refused(broken: dict) -> None:
    from fer_core.errors import FerError
    from pages.ui import live_camera

    good = {"session": "s", "seq": 1, "time": 0.1, "jpeg": "AAAA"}
    assert live_camera.parse_frame(good).jpeg == b"\0\0\0"
    with pytest.raises(FerError, match="reload"):
        live_camera.parse_frame({**good, **broken} if broken else {})


def test_a_live_snapshot_is_shown_once_and_acknowledged(monkeypatch: pytest.MonkeyPatch, roots: Path) -> None:
    from pages.predict_parts import live

    app = open_page(monkeypatch, roots, way="Live camera", run="first")
    state = app.session_state[live.STATE]
    jpeg = pictures.encode_jpeg(next(iter(frames(1))))
    for _ in range(2):  # the camera sends it again until it hears that it arrived
        monkeypatch.setattr(live, "st", SimpleNamespace(session_state=app.session_state))
        monkeypatch.setattr(live.live_camera, "taken_snapshot", lambda key: ("s-1", jpeg))
        live._on_snapshot()
    monkeypatch.undo()
    assert app.session_state["live_snapshots"] == 1
    assert state.snapshot == "s-1"
    again(app)
    assert sent(app)["snapshot"] == "s-1"
    assert "Face 2" in cards(app)


def as_frame(sent: dict) -> Any:
    from pages.ui import live_camera

    return live_camera.parse_frame(sent)


def test_the_live_view_offers_every_method_of_one_pass() -> None:
    from pages.predict_parts.live import fast_methods

    assert fast_methods()[0] == "grad_cam"
    assert {"gradient", "guided"} <= set(fast_methods()) and not {"rise", "smoothgrad", "random"} & set(fast_methods())


def test_no_face_is_said_first_and_read_only_on_request(model_root, monkeypatch) -> None:
    from pages.predict_parts import results, sources

    blank = sources.Source("mountain.png", np.full((200, 300, 3), 120, np.uint8), "blank")
    script = """
import numpy as np
import streamlit as st
from fer_core.runs import find_run
from pages.predict_parts import results, sources
from pages.predict_parts.request import ReadingRequest
blank = sources.Source("mountain.png", np.full((200, 300, 3), 120, np.uint8), "blank")
results.show([blank], ReadingRequest((find_run("tiny"),), False, True))
"""
    assert blank.name and results.show
    monkeypatch.setenv("FER_RUNS", str(model_root))
    app = AppTest.from_string(script, default_timeout=120).run()
    assert not app.exception and "No face found" in [e.value for e in app.subheader]
    assert not app.html  # no bars, no class
    next(b for b in app.button if "all the same" in b.label).click()
    app.run()
    assert not app.exception, app.exception[0].message
    assert any("whole picture was asked for" in e.proto.body for e in app.get("html"))


def test_the_run_taught_for_the_camera_comes_before_the_fast_one(model_root, tiny_model) -> None:
    from fer_core.runs import load_run
    from pages.predict_parts.live import quick_run

    for name, tags in (("human", ["camera"]), ("fast", []), ("aaa", ["fast"])):
        tiny_model.save(write_run(model_root, name, tags=tags) / "model.keras")
    runs = [load_run(model_root / name) for name in ("tiny", "aaa", "fast", "human")]
    assert quick_run(runs).name == "human"
    assert quick_run(runs[:3]).name == "fast" and quick_run(runs[:2]).name == "aaa" and quick_run(runs[:1]) is None


def test_the_notes_of_the_cameras_own_networks_are_those_that_the_catalogues_know() -> None:
    from pages.predict_parts import live

    kept = {run.name: run.config["note"] for run in map(load_run, (REPO / "checkpoints").iterdir())}
    assert (kept["human"], kept["fast"]) == live.NOTES


def test_the_note_of_the_camera_s_network_is_in_the_language_and_a_user_s_own_as_it_stands(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tiny_model: Any
) -> None:
    def shown(note: str) -> str:
        shutil.rmtree(tmp_path / "fast", ignore_errors=True)
        tiny_model.save(write_run(tmp_path, "fast", note=note) / "model.keras")
        script = """
import streamlit as st
from fer_core.runs import find_run
from pages.predict_parts import live
from pages.predict_parts.request import ReadingRequest
live._quick(ReadingRequest((find_run("other"),), False, True))
"""
        app = AppTest.from_string(script, default_timeout=120)
        app.session_state["language"] = "zh-TW"
        app.run()
        assert not app.exception, app.exception[0].message
        return next(one.value for one in app.caption if one.value.startswith("**fast**"))

    monkeypatch.setenv("FER_RUNS", str(tmp_path))
    tiny_model.save(write_run(tmp_path, "other") / "model.keras")
    from pages.predict_parts import live

    assert "投票" in shown(live.NOTES[0])
    assert shown("Trained in May.") == "**fast**: Trained in May."
