import io

import numpy as np
import pytest

from fer_core.data import csv_numbers, csv_pixels
from fer_core.data.csv_pixels import read_table
from fer_core.errors import FerError
from tests.core.data.conftest import fer2013_csv, text_of

EVERY_VALUE = np.resize(np.arange(256, dtype=np.uint8), (48, 48))


def read(text: str | bytes, name: str = "x.csv"):
    return read_table(io.BytesIO(text.encode() if isinstance(text, str) else text), name)


def row(numbers: str = text_of(EVERY_VALUE), label: str = "3", usage: str = "Training") -> str:
    return f"{label},{numbers},{usage}\n"


HEADER = "emotion,pixels,Usage\n"


def test_every_value_from_0_to_255_is_read_as_it_stands():
    table = read(HEADER + row() + row(label="5", usage="PublicTest"))
    assert table.pixels.dtype == np.uint8
    np.testing.assert_array_equal(table.pixels, [EVERY_VALUE, EVERY_VALUE])
    assert table.columns == {"emotion": [b"3", b"5"], "usage": [b"Training", b"PublicTest"]}
    assert table.lines.tolist() == [2, 3]


@pytest.mark.parametrize("block", [64, 1000, 9001, 1 << 17])
def test_the_size_of_the_blocks_does_not_matter(faces, monkeypatch, block):
    monkeypatch.setattr(csv_pixels, "BLOCK", block)
    table = read(fer2013_csv(faces))
    np.testing.assert_array_equal(table.pixels, faces.pixels)
    assert [int(text) for text in table.columns["emotion"]] == faces.labels.tolist()


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.rstrip("\n"),
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\n\n"),
        lambda text: text.replace(" 7 ", " 007 ", 1).replace(" 12 ", "  0012  ", 1).replace(" 13 ", "\t13 ", 1),
        lambda text: "\n".join(
            line if i == 0 else ",".join(f'"{v}"' for v in line.split(","))
            for i, line in enumerate(text.rstrip("\n").split("\n"))
        ),
    ],
    ids=["CRLF", "no last line feed", "BOM", "blank lines", "leading zeros and wide gaps", "quotes"],
)
def test_unusual_but_right_files_are_read_alike(change):
    table = read(change(HEADER + row() + row(label="6")))
    np.testing.assert_array_equal(table.pixels, [EVERY_VALUE, EVERY_VALUE])
    assert table.columns["emotion"] == [b"3", b"6"]
    assert table.columns["usage"] == [b"Training", b"Training"]


def test_a_file_of_nothing_but_pixels_needs_no_comma():
    table = read("pixels\n" + text_of(EVERY_VALUE) + "\n")
    np.testing.assert_array_equal(table.pixels, [EVERY_VALUE])
    assert table.columns == {}


def test_blank_lines_count_as_lines_but_not_as_rows():
    with pytest.raises(FerError, match=r"x.csv, row 1 \(line 5\)"):
        read(HEADER + "\n" + row() + "\n" + row("1 2 3"))


@pytest.mark.parametrize(
    ("field", "message"),
    [
        (text_of(EVERY_VALUE)[:-4], "2303 pixels where 2304"),
        (text_of(EVERY_VALUE) + " 9", "2305 pixels where 2304"),
        ("", "0 pixels where 2304"),
        (text_of(EVERY_VALUE).replace(" 255 ", " 256 ", 1), "pixel 255 is 256, outside 0 to 255"),
        (text_of(EVERY_VALUE).replace(" 255 ", " 300 ", 1), "pixel 255 is 300, outside 0 to 255"),
        (text_of(EVERY_VALUE).replace(" 255 ", " 512 ", 1), "pixel 255 is 512, outside 0 to 255"),
        (text_of(EVERY_VALUE).replace(" 255 ", " 1024 ", 1), "pixel 255 is 1024, outside 0 to 255"),
        (text_of(EVERY_VALUE).replace(" 1 ", " -1 ", 1), "pixel 1 is -1, outside 0 to 255"),
        (text_of(EVERY_VALUE).replace(" 20 ", " 2O ", 1), "pixel 20 is '2O'; a whole number"),
        (text_of(EVERY_VALUE).replace(" 20 ", " 20.0 ", 1), "pixel 20 is '20.0'; a whole number"),
        (text_of(EVERY_VALUE).replace(" 20 ", " nan ", 1), "pixel 20 is 'nan'; a whole number"),
        (text_of(EVERY_VALUE).replace(" 20 ", " " + "9" * 5000 + " ", 1), "pixel 20 is 9{30}, outside 0 to 255"),
    ],
)
def test_a_bad_pixel_is_named_with_its_row_line_and_value(field, message):
    with pytest.raises(FerError, match=rf"^x.csv, row 1 \(line 3\): {message}"):
        read(HEADER + row() + row(field) + row())


def test_numbers_are_found_wherever_a_pair_of_bytes_begins():
    text = b"7 12,345 6\n0 255 256"
    for blanks in range(9):  # the place in the block decides which bytes make a pair, and which eight a word
        raw = np.frombuffer(b" " * blanks + text, np.uint8)
        found = csv_numbers.Finder().find(raw)
        assert (found.values & 255).tolist() == [7, 12, 345 - 256, 6, 0, 255, 0]
        assert (found.strange - blanks).tolist() == [4, 10]
        starts = np.array([0, 5, 11]) + blanks
        assert found.before(starts).tolist() == [0, 2, 4]
        assert found.up_to(np.array([4, 10, 20]) + blanks).tolist() == [2, 4, 7]
        assert found.above


def test_work_space_of_a_longer_block_leaves_nothing_in_a_shorter_one():
    finder = csv_numbers.Finder()
    finder.find(np.frombuffer(b"999,999," * 40, np.uint8))
    found = finder.find(np.frombuffer(b"1 23", np.uint8))
    assert (found.values & 255).tolist() == [1, 23]
    assert len(found.strange) == 0
    assert not found.above


def test_large_numbers_are_those_above_255_or_of_four_digits():
    values = [*range(12_000), 255]
    text = "".join(f"{value} " for value in values)
    text += "007 0255 0256 00"
    ends = csv_numbers.large_numbers(np.frombuffer(text.encode(), np.uint8))
    places = np.cumsum([len(part) + 1 for part in text.split(" ")]) - 2
    parts = text.split(" ")
    assert ends.tolist() == [p for p, part in zip(places, parts, strict=True) if int(part) > 255 or len(part) > 3]


def test_no_number_above_255_slips_through():
    for value in (*range(256, 361), *range(361, 1000, 13), 1000, 1024, 1255, 9999, 12_345):
        text = text_of(EVERY_VALUE).replace(" 20 ", f" {value} ", 1)
        with pytest.raises(FerError, match=rf"row 1 \(line 3\): pixel 20 is {value}, outside 0 to 255"):
            read(HEADER + row() + row(text) + row())


@pytest.mark.parametrize("unusual", [" 020 ", "  20 ", " 0020 "])
def test_zeros_and_blanks_before_a_number_change_nothing(unusual):
    table = read(HEADER + row() + row(text_of(EVERY_VALUE).replace(" 20 ", unusual, 1)) + row())
    assert np.array_equal(table.pixels[1], table.pixels[0])


def test_numbers_in_other_columns_do_not_move_the_pixels():
    header = HEADER.replace("emotion", "id 1,emotion")
    rows = "".join(f"{number},{row()}" for number in ("3", "1 2 35887", "x", "9"))
    assert all(np.array_equal(one, read(HEADER + row()).pixels[0]) for one in read(header + rows).pixels)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "x.csv is empty"),
        (b" \n\n", "x.csv is empty"),
        (HEADER.encode(), "x.csv has a header but no rows"),
        (b"emotion,Usage\n0,Training\n", "x.csv has no column 'pixels' .* first line is 'emotion,Usage'"),
        (b"<!DOCTYPE html>\n<html>\n", "has no column 'pixels' .* first line is '<!DOCTYPE html>'"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "x.csv is not a csv file: its first line is not text"),
        ((HEADER + row() + "3,1 2 3").encode(), r"row 1 \(line 3\): 2 values .* 3 columns \(the file may be cut short"),
        ((HEADER + "3,1 2 3\n" + row()).encode(), r"row 0 \(line 2\): 2 values where the header names 3 columns\.$"),
        ((HEADER + row() + "1,2,3,4,5\n").encode(), r"row 1 \(line 3\): 5 values where the header names 3"),
        (HEADER.encode() + b"0" * (2 * csv_pixels.BLOCK), "x.csv is not a csv file: it has a line of more than"),
    ],
)
def test_a_file_that_is_no_such_csv_is_refused_with_one_sentence(content, message):
    with pytest.raises(FerError, match=message):
        read(content)


def test_endless_files_are_refused(monkeypatch):
    monkeypatch.setattr(csv_pixels, "MOST_PICTURES", 3)
    assert len(read(HEADER + row() * 3).pixels) == 3
    with pytest.raises(FerError, match=r"x\.csv has more than 3 rows"):
        read(HEADER + row() * 4)
