"""docs/report.ipynb: the report's steps through the public API, run as they stand."""

from tests.conftest import REPO
from tests.core.notebooks import keeps_no_outputs, printed, sources

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


def test_the_notebook_keeps_no_outputs_and_uses_the_public_api_alone() -> None:
    assert keeps_no_outputs(NOTEBOOK)
    source = "\n".join(sources(NOTEBOOK))
    assert "from fer_core" not in source and "import fer_core." not in source


def test_its_cells_give_the_reports_own_figures(tmp_path) -> None:
    assert "whole" in printed(NOTEBOOK, _CHECKS, tmp_path) and (tmp_path / "report.html").is_file()
