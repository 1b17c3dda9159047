"""Decisions about pictures: kept, taken back, applied, and compared between readers."""

import numpy as np
import pytest

from fer_core.data import load, verdicts
from fer_core.data.dataset import make_dataset
from fer_core.errors import FerError

PRINT = "0123456789abcdef"


def small_set(votes=None):
    pixels = np.random.default_rng(3).integers(0, 256, (5, 48, 48)).astype(np.uint8)
    rows = np.array([10, 20, 30, 40, 50])
    return make_dataset("few", pixels, [0, 3, 4, -1, 6], [0, 0, 1, 0, 2], "npz", rows, votes)


def test_a_decision_is_found_again_and_the_last_word_counts(tmp_path):
    path = tmp_path / "few.verdicts.csv"
    verdicts.give(path, PRINT, 30, "sad", "Ann")
    verdicts.give(path, PRINT, 20, "right", "Ann")
    verdicts.give(path, PRINT, 30, "fear", "Ann")
    found = verdicts.read(path, PRINT)
    assert [(one.row, one.verdict, one.who) for one in found] == [
        (30, "sad", "Ann"),
        (20, "right", "Ann"),
        (30, "fear", "Ann"),
    ]
    assert verdicts.latest(found) == {30: "fear", 20: "right"}


def test_taking_back_gives_the_word_before_and_leaves_other_readers_alone(tmp_path):
    path = tmp_path / "v.csv"
    for row, word, who in ((1, "sad", "Ann"), (1, "happy", "Ann"), (2, "unsure", "Bo")):
        verdicts.give(path, PRINT, row, word, who)
    assert verdicts.take_back(path, PRINT, "Ann").verdict == "happy"
    assert verdicts.latest(verdicts.read(path, PRINT)) == {1: "sad", 2: "unsure"}
    assert verdicts.take_back(path, PRINT, "Ann").verdict == "sad"
    assert verdicts.take_back(path, PRINT, "Ann") is None
    assert verdicts.latest(verdicts.read(path, PRINT)) == {2: "unsure"}


def test_a_name_with_commas_and_breaks_stays_one_reader(tmp_path):
    path = tmp_path / "v.csv"
    verdicts.give(path, PRINT, 1, "right", '  A, "B"\nC ')
    assert verdicts.readers(verdicts.read(path, PRINT)) == ['A, "B" C']


def test_a_line_broken_off_counts_as_not_written_and_the_next_one_is_whole(tmp_path):
    path = tmp_path / "v.csv"
    verdicts.give(path, PRINT, 1, "right", "Ann")
    with path.open("ab") as file:
        file.write(b"2,sa")
    assert verdicts.latest(verdicts.read(path, PRINT)) == {1: "right"}


def test_a_decision_after_a_broken_line_stands_on_a_line_of_its_own(tmp_path):
    path = tmp_path / "v.csv"
    verdicts.give(path, PRINT, 1, "right", "Ann")
    with path.open("ab") as file:
        file.write(b"2,sa")
    verdicts.give(path, PRINT, 3, "fear", "Ann")
    assert verdicts.latest(verdicts.read(path, PRINT)) == {1: "right", 3: "fear"}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"emotion,pixels\n1,2\n", "first line is not row,verdict"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (f"row,verdict,who,when,set\n-1,sad,A,,{PRINT}\n".encode(), "Line 2"),
        (f"row,verdict,who,when,set\n1,glad,A,,{PRINT}\n".encode(), "'glad'"),
        (b"row,verdict,who,when,set\n1,sad,A,,ffff\n", "another set"),
    ],
)
def test_a_file_that_is_something_else_is_said(tmp_path, content, says):
    path = tmp_path / "v.csv"
    path.write_bytes(content)
    with pytest.raises(FerError, match=says):
        verdicts.read(path, PRINT)


def test_an_unknown_word_is_refused_before_it_is_written(tmp_path):
    with pytest.raises(FerError, match="not 'glad'"):
        verdicts.give(tmp_path / "v.csv", PRINT, 1, "glad", "Ann")
    assert not (tmp_path / "v.csv").exists()


def test_readers_who_differ_leave_a_picture_as_it_is(tmp_path):
    found = [
        verdicts.Verdict(10, "sad", "Ann", ""),
        verdicts.Verdict(10, "fear", "Bo", ""),
        verdicts.Verdict(20, "sad", "Bo", ""),
        verdicts.Verdict(20, "sad", "Ann", ""),
    ]
    assert verdicts.latest(found) == {20: "sad"}
    assert verdicts.latest(found, "Bo") == {10: "fear", 20: "sad"}
    assert verdicts.disputed(found) == {10: {"Ann": "sad", "Bo": "fear"}}


def test_the_corrected_set_has_new_labels_and_no_non_faces():
    data = small_set()
    after = verdicts.corrected(data, {10: "fear", 20: "not a face", 30: "right", 40: "unsure"})
    assert after.rows.tolist() == [10, 30, 40, 50]
    assert after.labels.tolist() == [2, 4, -1, 6]
    assert after.split.tolist() == [0, 1, 0, 2]
    assert np.array_equal(after.pixels[1], data.pixels[2])
    assert after.fingerprint != data.fingerprint
    assert data.labels.tolist() == [0, 3, 4, -1, 6]


def test_the_corrected_csv_is_read_back_as_that_set(tmp_path):
    data = small_set()
    path = tmp_path / "fer2013-corrected.csv"
    path.write_bytes(b"".join(verdicts.corrected_csv(data, {10: "fear", 20: "not a face"})))
    back = load(path)
    assert back.labels.tolist() == [2, 4, 6]
    assert back.split.tolist() == [0, 1, 2]
    assert np.array_equal(back.pixels, data.pixels[[0, 2, 4]])


def test_the_file_lies_beside_the_set_and_does_not_disturb_it(tmp_path, monkeypatch):
    data = small_set()
    source = tmp_path / "few.npz"
    np.savez(source, pixels=data.pixels, emotion=data.labels.astype(np.int8), usage=data.split)
    path = verdicts.file_for(data, source)
    assert path == tmp_path / "few.npz.verdicts.csv"
    verdicts.give(path, data.fingerprint, 10, "sad", "Ann")
    assert np.array_equal(load(tmp_path).pixels, load(source).pixels)
    monkeypatch.setenv("FER_CACHE", str(tmp_path / "cache"))
    assert verdicts.file_for(data, None) == tmp_path / "cache" / "verdicts" / f"{data.fingerprint}.verdicts.csv"


def test_kappa_of_a_table_worked_by_hand():
    # 10 pictures: both right 4, both sad 2, Ann right and Bo sad 3, Ann sad and Bo right 1.
    ann = ["right"] * 4 + ["sad"] * 2 + ["right"] * 3 + ["sad"]
    bo = ["right"] * 4 + ["sad"] * 2 + ["sad"] * 3 + ["right"]
    found = verdicts.kappa(dict(enumerate(ann)), {**dict(enumerate(bo)), 99: "fear"})
    chance = 0.7 * 0.5 + 0.3 * 0.5
    assert found.n == 10
    assert found.agreement == pytest.approx(0.6)
    assert found.kappa == pytest.approx((0.6 - chance) / (1 - chance))
    assert found.low < found.kappa < found.high


def test_kappa_is_not_defined_for_one_word_and_needs_shared_pictures():
    assert np.isnan(verdicts.kappa({1: "sad", 2: "sad"}, {1: "sad", 2: "sad"}).kappa)
    with pytest.raises(FerError, match="no picture in common"):
        verdicts.kappa({1: "sad"}, {2: "sad"})


def test_voters_confirm_verdicts_or_labels():
    votes = np.zeros((5, 10), np.uint8)
    votes[0, 6] = 9  # row 10, labelled angry: fear leads
    votes[1, 9] = 8  # row 20, labelled happy: not a face leads
    votes[2, 3] = 7  # row 30, labelled sad: sadness leads
    votes[4, 1] = 5  # row 50, labelled neutral: happiness leads
    data = small_set(votes)
    decided = {10: "fear", 20: "not a face", 30: "right", 50: "unsure"}
    assert verdicts.against_votes(data, decided) == (3, 1, 3)
    assert verdicts.against_votes(data, {10: "right", 30: "happy"}) == (0, 1, 2)
