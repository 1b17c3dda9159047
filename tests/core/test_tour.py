"""docs/tour.ipynb: ten cells from data to overlay, run as they stand."""

import json
import os
import subprocess
import sys

from tests.conftest import REPO

TOUR = REPO / "docs" / "tour.ipynb"


def code_cells() -> list[dict]:
    return [cell for cell in json.loads(TOUR.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]


def test_the_tour_keeps_no_outputs() -> None:
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code_cells())


def test_the_tours_ten_cells_run_from_data_to_an_overlay(tmp_path) -> None:
    cells = ["".join(cell["source"]) for cell in code_cells()]
    assert len(cells) == 10
    last = "assert picture.shape == (48, 48, 3) and picture.std() > 0\nprint(grown.shape, data.name)"
    done = subprocess.run(
        [sys.executable, "-c", "\n".join([*cells, last])],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(REPO)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n")[0].startswith("(2, 48, 48)")
