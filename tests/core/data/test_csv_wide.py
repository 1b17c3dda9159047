"""A csv with a column for each pixel, in the shapes that people write it in."""

import io

import numpy as np
import pytest

from fer_core.data import load_upload
from fer_core.data.csv_wide import _lines
from fer_core.data.dataset import Dataset
from fer_core.errors import FerError
from tests.core.data.conftest import USAGES


def wide(
    faces: Dataset, header: str | None = "pixel{}", order: str = "first", usage: bool = True, separator: str = ","
):
    names = [] if header is None else [header.format(i) for i in range(2304)]
    lines = []
    rows = zip(faces.labels.tolist(), faces.pixels.reshape(-1, 2304).tolist(), faces.split.tolist(), strict=True)
    if header is not None:
        lines.append(
            [*(["emotion"] * (order == "first")), *names, *(["emotion"] * (order == "last")), *(["Usage"] * usage)]
        )
    for label, pixels, split in rows:
        lines.append(
            [*([label] * (order == "first")), *pixels, *([label] * (order == "last")), *([USAGES[split]] * usage)]
        )
    return "\n".join(separator.join(map(str, line)) for line in lines) + "\n"


def same(dataset: Dataset, faces: Dataset, split: bool = True) -> None:
    np.testing.assert_array_equal(dataset.pixels, faces.pixels)
    np.testing.assert_array_equal(dataset.labels, faces.labels)
    if split:
        np.testing.assert_array_equal(dataset.split, faces.split)


@pytest.mark.parametrize("header", ["pixel{}", "{}", "p_{}", "Unnamed: {}", '"x{}"'])
@pytest.mark.parametrize("order", ["first", "last"])
def test_a_column_for_each_pixel_is_read(faces: Dataset, header: str, order: str) -> None:
    dataset = load_upload("fer2013.csv", wide(faces, header, order).encode())
    same(dataset, faces)
    ends = header.strip('"').format(0), header.strip('"').format(2303)
    assert dataset.taken == (f"the pixels were taken from the columns '{ends[0]}' to '{ends[1]}'",)


def test_tabs_and_other_encodings_go_along(faces: Dataset) -> None:
    same(load_upload("fer2013.csv", wide(faces, separator="\t").encode("utf-16")), faces)


@pytest.mark.parametrize("order", ["first", "last"])
def test_without_a_header_the_label_is_told_from_the_pixels(faces: Dataset, order: str) -> None:
    dataset = load_upload("train.csv", wide(faces, None, order, usage=False).encode())
    same(dataset, faces, split=False)
    said = {"first": "emotion, 2,304 pixels", "last": "2,304 pixels, emotion"}[order]
    assert dataset.taken[0] == f"there is no header; the columns were taken for {said}"


def test_pixels_alone_have_no_label(faces: Dataset) -> None:
    text = "\n".join(",".join(map(str, row)) for row in faces.pixels.reshape(-1, 2304).tolist())
    dataset = load_upload("faces.csv", text.encode())
    np.testing.assert_array_equal(dataset.pixels, faces.pixels)
    assert set(dataset.labels.tolist()) == {-1}


def test_what_can_not_be_told_is_refused(faces: Dataset) -> None:
    rows = [[0, *row, 0] for row in faces.pixels.reshape(-1, 2304).tolist()]
    with pytest.raises(FerError, match=r"2,306 columns, and which of them are the 2,304 pixels can't be told"):
        load_upload("faces.csv", "\n".join(",".join(map(str, row)) for row in rows).encode())


def test_what_lies_behind_the_first_block_is_read_to_the_end() -> None:
    lines = [b"%d,%d\n" % (i, i * i) for i in range(60_000)] + [b"the,end"]  # two blocks and a half, cut within lines
    whole = b"".join(lines)
    assert list(_lines(whole[:1001], io.BytesIO(whole[1001:]), "some.csv")) == lines


@pytest.mark.parametrize(
    ("change", "pattern"),
    [
        (lambda lines: [*lines[:3], lines[3].rsplit(",", 40)[0], *lines[4:]], r"fer2013.csv, line 4: 2,266 values"),
        (lambda lines: [*lines[:2], lines[2].replace(",", ",999,", 1).rsplit(",", 1)[0], *lines[3:]], "pixel 0 is 999"),
        (lambda lines: [*lines[:2], "0," + "x" * 300_000], "a line of more than 262,144 characters"),
    ],
)  # fmt: skip
def test_damage_is_named(faces: Dataset, change, pattern: str) -> None:
    text = "\n".join(change(wide(faces).splitlines()))
    with pytest.raises(FerError, match=pattern):
        load_upload("fer2013.csv", text.encode())


@pytest.mark.parametrize(("before", "line"), [("", 4), ("\n\n", 6)])
def test_a_line_is_counted_as_an_editor_counts_it(faces: Dataset, before: str, line: int) -> None:
    """The third picture is wrong: on line 4 behind the header, on line 6 where two blank lines come first."""
    lines = wide(faces).splitlines()
    label, _, rest = lines[3].split(",", 2)
    lines[3] = f"{label},300,{rest}"
    with pytest.raises(FerError, match=rf"row 2 \(line {line}\): pixel 0 is 300"):
        load_upload("fer2013.csv", (before + "\n".join(lines)).encode())
