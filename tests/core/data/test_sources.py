import gzip
import io
import tarfile
from pathlib import Path

import cv2
import numpy as np
import pytest

from fer_core.data import find, load, load_upload, open_default, sources
from fer_core.data.dataset import Dataset
from fer_core.data.folders import DiskFolder
from fer_core.errors import FerError
from tests.core.data.conftest import (
    fer2013_csv,
    ferplus_files,
    homework_files,
    icml_csv,
    npz_bytes,
    tree_files,
    votes_csv,
    write,
    zip_of,
)


def layouts(faces: Dataset) -> dict[str, tuple[str, dict[str, str | bytes]]]:
    """Name -> (expected layout, files)."""
    return {
        "fer2013.csv": ("fer2013.csv", {"fer2013.csv": fer2013_csv(faces)}),
        "icml": ("icml_face_data.csv", {"icml_face_data.csv": icml_csv(faces)}),
        "homework": ("hw3", homework_files(faces)),
        "tree": ("tree", tree_files(faces)),
        "FER+": ("ferplus", ferplus_files(faces)),
        "npz": ("npz", {"faces.npz": npz_bytes(faces)}),
        "gzipped csv": ("fer2013.csv", {"fer2013.csv.gz": gzip.compress(fer2013_csv(faces).encode())}),
        "deep down": ("fer2013.csv", {"a/b/fer2013.csv": fer2013_csv(faces), "README": "fer2013 of a friend"}),
        "Kaggle": (
            "icml_face_data.csv",
            {"icml_face_data.csv": icml_csv(faces), "fer2013.tar.gz": b"not looked at", **homework_files(faces)},
        ),
    }


NAMES = ["fer2013.csv", "icml", "homework", "tree", "FER+", "npz", "gzipped csv", "deep down", "Kaggle"]


def same(dataset: Dataset, faces: Dataset) -> None:
    np.testing.assert_array_equal(dataset.pixels, faces.pixels)
    np.testing.assert_array_equal(dataset.labels, faces.labels)
    np.testing.assert_array_equal(dataset.split, faces.split)
    np.testing.assert_array_equal(dataset.rows, np.arange(len(faces)))
    assert dataset.fingerprint == faces.fingerprint
    assert (dataset.pixels.dtype, dataset.labels.dtype) == (np.uint8, np.int8)


@pytest.mark.parametrize("name", NAMES)
def test_each_layout_gives_the_same_set_from_a_folder_a_zip_and_an_upload(name, faces, tmp_path):
    layout, files = layouts(faces)[name]
    folder = write(tmp_path / "set", files)
    packed = zip_of(tmp_path / "archive.zip", files)
    for dataset in (load(folder), load(packed), load_upload("archive.zip", packed.read_bytes())):
        same(dataset, faces)
        assert dataset.layout == layout


@pytest.mark.parametrize("name", ["fer2013.csv", "icml", "npz", "gzipped csv"])
def test_a_single_file_opens_by_its_path_and_as_an_upload(name, faces, tmp_path):
    layout, files = layouts(faces)[name]
    (file_name, content), folder = next(iter(files.items())), write(tmp_path, files)
    same(load(folder / file_name), faces)
    content = content.encode() if isinstance(content, str) else content
    upload = load_upload(file_name, content)
    same(upload, faces)
    assert upload.layout == layout


@pytest.mark.parametrize("name", ["fer2013.csv", "tree"])
def test_tar_gz_opens_too_even_inside_a_zip(name, faces, tmp_path):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for member, content in layouts(faces)[name][1].items():
            data = content.encode() if isinstance(content, str) else content
            info = tarfile.TarInfo(f"fer2013/{member}")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    write(tmp_path, {"fer2013.tar.gz": buffer.getvalue()})
    same(load(tmp_path / "fer2013.tar.gz"), faces)
    same(load(zip_of(tmp_path / "outer.zip", {"x/fer2013.tar.gz": buffer.getvalue()})), faces)
    same(load_upload("fer2013.tar.gz", buffer.getvalue()), faces)


def test_what_a_file_is_counts_not_what_it_is_called(faces, tmp_path):
    path = zip_of(tmp_path / "fer2013.csv", {"fer2013.csv": fer2013_csv(faces)})
    same(load(path), faces)


def test_the_homework_without_answers_has_unlabelled_test_pictures(faces, tmp_path):
    dataset = load(write(tmp_path / "hw", homework_files(faces, answers=False)))
    assert dataset.counts() == {"train": 7, "test": 14}
    assert dataset.labels[7:].tolist() == [-1] * 14
    assert dataset.name == "hw"


def test_the_homework_files_open_one_by_one(faces, tmp_path):
    folder = write(tmp_path, homework_files(faces))
    train, test = load(folder / "train.csv"), load(folder / "test.csv")
    assert (train.counts(), test.counts()) == ({"train": 7}, {"test": 14})
    assert (train.name, test.name) == ("train", "test")
    np.testing.assert_array_equal(test.pixels, faces.pixels[7:])


def test_ids_of_the_homework_become_row_numbers_and_find_their_answers(faces, tmp_path):
    files = homework_files(faces)
    lines = files["test.csv"].splitlines()
    shuffled = [lines[0], *reversed(lines[1:])]
    dataset = load(write(tmp_path, {**files, "test.csv": "\n".join(shuffled)}))
    assert dataset.rows.tolist() == [*range(7), *range(20, 6, -1)]
    np.testing.assert_array_equal(dataset.labels[7:], faces.labels[:6:-1])
    np.testing.assert_array_equal(dataset.pixels[7:], faces.pixels[:6:-1])


def test_votes_join_where_the_rows_are_the_same(faces, votes, tmp_path):
    files = {"fer2013.csv": fer2013_csv(faces), "fer2013new.csv": votes_csv(faces, votes)}
    folder = write(tmp_path / "set", files)
    for source in (folder, folder / "fer2013.csv", zip_of(tmp_path / "a.zip", files)):
        np.testing.assert_array_equal(load(source).votes, votes)
    homework = write(tmp_path / "hw", {**homework_files(faces, answers=False), **files})
    (homework / "fer2013.csv").unlink()
    np.testing.assert_array_equal(load(homework).votes, votes)


def test_votes_of_other_rows_stay_out(faces, votes, tmp_path):
    csv = fer2013_csv(faces)
    fewer = votes_csv(faces.take(np.arange(20)), votes[:20])
    other_order = votes_csv(faces.take(np.arange(20, -1, -1)), votes)
    for i, text in enumerate((fewer, other_order)):
        folder = write(tmp_path / str(i), {"fer2013.csv": csv, "fer2013new.csv": text})
        assert load(folder).votes is None


def test_trees_take_pictures_of_any_size_colour_and_kind(tmp_path):
    gray = np.full((96, 96), 100, np.uint8)
    gray[:, 48:] = 200
    wide = np.zeros((60, 100, 3), np.uint8)
    wide[:, 20:80] = 255  # the middle square is white
    small = np.full((24, 24, 3), 7, np.uint8)
    folder = write(
        tmp_path / "mine",
        {
            "train/Happiness/2.png": cv2.imencode(".png", gray)[1].tobytes(),
            "train/Happiness/10.bmp": cv2.imencode(".bmp", small)[1].tobytes(),
            "test/fear/a.jpg": cv2.imencode(".jpg", wide)[1].tobytes(),
            "train/Happiness/Thumbs.db": b"of Windows",
            "train/.DS_Store": b"of a Mac",
        },
    )
    dataset = load(folder)
    assert dataset.name == "mine"
    assert dataset.labels.tolist() == [3, 3, 2]
    assert dataset.counts() == {"train": 2, "test": 1}
    assert np.unique(dataset.pixels[0][:, :24]).tolist() == [100]
    assert np.unique(dataset.pixels[0][:, 24:]).tolist() == [200]
    assert np.unique(dataset.pixels[1]).tolist() == [7]
    assert dataset.pixels[2].min() > 240


def test_a_tree_keeps_natural_order(tmp_path):
    def picture(value):
        return cv2.imencode(".png", np.full((48, 48), value, np.uint8))[1].tobytes()

    files = {f"train/sad/{i}.png": picture(i) for i in (10, 2, 1)}
    assert load(write(tmp_path, files)).pixels[:, 0, 0].tolist() == [1, 2, 10]


def test_fer2013_is_recognised_by_its_size():
    from fer_core.data.csv_columns import official_name

    whole = np.repeat([0, 1, 2], [28709, 3589, 3589])
    assert official_name(whole) == "fer2013"
    assert official_name(np.repeat([0, 3], [28709, 7178])) == "fer2013"
    assert official_name(whole[:-1]) is None


def test_find_prefers_the_environment_to_the_folder_data(faces, tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "REPOSITORY_DATA", tmp_path / "data")
    assert find() is None
    assert open_default() is None
    write(tmp_path / "data", {"README.txt": "put it here"})
    assert find() is None
    write(tmp_path / "data", {"fer2013.csv": fer2013_csv(faces)})
    assert find() == tmp_path / "data"
    same(open_default(), faces)
    monkeypatch.setenv("FER_DATA", str(tmp_path / "elsewhere.npz"))
    assert find() == Path(tmp_path / "elsewhere.npz")
    with pytest.raises(FerError, match=r"There is no file or folder .*elsewhere\.npz"):
        open_default()


@pytest.mark.parametrize(("count", "end"), [(2, "b0.dat, b1.dat."), (4, "b3.dat."), (5, "b3.dat, ...")])
def test_of_many_files_that_are_no_set_four_are_named(tmp_path, count: int, end: str) -> None:
    for number in range(count):
        (tmp_path / f"b{number}.dat").write_bytes(bytes([0, 1, 2, number]) * 9)
    with pytest.raises(FerError) as said:
        load(tmp_path)
    assert str(said.value).rstrip(".").endswith(end.rstrip("."))
    assert ("..." in str(said.value)) == (count > 4)


def test_files_are_looked_for_six_folders_deep_and_no_deeper(tmp_path) -> None:
    for depth in (6, 7):
        folder = tmp_path.joinpath(*[f"d{i}" for i in range(depth)])
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"at{depth}.txt").write_text("x")
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "x.txt").write_text("x")
    assert DiskFolder(tmp_path).files() == ["d0/d1/d2/d3/d4/d5/at6.txt"]


def test_in_a_folder_too_a_file_is_read_by_what_it_is(faces: Dataset, tmp_path) -> None:
    zip_of(tmp_path / "fer2013.csv", {"fer2013.csv": fer2013_csv(faces)})
    np.testing.assert_array_equal(load(tmp_path).pixels, faces.pixels)
