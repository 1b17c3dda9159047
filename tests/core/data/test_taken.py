"""Tables and folders that are not what they usually are: the clear reading is taken, and what was taken is said."""

import codecs
import io

import numpy as np
import pytest

from fer_core.cli import main
from fer_core.data import cache, load, load_upload
from fer_core.data.csv_pixels import HALVES_FROM, read_table
from fer_core.data.dataset import SPLITS, Dataset, reread
from fer_core.errors import FerError
from fer_core.labels import CLASSES
from tests.core.data.conftest import fer2013_csv, homework_files, tree_files, write, zip_of


def words(faces: Dataset) -> str:
    lines = fer2013_csv(faces).splitlines()
    return "\n".join([lines[0], *(f"{CLASSES[int(line[0])].title()}{line[1:]}" for line in lines[1:])])


def numbers(faces: Dataset, ending: str, separator: str = ",") -> str:
    head, *lines = fer2013_csv(faces).replace(",", separator).splitlines()
    return "\n".join([head, *(line[0] + ending + line[1:] for line in lines)])


def twice(faces: Dataset) -> str:
    head, *lines = fer2013_csv(faces).splitlines()
    return "\n".join([head, *lines[:8], f'"{head.upper()}"'.replace(",", '","'), *lines[8:], head]) + "\n"


TABLES = {
    "tabs": (lambda f: fer2013_csv(f).replace(",", "\t"), ["tabs separate the columns"]),
    "semicolons": (lambda f: fer2013_csv(f).replace(",", ";"), ["semicolons separate the columns"]),
    "bars": (lambda f: fer2013_csv(f).replace(",", "|"), ["bars separate the columns"]),
    "Excel's sep=": (lambda f: "sep=;\r\n" + fer2013_csv(f).replace(",", ";"), ["semicolons separate the columns"]),
    "a mark": (lambda f: codecs.BOM_UTF8 + fer2013_csv(f).encode(), []),
    "UTF-16": (lambda f: fer2013_csv(f).encode("utf-16"), ["the text is UTF-16"]),
    "UTF-16, the other way, no mark": (lambda f: fer2013_csv(f).encode("utf-16-be"), ["the text is UTF-16"]),
    "Windows-1252": (
        lambda f: "\n".join(f"{line},Zo\xeb" for line in fer2013_csv(f).splitlines()).encode("cp1252"),
        ["the text is Windows-1252"],
    ),
    "an old Mac's lines": (lambda f: fer2013_csv(f).replace("\n", "\r"), []),
    "blank lines first": (lambda f: "\n\n" + fer2013_csv(f), []),
    "labels in words": (words, ["labels were read as numbers: Angry as 0, Disgust as 1, Fear as 2, ..."]),
    "labels 0.0": (lambda f: numbers(f, ".0"), ["labels were read as numbers: 0.0 as 0, 1.0 as 1, 2.0 as 2, ..."]),
    "labels 0,0": (
        lambda f: numbers(f, ",0", ";"),
        ["semicolons separate the columns", "labels were read as numbers: 0,0 as 0, 1,0 as 1, 2,0 as 2, ..."],
    ),
    "headers in mid-file": (twice, ["2 repeated headers were left out"]),
    "no header": (
        lambda f: words(f).partition("\n")[2],
        [
            "there is no header; the columns were taken for emotion, pixels, Usage",
            "labels were read as numbers: Angry as 0, Disgust as 1, Fear as 2, ...",
        ],
    ),
    "no header, tabs": (
        lambda f: fer2013_csv(f).partition("\n")[2].replace(",", "\t"),
        ["tabs separate the columns", "there is no header; the columns were taken for emotion, pixels, Usage"],
    ),
    "columns by other names": (
        lambda f: fer2013_csv(f).replace("emotion,pixels,Usage", "feeling,image,part", 1),
        [
            "the pixels were taken from the column 'image'",
            "the usages were taken from the column 'part'",
            "the labels were taken from the column 'feeling'",
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_taken_and_what_was_taken_is_said(name: str, faces: Dataset) -> None:
    make, said = TABLES[name]
    data = make(faces)
    dataset = load_upload("fer2013.csv", data if isinstance(data, bytes) else data.encode())
    np.testing.assert_array_equal(dataset.pixels, faces.pixels)
    np.testing.assert_array_equal(dataset.labels, faces.labels)
    np.testing.assert_array_equal(dataset.split, faces.split)
    assert [clause.replace("usage", "Usage") if "header;" in clause else clause for clause in dataset.taken] == said
    assert dataset.guessed == ()


def test_what_is_usual_says_nothing(faces: Dataset, tmp_path) -> None:
    for files in ({"fer2013.csv": fer2013_csv(faces)}, homework_files(faces), tree_files(faces)):
        folder = write(tmp_path / str(len(files)), files)
        assert load(folder).taken == () == load(folder).guessed


def test_lines_are_counted_as_they_stand_in_the_file(faces: Dataset) -> None:
    for before, expected in (("", 3), ("\n\n", 5), ("sep=,\n", 4)):
        data = (before + fer2013_csv(faces)).replace("\n1,", "\n9,", 1)
        with pytest.raises(FerError, match=rf"row 1 \(line {expected}\): emotion is '9'"):
            load_upload("fer2013.csv", data.encode())
    head, *lines = fer2013_csv(faces).splitlines()
    again = "\n".join([head, lines[0], head, lines[1].replace("1,", "1,x", 1)])
    with pytest.raises(FerError, match=r"row 1 \(line 4\): pixel 0 is 'x"):
        load_upload("fer2013.csv", again.encode())


def test_two_threads_meet_headers_and_semicolons_too(faces: Dataset, tmp_path, monkeypatch) -> None:
    from fer_core.data import csv_pixels

    monkeypatch.setattr(csv_pixels, "HALVES_FROM", 1)
    head, *lines = fer2013_csv(faces).replace(",", ";").splitlines()
    path = tmp_path / "fer2013.csv"
    path.write_text("\n".join([head, *lines[:3], head, *lines[3:18], head, *lines[18:]]))
    table = csv_pixels._read_halves(str(path), "x")
    np.testing.assert_array_equal(table.pixels, faces.pixels)
    assert table.taken == ("semicolons separate the columns", "2 repeated headers were left out")
    assert table.lines.tolist() == [2, 3, 4, *range(6, 21), *range(22, 25)]
    path.write_bytes(fer2013_csv(faces).encode("utf-16"))
    with path.open("rb") as stream:
        np.testing.assert_array_equal(read_table(stream, "x").pixels, faces.pixels)
    assert HALVES_FROM > 1


def test_a_test_file_without_a_header_holds_ids(faces: Dataset) -> None:
    files = homework_files(faces)
    rows = files["test.csv"].splitlines()[1:6]
    dataset = load_upload("test.csv", "\n".join(rows).encode())
    assert dataset.labels.tolist() == [-1] * 5 and dataset.counts() == {"test": 5}


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("1,2,3\n4,5,6\n", r"x\.csv has no header, and no column of its first line holds 2,304 numbers"),
        ("blue,{0}\n", r"x\.csv has no header, and what column 1 holds \('blue'\) can't be told; put a first line"),
        ("3,{0}\nsuprise,{0}\n", r"what column 1 holds"),
    ],
)
def test_a_table_without_a_header_that_cannot_be_told(text: str, pattern: str) -> None:
    with pytest.raises(FerError, match=pattern):
        load_upload("x.csv", text.format(" ".join(["7"] * 2304)).encode())


def test_all_of_a_csv_without_splits_is_training_and_that_may_be_changed(faces: Dataset) -> None:
    text = "\n".join(line.rsplit(",", 1)[0] for line in fer2013_csv(faces).splitlines())
    dataset = load_upload("faces.csv", text.encode())
    assert dataset.counts() == {"train": 21} and dataset.guessed == ("split",)
    assert dataset.taken == ("no column tells training from test pictures; all were taken for training",)
    changed = reread(dataset, split="test")
    assert changed.counts() == {"test": 21} and changed.fingerprint != dataset.fingerprint
    with pytest.raises(FerError, match="nothing to choose"):
        reread(dataset, numbers="alphabet")
    with pytest.raises(FerError, match="split is 'all'; train, public"):
        reread(dataset, split="all")


def renamed(faces: Dataset, split: dict[str, str], label: dict[str, str]) -> dict[str, bytes]:
    """The tree with folders called otherwise; a split called "" has no folder."""
    found = {}
    for path, data in tree_files(faces).items():
        part, name, file = path.split("/")
        found["/".join(filter(None, [split.get(part, part), label[name], file]))] = data
    return found


PLAIN = {name: name for name in CLASSES}
FOLDERS = {
    "numbers": ({}, {name: str(i) for i, name in enumerate(CLASSES)}),
    "numbers and names": ({}, {name: f"{i}_{name}" for i, name in enumerate(CLASSES)}),
    "names and other numbers": ({}, {name: f"{name.title()} {7 - i}" for i, name in enumerate(CLASSES)}),
    "FER+'s folders": ({"train": "FER2013Train", "PublicTest": "FER2013Valid", "PrivateTest": "FER2013Test"}, PLAIN),
    "set_": ({"train": "train_set", "PublicTest": "val-images", "PrivateTest": "Private Test"}, PLAIN),
}


@pytest.mark.parametrize("name", FOLDERS)
def test_folders_by_other_names(name: str, faces: Dataset, tmp_path) -> None:
    files = renamed(faces, *FOLDERS[name])
    for source in (write(tmp_path / "mine", files), zip_of(tmp_path / "a.zip", files)):
        dataset = load(source)
        np.testing.assert_array_equal(dataset.labels, faces.labels)
        np.testing.assert_array_equal(dataset.split, faces.split)
        assert dataset.guessed == (("numbers",) if name == "numbers" else ())
        assert ("FER2013's order (0 angry, 1 disgust," in "".join(dataset.taken)) == (name == "numbers")


def test_numbers_may_stand_in_the_alphabets_order(faces: Dataset, tmp_path) -> None:
    files = renamed(faces, *FOLDERS["numbers"])
    dataset = reread(load(write(tmp_path, files)), numbers="alphabet")
    # angry, disgust, fear, happy, neutral, sad, surprise are 0 to 6 there; ours are 0 1 2 3 6 4 5.
    assert dataset.labels[:7].tolist() == [0, 1, 2, 3, 6, 4, 5]


@pytest.mark.parametrize(("folder", "split"), [("mine", "train"), ("Test", "test"), ("PrivateTest", "private")])
def test_class_folders_without_a_split(folder: str, split: str, faces: Dataset, tmp_path) -> None:
    files = renamed(faces.take(np.arange(7)), {"train": ""}, PLAIN)
    dataset = load(write(tmp_path / folder, files))
    assert dataset.counts() == {split: 7} and dataset.labels.tolist() == list(range(7))
    assert dataset.guessed == ("split",) and "no folder tells training from test pictures" in dataset.taken[0]
    assert SPLITS[reread(dataset, split="public").split[0]] == "public"
    nested = load_upload(
        "x.zip", zip_of(tmp_path / "x.zip", {f"deep/er/{k}": v for k, v in files.items()}).read_bytes()
    )
    assert nested.counts() == {"train": 7}


def test_what_is_no_picture_is_left_out_and_said(faces: Dataset, tmp_path) -> None:
    odd = {
        "train/sad/notes.txt": "who is this?",
        "train/sad/0.png": "<html>Not found</html>",
        "train/read me/about.md": "# all about it",
        "test.png": tree_files(faces)["train/sad/face_4.png"],
    }
    dataset = load(write(tmp_path, {**tree_files(faces), **odd}))
    np.testing.assert_array_equal(dataset.pixels, faces.pixels)
    np.testing.assert_array_equal(dataset.labels, faces.labels)
    assert dataset.rows.tolist() == list(range(21))
    assert dataset.taken == (
        "3 files that are no pictures were left out (train/read me/about.md, train/sad/0.png, train/sad/notes.txt)",
        "1 picture lies outside the class folders and was left out",
    )


def test_the_converted_copy_remembers_what_was_taken(faces: Dataset, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("fer_core.data.sources.WORTH_A_COPY", 0)
    folder = write(tmp_path / "set", renamed(faces, *FOLDERS["numbers"]))
    first = load(folder)
    monkeypatch.setattr("fer_core.data.sources._read", None)
    again = load(folder)
    assert again.taken == first.taken != () and again.guessed == ("numbers",)
    assert cache.cache_folder().exists()


def test_the_shell_says_it_and_exports_the_other_reading(faces: Dataset, tmp_path, capsys) -> None:
    folder = write(tmp_path / "set", renamed(faces, *FOLDERS["numbers"]))
    assert main(["data", "info", str(folder)]) == 0
    assert "taken: folders named by numbers were taken in FER2013's order" in capsys.readouterr().out
    out = tmp_path / "x.npz"
    assert main(["data", "export", str(folder), str(out), "--numbers", "alphabet"]) == 0
    with np.load(out) as arrays:
        assert arrays["emotion"][:7].tolist() == [0, 1, 2, 3, 6, 4, 5]
    assert main(["data", "export", str(folder), str(out), "--split", "test"]) == 1
    assert "there is nothing to choose" in capsys.readouterr().err


def test_a_table_that_is_no_text() -> None:
    with pytest.raises(FerError, match="is not a csv file: its first line is not text"):
        read_table(io.BytesIO(b"\x00\x01\x02emotion,pixels\n\x00"), "x.csv")
