"""Figures that are taken along, opened in a browser by themselves: nothing of them lies outside the picture."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from fer_core.comparison import curves
from fer_core.figures.confusion import heatmap
from fer_core.figures.curves import curves_figure
from fer_core.figures.forest import accuracy_figure
from fer_core.figures.standalone import standalone

pytestmark = pytest.mark.browser

OUTSIDE = """() => {
  const svg = document.querySelector('.main-svg').getBoundingClientRect();
  return [...document.querySelectorAll('.main-svg text')].filter(t => t.textContent.trim()).filter(t => {
    const b = t.getBoundingClientRect();
    const across = b.left < svg.left - 1 || b.right > svg.right + 1;
    return b.width && (across || b.top < svg.top - 1 || b.bottom > svg.bottom + 1);
  }).map(t => t.textContent);
}"""


def _figures() -> dict[str, Any]:
    counts = np.arange(49).reshape(7, 7)
    history = pd.DataFrame({"epoch": range(4), "loss": [2.0, 1.5, 1.2, 1.1], "val_loss": [2.1, 1.7, 1.6, 1.6]})
    alone = pd.DataFrame([{"run": "a run with a rather long name", "accuracy": 0.5, "low": 0.4, "high": 0.6}])
    return {
        "confusion": heatmap(counts, "true", np.arange(7)),
        "curves": curves_figure(curves.long_table({"run": ({}, history)}), "loss"),
        "accuracies": accuracy_figure(alone, [], "private"),
    }


@pytest.mark.parametrize("name", ["confusion", "curves", "accuracies"])
@pytest.mark.parametrize("width", [1200, 420])
def test_every_label_lies_inside_the_picture(page, tmp_path: Path, name: str, width: int) -> None:
    path = tmp_path / "figure.html"
    path.write_text(standalone(_figures()[name], f"{name} of compact on private", "Measured."), encoding="utf-8")
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(path.as_uri())
    page.wait_for_selector(".main-svg text")
    page.wait_for_timeout(500)
    assert page.evaluate(OUTSIDE) == []
    assert page.title() == f"{name} of compact on private"
    assert page.locator("html").get_attribute("lang") == "en"
    if name == "confusion":
        assert {"angry", "surprise", "labelled", "taken for"} <= set(page.locator(".main-svg text").all_text_contents())


def test_the_comparison_page_fits_its_width(page, tmp_path: Path) -> None:
    """Twelve runs with long names, all settings different: no table is wider than the page's text."""
    from fer_core.reports.comparison_page import report_page
    from fer_core.runs import load_run
    from tests.conftest import write_run

    runs, predictions = {}, {}
    for i in range(12):
        name = f"a_run-with-a-rather-long-name-{i}"
        write_run(tmp_path / "runs", name, seed=i, skill=1 + i / 5, note="seven words that nobody needs to read here")
        runs[name] = load_run(tmp_path / "runs" / name)
        runs[name].config["training"] |= {"learning_rate": 0.001 * (i + 1), "schedule": f"cosine-with-{i}-restarts"}
        predictions[name] = runs[name].predictions("private")
    histories = {name: (run.config, run.history()) for name, run in runs.items()}
    path = tmp_path / "comparison.html"
    first = next(iter(runs))
    path.write_text(report_page(runs, histories, first, "private", predictions, quoted=True), encoding="utf-8")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(path.as_uri())
    page.wait_for_selector(".wide")
    widths = page.evaluate("[...document.querySelectorAll('.wide')].map(w => [w.scrollWidth, w.clientWidth])")
    assert len(widths) >= 6
    assert all(needed <= there <= 992 for needed, there in widths), widths
