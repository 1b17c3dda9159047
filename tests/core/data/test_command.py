import json

import numpy as np
import pytest

from fer_core import data
from fer_core.cli import main
from tests.core.data.conftest import fer2013_csv, homework_files, votes_csv, write


@pytest.fixture
def folder(faces, votes, tmp_path):
    return write(tmp_path / "set", {"fer2013.csv": fer2013_csv(faces), "fer2013new.csv": votes_csv(faces, votes)})


def test_info_as_json_says_what_is_there(folder, faces, capsys):
    assert main(["data", "info", str(folder), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["layout"] == "fer2013.csv"
    assert facts["fingerprint"] == faces.fingerprint
    assert facts["counts"]["public"]["sad"] == 1
    assert facts["all_zero"] == {"count": 1, "labels": {"angry": 1}}
    assert facts["twins"]["private"] == {"count": 0, "other_label": 0}
    assert facts["votes"] is True
    assert facts["seconds"] >= 0


def test_info_in_words(folder, faces, capsys):
    assert main(["data", "info", str(folder)]) == 0
    out = capsys.readouterr().out
    assert "21 pictures of 48 x 48" in out
    assert f"fingerprint {faces.fingerprint}, FER+ votes: yes" in out
    assert "all-zero pictures: 1 (under angry 1)" in out
    assert out.splitlines()[5].split() == ["train", *["1"] * 7, "7"]


def test_info_says_why_votes_beside_do_not_join(faces, votes, tmp_path, capsys):
    fewer = votes_csv(faces.take(np.arange(20)), votes[:20])
    path = write(tmp_path, {"fer2013.csv": fer2013_csv(faces), "fer2013new.csv": fewer}) / "fer2013.csv"
    assert main(["data", "info", str(path)]) == 0
    assert "FER+ votes: no (fer2013new.csv is there, but its rows are not those of this set)" in capsys.readouterr().out


def test_info_of_pictures_without_labels(faces, tmp_path, capsys):
    write(tmp_path, homework_files(faces))
    assert main(["data", "info", str(tmp_path / "test.csv")]) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[4].split()[-2:] == ["unlabelled", "all"]
    assert out.splitlines()[5].split() == ["test", *["0"] * 7, "14", "14"]


def test_info_and_find_without_a_path_take_the_default(folder, capsys, monkeypatch):
    monkeypatch.setenv("FER_DATA", str(folder))
    assert main(["data", "find"]) == 0
    assert capsys.readouterr().out == f"{folder}\n"
    assert main(["data", "info"]) == 0
    assert "21 pictures" in capsys.readouterr().out


def test_find_without_a_set_says_how_to_get_one(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(data.sources, "REPOSITORY_DATA", tmp_path / "none")
    assert main(["data", "find"]) == 0
    assert "set FER_DATA" in capsys.readouterr().out
    assert main(["data", "find", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"path": None}
    assert main(["data", "info"]) == 1
    assert "There is no data set" in capsys.readouterr().err


def test_export_keeps_everything(folder, faces, votes, tmp_path, capsys):
    out = tmp_path / "faces.npz"
    assert main(["data", "export", str(folder), str(out)]) == 0
    assert capsys.readouterr().out == f"wrote {out}: 21 pictures, train 7, public 7, private 7\n"
    again = data.load(out)
    assert again.fingerprint == faces.fingerprint
    np.testing.assert_array_equal(again.votes, votes)
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".half"] == []


def test_export_to_where_nothing_can_be_written(folder, tmp_path, capsys):
    assert main(["data", "export", str(folder), str(tmp_path / "no" / "faces.npz")]) == 1
    assert "can't be written" in capsys.readouterr().err


def test_drawn_writes_the_drawn_faces(tmp_path, capsys):
    out = tmp_path / "drawn.npz"
    assert main(["data", "drawn", str(out), "--count", "14", "--seed", "3"]) == 0
    again, drawn = data.load(out), data.drawn_dataset(count=14, seed=3)
    np.testing.assert_array_equal(again.pixels, drawn.pixels)
    np.testing.assert_array_equal(again.labels, drawn.labels)
    assert main(["data", "drawn", str(out), "--count", "0"]) == 1
    assert "--count is 0" in capsys.readouterr().err
