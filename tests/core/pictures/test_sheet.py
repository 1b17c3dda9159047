"""The tiled sheet against pictures laid out by hand."""

import numpy as np
import pytest

from fer_core.errors import FerError
from fer_core.pictures.sheet import CAPTION_HEIGHT, TileBox, cell_box, sheet, stretch


def test_three_tiles_in_two_columns_by_hand():
    tiles = np.array([[[1, 2]], [[3, 4]], [[5, 6]]], np.uint8)
    expected = np.array(
        [[9, 9, 9, 9, 9, 9, 9], [9, 1, 2, 9, 3, 4, 9], [9, 9, 9, 9, 9, 9, 9], [9, 5, 6, 9, 9, 9, 9], [9] * 7]
    )
    picture = sheet(tiles, columns=2, gap=1, background=9)
    assert picture.dtype == np.uint8
    for channel in range(3):
        np.testing.assert_array_equal(picture[..., channel], expected)


def test_scale_and_cell_box_agree():
    tiles = np.arange(5 * 6, dtype=np.uint8).reshape(5, 2, 3)
    picture = sheet(tiles, columns=3, gap=2, scale=4, captions=list("abcde"))
    for index in range(5):
        box = cell_box(index, (2, 3), 3, 2, 4, captioned=True)
        assert (box.bottom - box.top, box.right - box.left) == (8, 12)
        np.testing.assert_array_equal(picture[box.top : box.bottom : 4, box.left : box.right : 4, 0], tiles[index])
    assert picture.shape == (2 + 2 * (8 + 2 + CAPTION_HEIGHT), 2 + 3 * 14, 3)


def test_marks_and_places_are_drawn_where_asked():
    picture = sheet(
        np.zeros((2, 6, 6), np.uint8),
        2,
        gap=2,
        marks={1: (255, 0, 0)},
        places={0: (TileBox(1, 2, 4, 5), (0, 255, 0))},
    )
    red, green = np.all(picture == (255, 0, 0), -1), np.all(picture == (0, 255, 0), -1)
    box = cell_box(1, (6, 6), 2)
    assert red.sum() == 10 * 10 - 6 * 6 and red[box.top - 2, box.left - 2]
    inside = green[2:8, 2:8]
    assert green.sum() == inside.sum() == 8  # the outline of 3 x 3
    assert inside[2:5, 1:4].sum() == 8


def test_captions_contrast_with_the_background():
    dark = sheet(np.zeros((1, 4, 40), np.uint8), 1, background=0, captions=["MMM"])
    light = sheet(np.zeros((1, 4, 40), np.uint8), 1, background=255, captions=["MMM"])
    assert dark.max() == 255 and light[7:].min() == 0


def test_float_tiles_are_zero_to_one():
    assert sheet(np.full((1, 1, 1), 0.5), 1, gap=0)[0, 0, 0] == 128
    with pytest.raises(FerError, match="go from 0 to 200"):
        sheet(np.array([[[0.0, 200.0]]]), 1)
    with pytest.raises(FerError):
        sheet(np.full((1, 2, 2), np.nan), 1)


def test_wrong_shapes_are_one_sentence():
    with pytest.raises(FerError, match="at least one"):
        sheet(np.zeros((0, 4, 4), np.uint8), 1)
    with pytest.raises(FerError, match="2 tiles was given 1 captions"):
        sheet(np.zeros((2, 4, 4), np.uint8), 1, captions=["a"])


def test_stretch_by_tile_and_shared():
    tiles = np.array([[[0, 2]], [[4, 4]]])
    np.testing.assert_array_equal(stretch(tiles), [[[0, 1]], [[0, 0]]])
    np.testing.assert_array_equal(stretch(tiles, shared=True), [[[0, 0.5]], [[1, 1]]])


def test_captions_use_letters_that_the_font_has() -> None:
    """A multiplication sign is no box: it is drawn as an x, letters with accents without them."""
    tile = np.zeros((1, 20, 120), np.uint8)

    def drawn(caption: str) -> np.ndarray:
        return sheet(tile, 1, captions=[caption])

    np.testing.assert_array_equal(drawn("Gradient × input"), drawn("Gradient x input"))
    np.testing.assert_array_equal(drawn("Zoë – 3"), drawn("Zoe - 3"))
    assert not np.array_equal(drawn("Gradient × input"), drawn("Gradient \uffff input"))
