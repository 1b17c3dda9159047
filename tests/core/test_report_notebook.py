"""docs/report.ipynb: the report's steps through the public API, run as they stand."""

import json
import os
import subprocess
import sys

from tests.conftest import REPO

NOTEBOOK = REPO / "docs" / "report.ipynb"

_CHECKS = """
assert len(pictures) == 700 and scores["test"][0] == run.scores["test"]["accuracy"]
assert list(tests["a"]) == ["drawn-seed1"] and counts.sum() == 700
assert len(confused) == counts[true, said] and true != said
assert scaled.min() == 0 and scaled.max() == 1 and set(maps) == {"gradient", "guided", "rectified"}
assert list(parts) == ["brows", "eyes", "nose", "mouth", "rest"] and np.allclose(parts.sum(axis=1), 1, atol=1e-4)
assert outputs[first].shape[:3] == (1, 48, 48) and grown[second].shape == (4, 48, 48)
told = f"{off.max():.1%} of the {fer_core.CLASSES[true]} pictures are taken for {fer_core.CLASSES[said]}"
assert told in page and page.count("contenteditable") == 5
print("whole")
"""


def _cells() -> list[dict]:
    return [one for one in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"] if one["cell_type"] == "code"]


def test_the_notebook_keeps_no_outputs_and_uses_the_public_api_alone() -> None:
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in _cells())
    source = "\n".join("".join(cell["source"]) for cell in _cells())
    assert "from fer_core" not in source and "import fer_core." not in source


def test_its_cells_give_the_reports_own_figures(tmp_path) -> None:
    cells = ["".join(cell["source"]) for cell in _cells()]
    done = subprocess.run(
        [sys.executable, "-c", "\n".join([*cells, _CHECKS])],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(REPO)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "whole" in done.stdout and (tmp_path / "report.html").is_file()
