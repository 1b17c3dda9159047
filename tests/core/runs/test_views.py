"""Views that were given a name."""

import json

import pytest

from fer_core.errors import FerError
from fer_core.runs import views


def test_views_are_kept_by_name_replaced_and_forgotten(tmp_path):
    views.save(tmp_path, " Best  two ", "runs", {"runs": ["b", "a"], "log": ["true"]})
    views.save(tmp_path, "angry", "confusion", {})
    views.save(tmp_path, "Best two", "runs", {"runs": ["c"]})
    assert list(views.read(tmp_path)) == ["angry", "Best two"]
    assert views.read(tmp_path)["Best two"] == views.SavedView("runs", {"runs": ["c"]})
    views.forget(tmp_path, "angry")
    assert list(views.read(tmp_path)) == ["Best two"]


@pytest.mark.parametrize("name", ["", "  ", "x" * 61])
def test_a_name_that_is_none_is_refused(tmp_path, name):
    with pytest.raises(FerError, match="1 to 60 letters"):
        views.save(tmp_path, name, "runs", {})


def test_what_is_no_view_is_left_out_and_damage_is_one_sentence(tmp_path):
    path = tmp_path / views.FILE
    path.write_text(json.dumps({"a": 1, "b": {"page": "runs", "query": {"x": "y", "z": ["1"]}}, "c": {"page": 2}}))
    assert views.read(tmp_path) == {"b": views.SavedView("runs", {"z": ["1"]})}
    path.write_text("{")
    with pytest.raises(FerError, match="not JSON"):
        views.read(tmp_path)


def test_no_more_than_so_many_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(views, "MOST", 1)
    views.save(tmp_path, "one", "runs", {})
    views.save(tmp_path, "one", "data", {})
    with pytest.raises(FerError, match="forget one first"):
        views.save(tmp_path, "two", "runs", {})
