"""Maps of a network's features on Confusion and Data, without a browser: what is chosen is put into the session."""

import base64
import json

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from fer_core.data import load, selections
from fer_core.figures.embedding import SLICES
from fer_core.runs import load_run
from pages.ui.states import CONFUSION, DATASET
from tests.conftest import REPO, tiny_faces, write_run
from tests.pages.state import ask


@pytest.fixture
def there(tmp_path, monkeypatch, tiny_model):
    """A small set, and two runs with networks on it; what is written about them."""
    tiny = tiny_faces(per_class=6)
    path = tmp_path / "tiny.npz"
    np.savez(path, pixels=tiny.pixels, emotion=tiny.labels, usage=tiny.split)
    data = load(path)
    for name, seed in (("one", 1), ("two", 2)):
        tiny_model.save(write_run(tmp_path / "runs", name, data, seed=seed) / "model.keras")
    monkeypatch.setenv("FER_DATA", str(path))
    monkeypatch.setenv("FER_RUNS", str(tmp_path / "runs"))
    return data, load_run(tmp_path / "runs" / "one")


def open_page(page: str, state, **values) -> AppTest:
    app = AppTest.from_file(str(REPO / "pages" / f"{page}.py"), default_timeout=120)
    app.query_params["run"] = "one"
    ask(app, state, **values)
    app.run()
    assert not app.exception and not app.error
    return app


def maps(app: AppTest) -> list[dict]:
    """What the page sent to its canvases."""
    found = [one.proto for one in app.get("bidi_component") if one.proto.component_name == "fer_lab_points"]
    return [json.loads(proto.json or proto.mixed.json) for proto in found]


def said(app: AppTest) -> str:
    return "\n".join(str(item.value) for kind in (app.caption, app.markdown) for item in kind)


def test_the_map_waits_for_a_lasso_and_shows_what_is_inside(there):
    data, run = there
    rows = run.predictions("private").rows
    app = open_page("confusion", CONFUSION, view="Map")
    assert "No point is chosen" in said(app) and len(maps(app)) == 1
    values = {f"confusion_map_{data.fingerprint}_picked": rows[[2, 5, 7]]}
    assert "**3 pictures**: inside the lasso" in said(open_page("confusion", CONFUSION, view="Map", **values))


def test_two_runs_stand_side_by_side(there):
    app = open_page("confusion", CONFUSION, view="Map", map_vs="two", paint="error")
    assert len(maps(app)) == 2
    assert "two: the same" in said(app)


def test_tsne_is_laid_out_when_asked(there):
    app = open_page("confusion", CONFUSION, view="Map", lay="t-SNE")
    assert not maps(app)
    app = app.button(key="confusion_lay").click().run()
    assert not app.exception and len(maps(app)) == 1


def test_the_opened_picture_and_its_nearest_are_marked(there):
    data, run = there
    rows = run.predictions("private").rows
    values = {f"confusion_map_{data.fingerprint}_picked": rows[:4]}
    app = open_page("confusion", CONFUSION, view="Map", row=int(rows[1]), **values)
    assert [ring["name"] for ring in maps(app)[0]["rings"]] == [f"opened, row {rows[1]}", "its nearest"]


def test_a_set_s_map_leads_to_its_pictures(there):
    data, _ = there
    rows = data.rows[data.split == 0][[3, 8]]
    values = {f"data_map_{data.fingerprint}_picked": rows}
    app = open_page("dataset", DATASET, view="map", map_split="train", paint="doubt", **values)
    assert len(maps(app)) >= 1
    assert "No point is chosen" not in said(app)


def test_a_run_without_a_network_says_so(there):
    _, run = there
    (run.folder / "model.keras").unlink()
    assert "keeps no network" in said(open_page("confusion", CONFUSION, view="Map"))


@pytest.mark.parametrize("paint", SLICES)
def test_maps_are_coloured_by_slice(there, paint):
    data, run = there
    rows = run.predictions("private").rows
    selections.keep(selections.file_for(data, run.folder.parents[1] / "tiny.npz"), data.fingerprint, "odd", rows[:3])
    for app in (
        open_page("confusion", CONFUSION, view="Map", paint=paint),
        open_page("dataset", DATASET, view="map", map_split="private", paint=paint),
    ):
        (sent,) = maps(app)
        series = np.frombuffer(base64.b64decode(sent["series"]), "<u2")
        names = dict(zip(sent["names"], np.bincount(series, minlength=len(sent["names"])).tolist(), strict=True))
        if paint == "selection":
            assert names.get("odd") == 3 and names.get("in no selection") == len(rows) - 3
        else:
            assert any(paint in name or "no twin" in name for name in names), names


def test_a_set_s_map_has_a_second_run_beside_it_and_marks_the_pressed_picture(there):
    data, _ = there
    row = int(data.rows[data.split == 2][1])
    values = {f"data_map_{data.fingerprint}_picked": np.array([row])}
    app = open_page("dataset", DATASET, view="map", map_split="private", map_vs="two", row=row, **values)
    marks = [[ring["name"] for ring in one["rings"]] for one in maps(app)]
    assert marks == [[f"opened, row {row}", "its nearest"]] * 2


def test_a_selection_hides_the_others_points(there):
    data, run = there
    rows = data.rows[data.split == 2][[1, 4]]
    selections.keep(selections.file_for(data, run.folder.parents[1] / "tiny.npz"), data.fingerprint, "two", rows)
    app = open_page("dataset", DATASET, view="map", map_split="private", selection="two")
    (sent,) = maps(app)
    assert len(sent["words"]) == 2
    app = open_page("dataset", DATASET, view="map", map_split="train", selection="two")
    assert "No picture of this selection is on this map" in app.info[0].value
