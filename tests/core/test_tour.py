"""docs/tour.ipynb: ten cells from data to overlay, run as they stand."""

from tests.conftest import REPO
from tests.core.notebooks import keeps_no_outputs, printed, sources

TOUR = REPO / "docs" / "tour.ipynb"


def test_the_tour_keeps_no_outputs() -> None:
    assert keeps_no_outputs(TOUR)


def test_the_tours_ten_cells_run_from_data_to_an_overlay(tmp_path) -> None:
    assert len(sources(TOUR)) == 10
    last = "assert picture.shape == (48, 48, 3) and picture.std() > 0\nprint(grown.shape, data.name)"
    assert printed(TOUR, last, tmp_path).startswith("(2, 48, 48)")
