"""What float16 holds, and how many filters a width gives."""

import h5py
import numpy as np
import pytest

from fer_core.errors import FerError
from fer_core.models.half import _copy_at_half, _fits_half
from fer_core.models.sizing import check_range, scaled


@pytest.mark.parametrize(
    "value, fits",
    [
        (np.array([1.0, -59999.0], np.float32), True),
        (np.array([1.0, 60000.0], np.float32), False),
        (np.array([1.0, -6e4], np.float32), False),
        (np.array([np.nan, 1.0], np.float32), False),
        (np.array([np.inf], np.float32), False),
        (np.array([], np.float32), False),
        (np.array([1.0]), False),
        (np.array([1], np.int32), False),
    ],
)
def test_which_weights_are_halved(value: np.ndarray, fits: bool) -> None:
    assert _fits_half(value) == fits


def test_a_copy_keeps_groups_attributes_and_what_is_too_large(tmp_path) -> None:
    small, large = np.array([0.1, 0.25], np.float32), np.array([1e5, 0.1], np.float32)
    with h5py.File(tmp_path / "old.h5", "w") as old:
        old.attrs["about"] = "all"
        old.create_dataset("group/small", data=small).attrs["name"] = "weights"
        old["group"].attrs["deep"] = 3
        old.create_dataset("large", data=large)
        with h5py.File(tmp_path / "new.h5", "w") as new:
            _copy_at_half(old, new)
    with h5py.File(tmp_path / "new.h5") as new:
        assert new["group/small"].dtype == np.float16 and new["large"].dtype == np.float32
        np.testing.assert_array_equal(new["group/small"][()], small.astype(np.float16))
        np.testing.assert_array_equal(new["large"][()], large)
        assert (new.attrs["about"], new["group"].attrs["deep"], new["group/small"].attrs["name"]) == (
            "all",
            3,
            "weights",
        )


def test_a_width_gives_whole_filters_and_one_at_least() -> None:
    assert [scaled(32, width) for width in (1.0, 0.5, 0.1, 0.01, 1.6)] == [32, 16, 3, 1, 51]


def test_both_ends_of_an_option_are_allowed() -> None:
    check_range("width", 0.1, 0.1, 4)
    check_range("width", 4, 0.1, 4)
    for outside in (0.09, 4.1):
        with pytest.raises(FerError, match=r"width must lie between 0.1 and 4, not"):
            check_range("width", outside, 0.1, 4)
