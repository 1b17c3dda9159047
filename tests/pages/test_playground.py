"""The playground through AppTest: presets, people, prediction, masks, sweep."""

import urllib.parse
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from fer_core.data.drawn.dataset import ACTION_UNITS, EXPRESSIONS, MUSCLES, draw_face
from fer_core.data.drawn.study import DrawnScene, sweep, without_each
from fer_core.figures.drawn import moved_overlay, sweep_figure
from pages.playground_parts.controls import GROUP_TITLES
from pages.ui import address, drawing

REPO = Path(__file__).resolve().parents[2]


def open_page(monkeypatch: pytest.MonkeyPatch, root: Path) -> AppTest:
    monkeypatch.setenv("FER_RUNS", str(root))
    app = AppTest.from_file(str(REPO / "dashboard.py"), default_timeout=120).run()
    app.switch_page("pages/playground.py").run()
    assert not app.exception
    return app


def levels(app: AppTest) -> dict[int, float]:
    return {
        unit: app.slider(key=f"playground:au{unit}").value
        for unit in ACTION_UNITS
        if app.slider(key=f"playground:au{unit}").value
    }


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, model_root: Path) -> AppTest:
    return open_page(monkeypatch, model_root)


def test_it_opens_on_a_face_and_a_prediction(asked):
    assert asked.title[0].value == "Playground"
    assert levels(asked) == EXPRESSIONS["happy"]
    texts = " ".join(block.proto.body for block in asked.get("html"))
    assert "Probabilities: " in texts and "what the network sees" in texts
    assert "Measured now: tiny" in texts


def test_the_table_says_what_each_unit_gives(asked):
    asked.button_group(key="playground:look").set_value("What each unit gives").run()
    table = asked.dataframe[0].value
    assert list(table["unit"]) == ["AU6", "AU12"]
    with_it = next(name for name in table if name.endswith(" with it"))
    without_it = with_it.replace(" with it", " without it")
    assert np.allclose(table["it gives"], table[with_it] - table[without_it])
    assert (table["pixels moved"] > 0).all()


def test_a_preset_sets_the_sliders_and_a_slider_ends_the_preset(asked):
    asked.button_group(key="playground:preset").set_value("surprise").run()
    assert levels(asked) == EXPRESSIONS["surprise"]
    asked.slider(key="playground:au12").set_value(0.5).run()
    assert levels(asked) == {**EXPRESSIONS["surprise"], 12: 0.5}
    assert asked.button_group(key="playground:preset").value is None
    assert not asked.exception


def test_groups_without_a_moved_unit_are_folded_and_reset_folds_again(asked):
    def unfolded() -> list[str]:
        return [one.label for one in asked.expander if one.proto.expanded and one.label in GROUP_TITLES.values()]

    assert unfolded() == ["Eyes", "Mouth and jaw"]  # happy: AU6, AU12
    asked.slider(key="playground:au4").set_value(0.5).run()
    asked.slider(key="playground:au4").set_value(0.0).run()
    assert unfolded() == ["Brow", "Eyes", "Mouth and jaw"]
    asked.slider(key="playground:roll").set_value(12.0).run()
    next(one for one in asked.button if one.label == "Reset").click().run()
    assert not asked.exception and levels(asked) == EXPRESSIONS["happy"]
    assert asked.slider(key="playground:roll").value == 0 and unfolded() == ["Eyes", "Mouth and jaw"]


def test_a_face_at_rest_moves_nothing_and_owes_nothing(asked):
    asked.button_group(key="playground:preset").set_value("neutral").run()
    assert any("no unit moves anything" in note.value for note in asked.info)
    asked.toggle(key="playground:atlas").set_value(True).run()
    assert not asked.exception
    texts = " ".join(block.proto.body for block in asked.get("html"))
    assert all(f"AU{unit} {name}" in texts for unit, name in ACTION_UNITS.items())


def test_the_sliders_of_the_pose_are_called_after_what_they_set(asked):
    titles = {name: asked.slider(key=f"playground:{name}").label for name in ("yaw", "roll", "pitch")}
    assert titles["yaw"].startswith("Turn") and "yaw" in titles["yaw"]
    assert titles["roll"].startswith("Tilt") and "roll" in titles["roll"]
    assert titles["pitch"].startswith("Up or down") and "pitch" in titles["pitch"]
    asked.slider(key="playground:roll").set_value(12.0).run()
    assert asked.query_params["roll"] in ("12", ["12"]) and "yaw" not in asked.query_params


def test_a_new_person_changes_the_person_and_0_is_the_average(asked):
    assert asked.slider(key="playground:id_skin").value == 0.75
    asked.number_input(key="playground:person").set_value(7).run()
    seven = asked.slider(key="playground:id_skin").value
    assert seven != 0.75
    next(button for button in asked.button if button.label == "New person").click().run()
    assert asked.number_input(key="playground:person").value not in (0, 7)
    asked.number_input(key="playground:person").set_value(7).run()
    assert asked.slider(key="playground:id_skin").value == seven
    assert not asked.exception


def test_the_address_holds_the_face_and_the_person(asked):
    assert "face" not in asked.query_params
    asked.button_group(key="playground:preset").set_value("neutral").run()
    assert asked.query_params["face"] == "rest"
    asked.query_params["face"] = "1_0.5-12_0.25-3_1-x-7_9"
    asked.query_params["person"] = "7"
    asked.run()
    assert levels(asked) == {1: 0.5, 12: 0.25}
    assert asked.slider(key="playground:id_skin").value == pytest.approx(drawing.person(7).skin, abs=0.01)


def test_the_face_goes_to_the_explain_page_with_its_masks(asked):
    made = drawing.from_text(drawing.text({}))
    assert np.array_equal(made.pixels(), DrawnScene().draw(EXPRESSIONS["happy"]))
    assert set(made.regions()) == {"brows", "eyes", "nose", "mouth", "rest"}
    assert np.sum(list(made.regions().values()), axis=0).tolist() == np.ones((48, 48)).tolist()
    assert made.moved()[30:40].any() and not made.moved()[:8].any()
    asked.slider(key="playground:au12").set_value(0.35)
    asked.slider(key="playground:id_skin").set_value(0.1).run()
    link = next(one.proto for one in asked.get("page_link") if "explain" in one.proto.page)
    query = urllib.parse.parse_qs(link.query_string)
    assert query["picture"] == ["From Playground"]
    taken = drawing.from_text(query["drawing"][0])
    assert taken.units == {**EXPRESSIONS["happy"], 12: 0.35} and taken.scene.identity.skin == 0.1


def test_a_face_is_read_from_its_address_with_all_that_was_set(asked, monkeypatch):
    monkeypatch.setattr(address, "_LATE_SECONDS", 3600.0)  # a busy machine needs more than five seconds for a run
    asked.slider(key="playground:id_skin").set_value(0.2)
    asked.toggle(key="playground:id_glasses").set_value(True)
    asked.slider(key="playground:yaw").set_value(12.0)
    asked.slider(key="playground:gain").set_value(0.9).run()
    copied = dict(asked.query_params)
    assert set(copied) == {"tuned", "yaw", "gain"}
    asked.query_params = {}
    asked.run()
    assert asked.slider(key="playground:yaw").value == 12.0  # that address is a late one
    assert drawing.traits(0, copied["tuned"])["skin"] == 0.2 and drawing.traits(0, copied["tuned"])["glasses"]


@pytest.mark.parametrize(
    "text",
    ("face=1_9", "person=-4", "yaw=nan", "tuned=skin_7~glasses_x~hair_style_none", "%%%", "person=" + "9" * 5000),
)
def test_a_drawing_that_cannot_be_read_is_the_default_one(text):
    made, plain = drawing.from_text(text), drawing.from_text("")
    assert made.scene == plain.scene
    assert made.units in (plain.units, {})


@pytest.mark.parametrize("units", ({}, {12: 1.0}, {1: 0.05, 27: 0.9}))
def test_a_face_survives_the_address(units):
    assert drawing.read_units(drawing.units_text(units)) == units


def test_the_sweep_has_a_table_of_all_steps(asked):
    asked.button_group(key="playground:look").set_value("Sweep one unit").run()
    assert asked.selectbox(key="playground:sweep").value == 12
    table = asked.dataframe[0].value
    assert len(table) == 21 and list(table.columns[:2]) == ["intensity", "angry"]
    assert np.allclose(table.iloc[:, 1:].sum(axis=1), 1.0, atol=1e-3)


def test_without_a_run_one_can_still_draw(monkeypatch, runs_root):
    app = open_page(monkeypatch, runs_root)
    texts = " ".join(block.proto.body for block in app.get("html"))
    assert "what the network sees" in texts and "Probabilities: " not in texts
    assert any("has a model" in note.value for note in app.info)


def test_every_unit_names_its_muscle():
    assert set(MUSCLES) == set(ACTION_UNITS)


def test_a_sweep_changes_only_its_unit():
    scene = DrawnScene()
    faces = sweep(scene, {1: 0.5}, 12, np.array((0.0, 0.5, 1.0)))
    assert faces.shape == (3, 48, 48)
    assert np.array_equal(faces[0], scene.draw({1: 0.5}))
    assert np.array_equal(faces[2], scene.draw({1: 0.5, 12: 1.0}))


def test_without_each_leaves_out_one_unit_at_a_time():
    scene = DrawnScene()
    active, faces = without_each(scene, {6: 0.8, 12: 0.9, 4: 0.0})
    assert active == [6, 12]
    assert np.array_equal(faces[0], scene.draw({12: 0.9})) and np.array_equal(faces[1], scene.draw({6: 0.8}))
    assert without_each(scene, {})[1].shape == (0, 48, 48)


def test_a_leaning_face_moves_one_side():
    left = DrawnScene(lean=-1.0).moved({12: 1.0})[12]
    assert left[:, :22].sum() > 5 * left[:, 26:].sum()
    assert np.array_equal(DrawnScene(lean=0.0).draw({12: 1.0}), draw_face({12: 1.0}))


def test_an_overlay_tints_the_mask_alone():
    face = np.full((4, 4), 100, np.uint8)
    mask = np.zeros((4, 4), bool)
    mask[1, 2] = True
    picture = moved_overlay(face, mask, opacity=1.0)
    assert picture[1, 2].tolist() == [255, 122, 26]
    assert (picture[~mask] == 100).all()


def test_a_sweep_figure_has_a_line_a_class_and_a_mark_where_the_face_is():
    values = np.linspace(0, 1, 3)
    figure = sweep_figure(values, np.full((3, 7), 1 / 7, np.float32), "AU12 Lip Corner Puller", 0.4)
    assert len(figure.data) == 7 and figure.data[3].name == "happy"
    assert figure.layout.shapes[0].x0 == 0.4
