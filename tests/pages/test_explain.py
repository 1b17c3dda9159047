"""The Explain page as a script, on a tiny run with a random network and drawn faces."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from fer_core.labels import CLASSES
from pages.explain_parts import cells
from pages.ui import explain
from pages.ui.states import EXPLAIN
from tests.conftest import REPO, tiny_faces
from tests.pages.state import ask
from tests.pages.transcript import agrees


@pytest.fixture
def page(model_root: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("FER_RUNS", str(model_root))
    app = AppTest.from_file(REPO / "dashboard.py", default_timeout=120)
    app.run()
    return app


def go(page: AppTest, view: str = "Methods", **state: object) -> AppTest:
    page.switch_page("pages/explain.py")
    ask(page, EXPLAIN, view=view, slow=False, **state)
    page.run()
    assert not page.exception, page.exception[0].message
    return page


def html(page: AppTest) -> str:
    return " ".join(element.proto.body for element in page.get("html"))


def test_with_a_data_set_it_opens_on_a_picture_that_no_network_learned_from(
    model_root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    faces = tiny_faces()
    np.savez(tmp_path / "tiny.npz", pixels=faces.pixels, emotion=faces.labels, usage=faces.split)
    monkeypatch.setenv("FER_DATA", str(tmp_path / "tiny.npz"))
    monkeypatch.setenv("FER_RUNS", str(model_root))
    shown = html(go(AppTest.from_file(REPO / "dashboard.py", default_timeout=120).run(), "Classes"))
    first = int(np.flatnonzero((faces.split != 0) & (faces.labels == CLASSES.index("happy")))[0])
    assert f"row {first} of tiny, labelled happy" in shown


def test_the_grids_show_every_method_and_every_class(page: AppTest) -> None:
    shown = html(go(page, "Methods"))
    assert all(f">{label}<" in shown for label in ("Gradient", "Integrated gradients", "Grad-CAM"))
    assert ">Guided<" not in shown and ">Random<" not in shown
    assert ">Guided<" in html(go(page, "Methods", method="guided"))
    shown = html(go(page, "Methods", method=None, all_methods=True))
    assert all(label in shown for label in ("Gradient", "Guided", "Rectified", "Grad-CAM", "LayerCAM", "Random"))
    assert "RISE" not in shown  # slow, and not asked for
    shown = html(go(page, "Classes", method="guided"))
    assert all(f">{name} " in shown for name in ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"))
    assert "…" in shown  # the raw range


def test_what_a_map_lacks_of_its_promise_stands_beside_it(page: AppTest) -> None:
    assert "adds up to" in html(go(page, "Cells", method="integrated_gradients", settings="steps~2!baseline~mean"))
    assert "adds up to" not in html(go(page, "Cells", method="gradient"))


def test_what_is_said_to_flip_flips(page: AppTest, tiny_model: Any) -> None:
    def said(face: np.ndarray) -> int:
        return int(tiny_model(face[None, ..., None].astype(np.float32)).numpy()[0].argmax())

    go(page, "What flips it", attack="PGD", epsilon=32)
    press(page, "flip_search")
    (change,) = page.session_state["counterfactuals"].values()
    if change is None:
        assert any("No change of up to three" in one.value for one in page.info)
    else:
        assert said(change.face) == change.after.argmax() != change.before.argmax()
        assert any(f"is {CLASSES[said(change.face)]}" in one.value for one in page.success)
    press(page, "flips_many")
    text = " ".join(one.value for one in page.markdown)
    assert "with 2 gray levels of 255" in text and "of 100 flip" in text
    assert "flips_many" not in [one.key for one in page.button]  # nothing is left to measure


def test_why_this_and_not_that(page: AppTest) -> None:
    go(page, "This, not that", why="sad", why_not="fear", method="grad_cam")
    assert "why sad and not fear" in html(page)


def test_the_trust_panel_measures_once_asked(page: AppTest) -> None:
    go(page, "Trust", method="guided")
    assert not any("rank correlation" in m.value for m in page.markdown)
    page.button(key="trust_start").click().run()
    for _ in range(40):  # the browser looks again by itself
        if page.session_state["trust"].growing is None:
            break
        page.run()
    assert not page.exception and not page.error
    said = " ".join(m.value for m in page.markdown)
    assert "Hiding what the map calls important" in said and "plain gradient" in said
    assert "of the pixels that the drawn expression moved" in said
    assert "The prettiest maps can ignore the network" in page.info[0].value
    assert page.session_state["trust"].report.progress == 1
    agrees(page, "explain-trust-measured", exact=False)


def press(page: AppTest, key: str) -> AppTest:
    next(one for one in page.button if one.key == key).click().run()
    assert not page.exception, page.exception[0].message
    return page


@pytest.mark.parametrize(
    ("view", "key", "asked"),
    [
        ("Methods", "trust_of_grad_cam", ("grad_cam", "why happy")),
        ("Classes", "trust_of_sad", ("gradient", "why sad")),
        ("Parts", "trust_of_question", ("gradient", "why happy")),
        ("This, not that", "trust_of_versus_2", ("gradient", "why happy and not fear")),
    ],
)
def test_trust_is_one_press_beside_every_map(page: AppTest, view: str, key: str, asked: tuple) -> None:
    go(page, view, why="happy", why_not="fear" if view == "This, not that" else "nothing")
    press(page, key)
    assert page.query_params["view"] == "Trust" and page.query_params.get("method", "gradient") == asked[0]
    assert f">{asked[1]}<" in html(page)
    panel = page.session_state["trust"]
    assert panel.growing is not None or panel.report is not None  # measuring, without a further press


def test_maps_of_one_unit_share_a_scale(page: AppTest) -> None:
    go(page, "Methods", all_methods=True)
    assert "logits per gray level" in html(page) and "Maps of one unit share a scale" in captions(page)
    go(page, "Methods", method_scale="each its own", all_methods=True)
    assert "Each map has its own scale" in captions(page)


def test_a_rule_says_how_many_activations_carry_it(page: AppTest) -> None:
    go(page, "Hide", method="guided")
    assert "slope of all 2 activations" in captions(page)
    go(page, "Hide", method="gradient")
    assert "activation" not in captions(page)


def captions(page: AppTest) -> str:
    return " ".join(one.value for one in page.caption)


def test_the_trust_panel_stops_and_forgets_with_another_map(page: AppTest) -> None:
    go(page, "Trust", method="rise")
    page.button(key="trust_start").click().run()
    assert page.session_state["trust"].growing is not None
    page.button(key="trust_stop").click().run()
    assert page.session_state["trust"].growing is None and page.session_state["trust"].report is not None
    assert "Stopped before" in " ".join(c.value for c in page.caption)
    page.query_params["method"] = "gradient"
    page.run()
    assert page.session_state["trust"].report is None


def test_one_picture_is_no_verdict_and_many_have_an_interval(
    few_drawn: Any, page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pages.explain_parts import hiding

    monkeypatch.setattr(hiding, "PICTURES", 5)  # of the seven that are no training pictures
    go(page, "Hide", method="gradient")
    (said,) = [info.value for info in page.info if "On this picture" in info.value]
    assert "in 95% of 40 random hidings" in said and said.endswith("One picture is no verdict.")
    assert not page.success and not page.warning
    page.button(key="hide_many").click().run()
    assert not page.exception
    verdicts = [one.value for kind in (page.success, page.warning, page.info) for one in kind if "On 5 " in one.value]
    assert len(verdicts) == 1 and "95% interval" in verdicts[0]


def test_hiding_more_changes_the_probabilities(few_drawn: Any, page: AppTest) -> None:
    go(page, "Hide")
    before = html(page)
    page.slider(key="explain:hide").set_value(80).run()
    assert not page.exception and html(page) != before and "80% hidden by the map" in html(page)


def test_the_layer_of_a_class_activation_map_can_be_chosen(page: AppTest) -> None:
    last = html(go(page, "Classes", method="grad_cam"))
    box = page.selectbox(key="explain:settings:grad_cam_layer")
    assert box.options == ["the last: conv2", "conv2", "pool1", "conv1"]
    box.set_value("conv1").run()
    assert not page.exception and html(page) != last
    assert page.query_params["settings"] == "layer~conv1"  # a reload shows the same maps


def test_a_face_handed_over_by_predict_is_taken(page: AppTest) -> None:
    go(page, "Classes", handed_crop=np.full((48, 48), 99, np.uint8))
    assert "the face from the Predict page" in html(page)


def test_cells_of_a_run_whose_pictures_are_here(page: AppTest, dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    from pages.ui import loaders

    monkeypatch.setattr(loaders, "dataset_for", lambda run: dataset)
    from fer_core.runs import load_run

    go(page, "Cells", true="fear", taken="surprise", method="rise")
    kept = load_run(loaders.root() / "tiny").predictions("private")
    for true, taken, title in ((2, 5, "fear taken for surprise"), (2, 2, "fear, recognised")):
        count = int(np.sum((kept.labels == true) & (kept.predicted == taken)))
        words = html(page).split(f"<figcaption>{title}<small>")[1]
        assert words.startswith(f"mean of {count} of {count} pictures" if count else "no picture")
    assert "surprise, recognised" in html(page) and "the gradient is used" in " ".join(c.value for c in page.caption)
    agrees(page, "explain-cells-shown", exact=False)


def test_each_class_has_its_own_map(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a map says nothing but the number of its class."""
    from fer_core import saliency

    def say(model: Any, pixels: np.ndarray, method: str, target: Any, **settings: Any) -> np.ndarray:
        told = (target.towards + 10 * target.against,) if isinstance(target, saliency.Difference) else target
        return np.repeat(np.asarray(told, np.float32) * np.ones(len(pixels), np.float32), 48 * 48).reshape(-1, 48, 48)

    monkeypatch.setattr(saliency, "explain", say)
    shown = html(go(page, "Classes"))
    for number, name in enumerate(CLASSES):
        words = shown.split(f"<figcaption>{name} ")[1].split("</small>")[0]
        assert words.endswith(f"<small>+{number} … +{number}"), words
    shown = html(go(page, "This, not that", why="fear", why_not="surprise"))
    for title, number in (("why fear<", 2), ("why surprise<", 5), ("why fear and not surprise<", 52)):
        assert f"+{number} … +{number}<" in shown.split(f"<figcaption>{title}")[1].split("</figcaption>")[0]


def test_without_a_model_the_page_says_so(runs_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FER_RUNS", str(runs_root))
    app = AppTest.from_file(REPO / "dashboard.py", default_timeout=60).run()
    app.switch_page("pages/explain.py").run()
    assert not app.exception and "has a network that can be looked into" in app.info[0].value


@pytest.mark.parametrize("mine", [True, False])
def test_a_growing_report_goes_on_when_it_is_its_turn(monkeypatch: pytest.MonkeyPatch, mine: bool) -> None:
    report = SimpleNamespace(progress=0.25, doing="asking")
    panel = explain._Panel(asked=(), growing=iter(()))
    went_on: list[str] = []
    shown: list[float] = []

    @contextlib.contextmanager
    def look(key: str) -> Iterator[bool]:
        yield mine

    def go_on(one: explain._Panel) -> None:
        went_on.append("on")
        one.report = report  # type: ignore[assignment]

    monkeypatch.setattr(st, "session_state", {"trust": panel})
    monkeypatch.setattr(st, "button", lambda *said, **how: False)
    monkeypatch.setattr(st, "progress", lambda share, text: shown.append(share))
    monkeypatch.setattr(explain.queue, "look", look)
    monkeypatch.setattr(explain, "_go_on", go_on)
    monkeypatch.setattr(explain, "_sentences", lambda report: None)
    explain._grow("trust")
    assert (went_on, shown) == ((["on"], [0.25]) if mine else ([], []))


def test_each_cell_of_the_grid_is_the_map_of_its_own_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fear taken for surprise and sad for angry have pictures; every other cell is gray."""
    there = {(2, 5): np.arange(11), (4, 0): np.array([30])}
    asked: list[tuple[list[int], int]] = []
    drawn: list[tuple[np.ndarray, list[str]]] = []

    def mean(run: Any, data: Any, rows: np.ndarray, taken: int, *how: Any) -> tuple[np.ndarray, np.ndarray]:
        asked.append((rows.tolist(), taken))
        return np.full((48, 48), 20 * taken, np.uint8), np.zeros((48, 48), np.float32)

    def captioned(pictures: np.ndarray, names: list[str], scale: int) -> np.ndarray:
        drawn.append((pictures, names))
        return pictures

    shares: list[float] = []
    monkeypatch.setattr(
        st, "progress", lambda *said, **how: SimpleNamespace(progress=shares.append, empty=lambda: None)
    )
    monkeypatch.setattr(cells, "_rows", lambda run, data, split, true, taken: there.get((true, taken), np.array([])))
    monkeypatch.setattr(cells, "_mean", mean)
    monkeypatch.setattr("fer_core.pictures.sheet.captioned", captioned)
    monkeypatch.setattr(cells.downloads, "picture", lambda *given, **how: None)
    cells._all(SimpleNamespace(name="r"), None, "public", "gradient", {})  # type: ignore[arg-type]
    assert asked == [(list(range(cells.IN_GRID)), 5), ([30], 0)] and shares[-1] == 1 and len(shares) == 49
    ((pictures, names),) = drawn
    filled = [k for k, one in enumerate(pictures) if not (one == 128).all()]
    assert [names[k] for k in filled] == ["fear > surprise", "sad > angry"] and len(names) == len(pictures) == 49
