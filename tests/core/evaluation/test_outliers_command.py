"""`outliers` in the shell, on drawn faces with strangers among them."""

import csv

import numpy as np
import pytest

from fer_core import data
from fer_core.cli import main
from fer_core.reading.face_scores import NO_FACE, face_scores
from tests.conftest import strangers_set


@pytest.fixture(scope="module")
def strangers(tmp_path_factory):
    """30 drawn faces; noise at row 4, a black picture at row 17, both called no face by the voters."""
    return strangers_set(tmp_path_factory.mktemp("set") / "strangers.npz")


def test_pixels_alone_find_them_and_the_voters_confirm(strangers, tmp_path, capsys):
    out = tmp_path / "odd.csv"
    assert main(["outliers", "--data", str(strangers), "--at", "2", "--csv", str(out)]) == 0
    said = capsys.readouterr().out
    assert "100% of the first 2 'not a face', and 6.67% of all" in said
    with out.open() as file:
        assert [int(line["row"]) for line in csv.DictReader(file)][:2] == [17, 4]


def test_the_detector_scores_faces_above_strangers(strangers):
    pixels = data.load(strangers).pixels
    shares = []
    scores = face_scores(pixels, shares.append)
    assert scores[[4, 17]].max() < np.delete(scores, [4, 17]).min()
    assert shares == [1.0]


def test_what_the_detector_sees_least_comes_first(strangers, tmp_path):
    out = tmp_path / "odd.csv"
    assert main(["outliers", "--data", str(strangers), "--by", NO_FACE, "--at", "2", "--csv", str(out)]) == 0
    with out.open() as file:
        assert {int(line["row"]) for line in list(csv.DictReader(file))[:2]} == {4, 17}


@pytest.mark.parametrize(
    ("arguments", "says"), [(["--by", "isolation forest"], "needs a run"), (["--at", "0"], "--at must be 1")]
)
def test_what_is_missing_is_said(strangers, arguments, says, capsys):
    assert main(["outliers", "--data", str(strangers), *arguments]) == 1
    assert says in capsys.readouterr().err
