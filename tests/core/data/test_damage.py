"""Each kind of damage gives one sentence that names the file, the row and the value, and no traceback."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from fer_core.cli import main
from fer_core.data import load, load_upload
from fer_core.data.dataset import Dataset
from fer_core.errors import FerError
from tests.conftest import REPO
from tests.core.data.conftest import (
    fer2013_csv,
    homework_files,
    icml_csv,
    npz_bytes,
    tree_files,
    votes_csv,
    write,
    zip_of,
)


def arrays(faces: Dataset, **changes: np.ndarray | None) -> bytes:
    """An .npz with arrays changed or, for None, left out."""
    there = {"pixels": faces.pixels, "emotion": faces.labels, "usage": faces.split, **changes}
    buffer = io.BytesIO()
    np.savez(buffer, **{key: value for key, value in there.items() if value is not None})
    return buffer.getvalue()


def changed(values: np.ndarray, position: int, value: float) -> np.ndarray:
    copy = values.astype(np.int64 if isinstance(value, int) else np.float64)
    copy[position] = value
    return copy


def one_answer_less(faces: Dataset) -> dict[str, str]:
    files = homework_files(faces)
    return {**files, "answers.csv": files["answers.csv"].rsplit("\n", 2)[0]}


def nth_line(text: str, line: int, change: Callable[[str], str]) -> str:
    lines = text.split("\n")
    lines[line] = change(lines[line])
    return "\n".join(lines)


# Name -> (files of the folder, which of them to open, the sentence as a pattern)
DAMAGE: dict[str, tuple[Callable[[Dataset], dict[str, str | bytes]], str, str]] = {
    "label 7": (
        lambda f: {"fer2013.csv": nth_line(fer2013_csv(f), 5, lambda s: "7" + s[1:])},
        "fer2013.csv",
        r"fer2013\.csv, row 4 \(line 6\): emotion is '7'; 0 to 6 is expected",
    ),
    "a label misspelt": (
        lambda f: {"train.csv": nth_line(homework_files(f)["train.csv"], 1, lambda s: "suprise" + s[1:])},
        "train.csv",
        r"train\.csv, row 0 \(line 2\): label is 'suprise'; if 'surprise' is meant, write it so",
    ),
    "a label in unknown words": (
        lambda f: {"train.csv": nth_line(homework_files(f)["train.csv"], 1, lambda s: "bored" + s[1:])},
        "train.csv",
        r"train\.csv, row 0 \(line 2\): label is 'bored'; 0 to 6 is expected, or a class's name",
    ),
    "no label column": (
        lambda f: {"fer2013.csv": fer2013_csv(f).replace("emotion,", "feeling,", 1).replace("\n3,", "\n8,")},
        "fer2013.csv",
        r"fer2013\.csv has no column 'emotion' .*; its columns are feeling, pixels, Usage",
    ),
    "unknown usage": (
        lambda f: {"icml_face_data.csv": icml_csv(f).replace("PublicTest", "Publik", 1)},
        "icml_face_data.csv",
        r"icml_face_data\.csv, row 7 \(line 9\): Usage is 'Publik'; Training, PublicTest or PrivateTest",
    ),
    "votes instead of pictures": (
        lambda f: {"fer2013new.csv": votes_csv(f, np.zeros((21, 10), int))},
        "fer2013new.csv",
        r"fer2013new\.csv has no column 'pixels'",
    ),
    "a vote that is none": (
        lambda f: {
            "fer2013.csv": fer2013_csv(f),
            "fer2013new.csv": votes_csv(f, np.zeros((21, 10), int)).replace("0001.png,0", "0001.png,x"),
        },
        "fer2013.csv",
        r"fer2013new\.csv, row 1: neutral is 'x', no count of votes",
    ),
    "an id twice": (
        lambda f: {"test.csv": nth_line(homework_files(f)["test.csv"], 2, lambda s: "0" + s[1:])},
        "test.csv",
        r"test\.csv, row 1 \(line 3\): id 0 was given already, in row 0",
    ),
    "an id in words": (
        lambda f: {"test.csv": nth_line(homework_files(f)["test.csv"], 2, lambda s: "one" + s[1:])},
        "test.csv",
        r"test\.csv, row 1 \(line 3\): id is 'one'; a whole number",
    ),
    "an answer missing": (
        one_answer_less,
        "",
        r"answers\.csv has no answer for id 13 of test\.csv; it answers 13 of 14",
    ),
    "an answer of 8": (
        lambda f: {**homework_files(f), "answers.csv": homework_files(f)["answers.csv"].replace("\n0,0,", "\n0,8,")},
        "",
        r"answers\.csv, row 0: label is '8'; 0 to 6",
    ),
    "an answer's usage": (
        lambda f: {
            **homework_files(f),
            "answers.csv": homework_files(f)["answers.csv"].replace("PublicTest", "Pub", 1),
        },
        "",
        r"answers\.csv, row 0: usage is 'Pub'; PublicTest or PrivateTest",
    ),
    "answers without labels": (
        lambda f: {**homework_files(f), "answers.csv": "id,usage\n0,PublicTest\n"},
        "",
        r"answers\.csv has no column 'label'; its columns are id, usage",
    ),
    "text by the name of a zip": (
        lambda f: {"fer2013.zip": "Not found"},
        "fer2013.zip",
        r"fer2013\.zip is a damaged or truncated zip file",
    ),
    "text by the name of an npz": (
        lambda f: {"faces.npz": "pixels"},
        "faces.npz",
        r"faces\.npz is not a readable \.npz file",
    ),
    "truncated npz": (
        lambda f: {"faces.npz": npz_bytes(f)[:20_000]},
        "faces.npz",
        r"faces\.npz is not a readable \.npz file",
    ),
    "npz without emotion": (
        lambda f: {"faces.npz": arrays(f, emotion=None)},
        "faces.npz",
        r"faces\.npz has no array 'emotion'; it holds pixels, usage",
    ),
    "npz of other pictures": (
        lambda f: {"faces.npz": arrays(f, pixels=f.pixels[:, :32])},
        "faces.npz",
        r"faces\.npz: pixels has shape \(21, 32, 48\); \(N, 48, 48\) is expected",
    ),
    "npz with a pixel of 256": (
        lambda f: {"faces.npz": arrays(f, pixels=changed(f.pixels, 4, 256))},
        "faces.npz",
        r"faces\.npz, row 4: pixel value 256 is not a whole number from 0 to 255",
    ),
    "npz of floats": (
        lambda f: {"faces.npz": arrays(f, pixels=changed(f.pixels, 3, 0.5))},
        "faces.npz",
        r"faces\.npz, row 3: pixel value 0\.5 is not a whole number from 0 to 255",
    ),
    "npz with a label of 9": (
        lambda f: {"faces.npz": arrays(f, emotion=changed(f.labels, 2, 9))},
        "faces.npz",
        r"faces\.npz, row 2: emotion 9 is outside -1 to 6",
    ),
    "npz with too few labels": (
        lambda f: {"faces.npz": arrays(f, emotion=f.labels[:-1])},
        "faces.npz",
        r"faces\.npz: emotion has shape \(20,\); \(21,\) is expected",
    ),
    "npz of nothing": (
        lambda f: {"faces.npz": arrays(f, pixels=f.pixels[:0], emotion=f.labels[:0], usage=None)},
        "faces.npz",
        r"faces\.npz holds no pictures",
    ),
    "npz of objects": (
        lambda f: {"faces.npz": arrays(f, emotion=np.array([{}] * 21))},
        "faces.npz",
        r"faces\.npz is not a readable \.npz file",
    ),
    "unknown class folder": (
        lambda f: {**tree_files(f), "train/bored/1.png": tree_files(f)["train/sad/face_4.png"]},
        "",
        r"train/bored: 'bored' is none of the seven classes \(angry, disgust, .*\); rename",
    ),
    "unreadable picture": (
        lambda f: {**tree_files(f), "PublicTest/sad/x.png": tree_files(f)["train/sad/face_4.png"][:300]},
        "",
        r"PublicTest/sad/x\.png is damaged or cut short",
    ),
    "a class folder misspelt": (
        lambda f: {**tree_files(f), "train/suprise/1.png": tree_files(f)["train/sad/face_4.png"]},
        "",
        r"train/suprise: 'suprise' is none of the seven classes; if it means 'surprise', rename the folder so",
    ),
    "class folders numbered from 1": (
        lambda f: {f"train/{i}/1.png": tree_files(f)["train/sad/face_4.png"] for i in range(1, 8)},
        "",
        r"train/7: which class 7 stands for can't be told; the numbers 0 to 6 stand for angry, .*Rename the folders",
    ),
    "nothing but texts in the class folders": (
        lambda f: {"train/sad/a.png": "Not found", "train/happy/b.png": "Not found"},
        "",
        r"holds no picture that can be read in its class folders",
    ),
    "nothing known": (
        lambda f: {"a.txt": "a", "b/c.txt": "c"},
        "",
        r"holds no data set known here \(.*\); it holds a\.txt, b/c\.txt",
    ),
    "empty file": (lambda f: {"fer2013.csv": ""}, "", r"fer2013\.csv is empty"),
    "header only": (lambda f: {"fer2013.csv": "emotion,pixels,Usage\n"}, "", r"fer2013\.csv has a header but no rows"),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_on_disk_and_in_a_zip(name, faces, tmp_path):
    make, file, pattern = DAMAGE[name]
    files = make(faces)
    folder = write(tmp_path / "set", files)
    with pytest.raises(FerError, match=pattern) as caught:
        load(folder / file if file else folder)
    assert "\n" not in str(caught.value)
    if name != "nothing known" and not name.startswith("votes"):
        with pytest.raises(FerError, match=pattern):
            load_upload("set.zip", zip_of(tmp_path / "set.zip", files).read_bytes())


def test_an_npz_that_claims_to_be_vast(tmp_path):
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "|u1", "fortran_order": False, "shape": (1 << 50, 48, 48)})
    path = zip_of(tmp_path / "faces.npz", {"pixels.npy": header.getvalue(), "emotion.npy": header.getvalue()})
    with pytest.raises(FerError, match=r"^faces\.npz (does not fit into memory|is not a readable)"):
        load(path)


def test_an_npz_that_unpacks_to_gigabytes(tmp_path, faces, monkeypatch):
    monkeypatch.setattr("fer_core.data.layouts.npz._MOST_BYTES", 40_000)
    with pytest.raises(FerError, match=r"^faces\.npz unpacks to 0\.0 GB; at most 0 GB are read"):
        load_upload("faces.npz", npz_bytes(faces))


def test_a_picture_that_would_unfold_beyond_the_limit(tmp_path):
    """In a process of its own: OpenCV reads its limit at its first import, here by the drawn faces."""
    import struct
    import subprocess
    import sys
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    size = struct.pack(">IIBBBBB", 8_000, 8_000, 8, 0, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(b"\0" * 8_001 * 8_000, 1))
    write(tmp_path, {"train/sad/bomb.png": bomb + chunk(b"IEND", b"")})
    code = "import sys, fer_core.data.drawn.dataset; from fer_core.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "data", "info", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=REPO)
    assert done.returncode == 1
    assert done.stderr.startswith("error: train/sad/bomb.png is 8,000 x 8,000 pixels, more than the 50 megapixels")


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.9, 0.999])
def test_a_truncated_zip(keep, faces, tmp_path):
    path = zip_of(tmp_path / "archive.zip", {"fer2013.csv": fer2013_csv(faces)})
    path.write_bytes(path.read_bytes()[: int(keep * path.stat().st_size)])
    with pytest.raises(FerError, match=r"^archive\.zip is a damaged or truncated zip"):
        load(path)


@pytest.mark.parametrize("kind", ["csv", "tree", "npz"])
def test_a_zip_with_flipped_bytes(kind, faces, tmp_path):
    files = {
        "csv": {"fer2013.csv": fer2013_csv(faces)},
        "tree": tree_files(faces),
        "npz": {"faces.npz": npz_bytes(faces)},
    }[kind]
    path = zip_of(tmp_path / "archive.zip", files)
    data = bytearray(path.read_bytes())
    data[1000:1010] = bytes(255 - byte for byte in data[1000:1010])
    path.write_bytes(data)
    with pytest.raises(FerError, match=r"^archive\.zip"):
        load(path)


def test_a_truncated_tar_gz(tmp_path, faces):
    import tarfile

    write(tmp_path, {"fer2013.csv": fer2013_csv(faces)})
    path = tmp_path / "fer2013.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        archive.add(tmp_path / "fer2013.csv", "fer2013/fer2013.csv")
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(FerError, match=r"^fer2013\.tar\.gz is a damaged or truncated tar"):
        load(path)


def test_a_truncated_csv_gz(tmp_path, faces):
    import gzip

    write(tmp_path, {"fer2013.csv.gz": gzip.compress(fer2013_csv(faces).encode())[:5000]})
    with pytest.raises(FerError, match=r"^fer2013\.csv\.gz is damaged or truncated"):
        load(tmp_path / "fer2013.csv.gz")


def test_a_locked_zip(tmp_path, faces):
    path = zip_of(tmp_path / "archive.zip", {"fer2013.csv": fer2013_csv(faces)})
    data = bytearray(path.read_bytes())
    data[6] |= 1  # the flag in the file's own header and in the directory at the end
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(FerError, match=r"^archive\.zip is locked with a password; unpack it first"):
        load(path)


def test_a_path_that_is_not_there(tmp_path):
    with pytest.raises(FerError, match=r"There is no file or folder .*nowhere\.csv"):
        load(tmp_path / "nowhere.csv")


@pytest.mark.parametrize("layout", ["file", "folder"])
def test_a_file_that_may_not_be_read(layout, faces, tmp_path, monkeypatch):
    path = write(tmp_path, {"fer2013.csv": fer2013_csv(faces)}) / "fer2013.csv"
    real = Path.open

    def refuse(self: Path, *args, **kwargs):
        if self.name == "fer2013.csv":
            raise PermissionError(13, "Permission denied", str(self))
        return real(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(FerError, match=r"fer2013\.csv may not be read; its permissions refuse it"):
        load(path if layout == "file" else tmp_path)


def test_the_command_prints_that_sentence_and_exits_with_1(faces, tmp_path, capsys):
    make, file, _ = DAMAGE["label 7"]
    assert main(["data", "info", str(write(tmp_path, make(faces)) / file)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: fer2013.csv, row 4 (line 6): emotion is '7'")
    assert err.count("\n") == 1
