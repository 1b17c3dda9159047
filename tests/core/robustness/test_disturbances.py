"""What is done to the pictures, against values worked out by hand."""

import numpy as np
import pytest

from fer_core.errors import FerError
from fer_core.robustness import disturbances
from fer_core.robustness.disturbances import DISTURBANCES, STRENGTHS, disturb

ROWS = np.array([4, 9])


def faces() -> np.ndarray:
    """Two uneven slopes with a little texture."""
    y, x = np.mgrid[:48, :48]
    texture = np.random.default_rng(3).integers(0, 30, (2, 48, 48))
    return (30 + 2 * y + np.stack([x, 47 - x]) + texture).astype(np.uint8)


def test_there_are_seven_each_in_five_strengths_that_grow() -> None:
    assert len(DISTURBANCES) == 7
    for one in DISTURBANCES.values():
        assert len(one.strengths) == STRENGTHS == 5
        damage = [np.abs(disturb(faces(), one.name, k, ROWS).astype(float) - faces()).mean() for k in range(5)]
        assert np.all(np.diff(damage) > 0), one.name


def test_darkness_leaves_a_share_of_each_pixel() -> None:
    pixels = np.zeros((1, 48, 48), np.uint8)
    pixels[0, 0, :3] = 100, 201, 255
    share = DISTURBANCES["darkness"].strengths[1]
    assert share == 0.5
    assert disturb(pixels, "darkness", 1, ROWS[:1])[0, 0, :4].tolist() == [50, 100, 128, 0]  # 100.5 to the even 100


def test_contrast_shrinks_around_each_pictures_own_mean() -> None:
    pixels = np.full((2, 48, 48), 40, np.uint8)
    pixels[0, :24] = 60  # mean 50
    pixels[1, :24] = 200  # mean 120
    found = disturb(pixels, "low contrast", 1, ROWS)
    assert DISTURBANCES["low contrast"].strengths[1] == 0.5
    assert (found[0, 0, 0], found[0, 47, 0], found[1, 0, 0], found[1, 47, 0]) == (55, 45, 160, 80)


def test_noise_is_each_rows_own_whatever_stands_beside_it() -> None:
    pixels = np.full((2, 48, 48), 128, np.uint8)
    both = disturb(pixels, "noise", 2, ROWS)
    alone = disturb(pixels[1:], "noise", 2, ROWS[1:])
    assert np.array_equal(both[1], alone[0])
    assert not np.array_equal(both[0], both[1])
    assert both.astype(float).std() == pytest.approx(DISTURBANCES["noise"].strengths[2], rel=0.05)


def test_rotation_turns_odd_rows_the_other_way() -> None:
    pixels = np.zeros((2, 48, 48), np.uint8)
    pixels[:, 20:28, 40:44] = 255  # right of the middle
    found = disturb(pixels, "rotation", 4, ROWS)
    centre = [np.average(np.arange(48), weights=one.sum(axis=1)) for one in found]
    assert centre[0] < 23 and centre[1] > 25  # row 4 counter-clockwise, row 9 clockwise


@pytest.mark.parametrize(("name", "inside", "outside"), [("eyes covered", 19, 36), ("mouth covered", 36, 19)])
def test_cover_hides_its_part_alone(name: str, inside: int, outside: int) -> None:
    pixels = faces()
    found = disturb(pixels, name, 4, ROWS)
    changed = (found != pixels).any(axis=0)
    assert changed[inside].any() and not changed[outside].any()
    assert found[0][found[0] != pixels[0]].tolist() == [int(np.rint(pixels[0].mean()))] * int(
        (found[0] != pixels[0]).sum()
    )


def test_cover_takes_the_given_share_of_the_part_at_the_points_given() -> None:
    pixels = np.zeros((1, 48, 48), np.uint8)
    pixels[0, 0, 0] = 255  # so that the mean differs from the ground: rint(255 / 2304) is 0, hence brighter below
    pixels[0, 40:] = 200
    points = np.array([[[12, 12], [36, 12], [24, 20], [16, 30], [32, 30]]], np.float32)
    areas = [int((disturb(pixels, "mouth covered", k, ROWS[:1], points) != pixels)[0, :40].sum()) for k in range(5)]
    whole = disturbances.part_of(points[0], "mouth").sum()
    assert areas == [int(np.ceil(share * whole)) for share in DISTURBANCES["mouth covered"].strengths]
    moved = points + np.array([0, 6], np.float32)
    low = disturb(pixels, "mouth covered", 0, ROWS[:1], moved) != pixels
    assert np.flatnonzero(low.any(axis=(0, 2))).mean() > 33


def test_the_clean_picture_is_no_disturbance_and_names_are_checked() -> None:
    with pytest.raises(FerError, match="no disturbance 'rain'; there are: blur"):
        disturb(faces(), "rain", 0, ROWS)
    with pytest.raises(FerError, match="strength 5"):
        disturb(faces(), "blur", 5, ROWS)
