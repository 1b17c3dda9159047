"""Tags and saved selections: made on one page, found on all others, kept beside the set."""

from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from fer_core.data import load, selections
from fer_core.runs import load_run
from pages.ui.states import CONFUSION, DATASET
from tests.conftest import REPO, tiny_faces, write_run
from tests.pages.state import ask


@pytest.fixture
def there(tmp_path, monkeypatch):
    """A set with one run; gives the set, where its tags lie, and the run's folder."""
    faces = tiny_faces()
    path = tmp_path / "set.npz"
    np.savez(path, pixels=faces.pixels, emotion=faces.labels, usage=faces.split)
    write_run(tmp_path / "runs", "one", faces, seed=1, skill=1.0)
    monkeypatch.setenv("FER_DATA", str(path))
    monkeypatch.setenv("FER_RUNS", str(tmp_path / "runs"))
    dataset = load(path)
    return dataset, selections.file_for(dataset, path), tmp_path / "runs" / "one"


def page(name: str) -> AppTest:
    return AppTest.from_file(str(REPO / "pages" / f"{name}.py"), default_timeout=120)


def run(what: Any) -> AppTest:
    """The page anew, after a change of one of its widgets where that is given."""
    app = what.run()
    assert not app.exception and not app.error, [one.value for one in app.error]
    return app


def test_a_cell_is_kept_and_found_again_as_a_slice_and_on_data(there):
    dataset, path, folder = there
    kept = load_run(folder).predictions("private")
    happy = kept.rows[kept.labels == 3]
    app = page("confusion")
    ask(app, CONFUSION, run="one", split="private", true="happy")
    run(app)
    key = next(one.key for one in app.button if (one.key or "").startswith("keep_") and one.key.endswith("_keep"))
    app.text_input(key=key.removesuffix("_keep") + "_name").set_value(" all  happy ")
    run(app.button(key=key).click())
    assert selections.read(path, dataset.fingerprint)["all happy"].tolist() == sorted(happy.tolist())
    app = page("confusion")
    ask(app, CONFUSION, run="one", split="private", selection="all happy")
    run(app)
    assert f"Slice: {len(happy):,} of {len(kept.rows):,} pictures" in " ".join(one.value for one in app.markdown) + str(
        [one.proto.body for one in app.get("html")]
    )
    app = page("dataset")
    ask(app, DATASET, view="pictures", selection="all happy", order="row")
    run(app)
    tiles = [one.label for one in app.text_input if one.key == "data_sheet_keep_name"]
    assert tiles == [f"Name for the {len(happy):,} pictures here"]


def test_a_picture_is_tagged_and_the_tag_taken_off(there):
    dataset, path, _ = there
    selections.keep(path, dataset.fingerprint, "odd", [int(dataset.rows[4])])
    row = int(dataset.rows[2])
    app = page("dataset")
    ask(app, DATASET, view="pictures", order="row", row=row)
    run(app)
    box = next(one for one in app.multiselect if one.label == "Tags")
    assert box.value == [] and box.options == ["odd"]
    run(box.set_value(["odd"]))
    assert selections.read(path, dataset.fingerprint)["odd"].tolist() == [row, int(dataset.rows[4])]
    run(next(one for one in app.multiselect if one.label == "Tags").set_value([]))
    assert selections.read(path, dataset.fingerprint)["odd"].tolist() == [int(dataset.rows[4])]


def test_review_goes_through_a_selection(there):
    dataset, path, _ = there
    selections.keep(path, dataset.fingerprint, "two", dataset.rows[[7, 3]].tolist())
    app = page("dataset")
    ask(app, DATASET, view="review", selection="two")
    run(app)
    assert any("0 of 2 decided" in str(one.proto) for one in app.get("progress"))


def test_an_address_with_a_selection_that_is_gone_says_so(there):
    app = page("dataset")
    ask(app, DATASET, view="pictures", selection="gone")
    run(app)
    assert any("gone" in one.value and "all pictures" in one.value for one in app.caption)


def test_a_damaged_file_is_one_sentence(there):
    _, path, _ = there
    path.write_text("[]")
    app = page("dataset")
    ask(app, DATASET, view="pictures")
    app.run()
    assert not app.exception and all("no file of tags" in one.value for one in app.error) and app.error


def test_the_pages_that_ask_about_one_picture_choose_from_a_selection(there):
    dataset, path, _ = there
    chosen = dataset.rows[[9, 5]].tolist()
    selections.keep(path, dataset.fingerprint, "two", chosen)

    def script() -> None:
        import streamlit as st

        from pages.ui import loaders, source
        from pages.ui.states import EXPLAIN

        EXPLAIN.open()
        found = source.pick(EXPLAIN, loaders.runs()[0][0])
        st.write(found.words if found else "none")

    app = AppTest.from_function(script, default_timeout=60)
    app.query_params["picture"] = "Data set"
    app.query_params["selection"] = "two"
    run(app)
    assert any(f"row {row} of" in one.value for row in chosen for one in app.markdown)
    run(next(one for one in app.button if one.label == "Another").click())
    assert any(f"row {row} of" in one.value for row in chosen for one in app.markdown)
