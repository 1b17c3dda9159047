import numpy as np
import pytest

from fer_core.errors import FerError
from fer_core.saliency.regions import NAMES, areas, face_regions, shares


def test_the_regions_part_the_picture():
    regions = face_regions()
    assert tuple(regions) == NAMES
    assert (sum(mask.astype(int) for mask in regions.values()) == 1).all()
    assert sum(areas(regions).values()) == pytest.approx(1)
    row = {name: np.nonzero(mask)[0].mean() for name, mask in regions.items()}
    assert row["brows"] < row["eyes"] < row["nose"] < row["mouth"]
    assert all(0.03 < areas(regions)[name] < 0.2 for name in NAMES[:4])


def test_the_regions_go_with_the_points():
    points = np.array([[14, 19], [34, 19], [24, 29], [17, 36], [31, 36]], np.float32)
    here, there = face_regions(points), face_regions(points + np.array([3, 2]))
    np.testing.assert_array_equal(np.roll(here["eyes"], (2, 3), (0, 1)), there["eyes"])
    # A face on its side: x and y swapped, the regions with them.
    turned = face_regions(points[[1, 0, 2, 4, 3]][:, ::-1])
    np.testing.assert_array_equal(turned["mouth"], here["mouth"].T)
    with pytest.raises(FerError, match=r"\(4, 2\)"):
        face_regions(points[:4])


def test_shares_by_hand():
    importance = np.array([[6.0, 2.0], [-4.0, 0.0]])
    regions = {"eyes": np.array([[1, 0], [1, 0]], bool), "rest": np.array([[0, 1], [0, 1]], bool)}
    assert shares(importance, regions) == {"eyes": 0.75, "rest": 0.25}
    assert shares(np.zeros((2, 2)), regions) == {"eyes": 0.5, "rest": 0.5}


def test_drawn_faces_lie_where_the_average_regions_are():
    from fer_core.data.drawn.dataset import regions as drawn

    average = face_regions()
    for name, mask in drawn().items():
        assert (average[name] & mask).sum() > 0.4 * mask.sum(), name
