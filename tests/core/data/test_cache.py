import json
import os

import numpy as np
import pytest

from fer_core.data import cache, load, sources
from tests.core.data.conftest import fer2013_csv, votes_csv, write


@pytest.fixture
def source(faces, votes, tmp_path, monkeypatch):
    """A csv with votes that is worth a copy, and an empty cache."""
    monkeypatch.setenv("FER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(sources, "WORTH_A_COPY", 0)
    files = {"fer2013.csv": fer2013_csv(faces), "fer2013new.csv": votes_csv(faces, votes)}
    return write(tmp_path / "set", files) / "fer2013.csv"


@pytest.fixture
def readings(monkeypatch):
    """A list that grows by one each time that a source is really read."""
    count = []
    real = sources._read

    def read(folder):
        count.append(folder)
        return real(folder)

    monkeypatch.setattr(sources, "_read", read)
    return count


def copies(tmp_path):
    return sorted((tmp_path / "cache" / "datasets").iterdir())


def same(one, other):
    for name in ("pixels", "labels", "split", "rows", "votes"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
        assert getattr(one, name).dtype == getattr(other, name).dtype
    assert (one.name, one.layout, one.fingerprint) == (other.name, other.layout, other.fingerprint)


def test_the_second_time_nothing_is_parsed(source, readings, faces, tmp_path):
    first, second = load(source), load(source)
    assert len(readings) == 1
    same(first, second)
    assert second.fingerprint == faces.fingerprint
    assert not second.pixels.flags.writeable
    assert len(copies(tmp_path)) == 1


@pytest.mark.parametrize("changed", ["fer2013.csv", "fer2013new.csv"])
def test_a_changed_source_is_read_again(source, readings, changed):
    load(source)
    path = source.parent / changed
    os.utime(path, ns=(1, path.stat().st_mtime_ns + 1))
    load(source)
    assert len(readings) == 2


def test_votes_that_come_later_join(faces, source, readings):
    aside = source.parent.parent / "aside.csv"
    (source.parent / "fer2013new.csv").rename(aside)
    assert load(source).votes is None
    aside.rename(source.parent / "fer2013new.csv")
    assert load(source).votes is not None


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "pixels.npy").unlink(),
        lambda folder: (folder / "pixels.npy").write_bytes((folder / "pixels.npy").read_bytes()[:-1]),
        lambda folder: (folder / "pixels.npy").write_bytes(b""),
        lambda folder: (folder / "labels.npy").write_bytes(b"garbage"),
        lambda folder: np.save(folder / "labels.npy", np.full(21, 3, np.int8)),
        lambda folder: np.save(folder / "pixels.npy", np.zeros((20, 48, 48), np.uint8)),
        lambda folder: (folder / "votes.npy").unlink(),
        lambda folder: (folder / "meta.json").write_text("{"),
        lambda folder: (folder / "meta.json").write_text("[]"),
        lambda folder: (folder / "meta.json").write_text(json.dumps({"version": 0})),
    ],
)
def test_a_damaged_copy_is_made_anew_without_a_word(damage, source, readings, tmp_path, capsys):
    first = load(source)
    expected = first.pixels.copy()
    damage(copies(tmp_path)[0])
    np.testing.assert_array_equal(load(source).pixels, expected)
    same(load(source), load(source))
    assert len(readings) == 2
    assert capsys.readouterr() == ("", "")


def test_a_cache_that_cannot_be_written_stops_nothing(source, readings, faces, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("FER_CACHE", str(tmp_path / "file"))
    for _ in range(2):
        np.testing.assert_array_equal(load(source).pixels, faces.pixels)
    assert len(readings) == 2


def test_a_stop_while_writing_leaves_no_half_copy(source, tmp_path, monkeypatch):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(cache.json, "dumps", stop)
    with pytest.raises(KeyboardInterrupt):
        load(source)
    assert copies(tmp_path) == []


def test_old_copies_go_and_those_in_use_stay(faces, tmp_path, monkeypatch):
    monkeypatch.setenv("FER_CACHE", str(tmp_path / "cache"))
    for i in range(cache.KEPT):
        cache.write(f"copy{i}", faces)
        os.utime(tmp_path / "cache" / "datasets" / f"copy{i}", (i, i))
    assert cache.read("copy0") is not None  # used just now
    cache.write("new", faces)
    assert [path.name for path in copies(tmp_path)] == ["copy0", *(f"copy{i}" for i in range(2, cache.KEPT)), "new"]


def test_what_a_killed_process_left_goes_after_a_day(faces, tmp_path, monkeypatch):
    monkeypatch.setenv("FER_CACHE", str(tmp_path / "cache"))
    for name in (".half-old", ".half-new"):
        (tmp_path / "cache" / "datasets" / name).mkdir(parents=True)
    os.utime(tmp_path / "cache" / "datasets" / ".half-old", (0, 0))
    cache.write("new", faces)
    assert [path.name for path in copies(tmp_path)] == [".half-new", "new"]


def test_small_sources_are_not_copied(faces, tmp_path, monkeypatch):
    monkeypatch.setenv("FER_CACHE", str(tmp_path / "cache"))
    load(write(tmp_path / "set", {"fer2013.csv": fer2013_csv(faces)}))
    assert not (tmp_path / "cache").exists()
