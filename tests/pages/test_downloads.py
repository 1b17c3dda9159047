"""What is taken along: names that tell files apart, figures that say what they show, numbers as they are."""

import io
from collections import defaultdict
from typing import Any

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from pages.ui import downloads
from pages.ui.states import CONFUSION, RUNS
from tests.conftest import REPO
from tests.pages.state import ask


@pytest.fixture
def buttons(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """All download buttons that are drawn, with what they would give."""
    found: list[dict[str, Any]] = []
    real = st.download_button

    def record(label: str, data: Any, file_name: str | None = None, *args: Any, **options: Any) -> Any:
        found.append({"label": label, "data": data, "file": file_name, **options})
        return real(label, data, file_name, *args, **options)

    monkeypatch.setattr(st, "download_button", record)
    return found


def page(name: str, state: Any, view: str, **fields: Any) -> AppTest:
    app = AppTest.from_file(str(REPO / "pages" / name), default_timeout=120)
    ask(app, state, view=view, **fields)
    app.run()
    assert not app.exception, app.exception[0].message
    return app


def head(button: dict[str, Any]) -> str:
    data = button["data"]() if callable(button["data"]) else button["data"]
    return io.BytesIO(data).readline().decode() if button["file"].endswith(".csv") else ""


def test_no_name_stands_for_two_files(runs_root, monkeypatch, buttons) -> None:
    monkeypatch.setenv("FER_RUNS", str(runs_root))
    for view in RUNS.options("view"):
        page("runs.py", RUNS, view)
    for view in ("Matrix", "Per class", "Abstain"):
        page("confusion.py", CONFUSION, view, run="strong")
    heads: dict[str, set[str]] = defaultdict(set)
    for button in buttons:
        heads[button["file"]].add(head(button))
    assert len(heads) > 15
    assert {name: lines for name, lines in heads.items() if len(lines) > 1} == {}


def test_files_of_one_run_carry_its_name_and_split(runs_root, monkeypatch, buttons) -> None:
    monkeypatch.setenv("FER_RUNS", str(runs_root))
    page("confusion.py", CONFUSION, "Per class", run="strong", split="private")
    for button in buttons:
        assert button["file"].startswith("strong-private-") or "private" in button["file"], button["file"]
    figure = next(b for b in buttons if b["file"] == "strong-private-class-scores.html")
    text = figure["data"]().decode()
    assert "<title>Class scores</title>" in text and "Run strong, split private" in text and 'lang="en"' in text


def test_figures_of_several_runs_name_them_and_the_split(runs_root, monkeypatch, buttons) -> None:
    monkeypatch.setenv("FER_RUNS", str(runs_root))
    page("runs.py", RUNS, "Calibration", runs=["strong", "weak"], ref="weak", csplit="private")
    figure = next(b for b in buttons if b["label"] == "Figure as HTML")
    split = figure["file"].removesuffix(".html").rsplit("-", 1)[1]
    assert f"Runs weak, strong, split {split}." in figure["data"]().decode()


def test_a_page_forgets_what_the_one_before_was_about(runs_root, monkeypatch, buttons) -> None:
    monkeypatch.setenv("FER_RUNS", str(runs_root))
    app = page("runs.py", RUNS, "Curves")
    app.session_state[downloads.ABOUT] = (("elsewhere",), "train", "")
    app.run()
    assert "elsewhere" not in str(app.session_state[downloads.ABOUT])


def test_a_long_table_of_curves_says_so_in_its_name_only_then(runs_root, monkeypatch, buttons) -> None:
    from pages.runs_parts import export_view

    monkeypatch.setenv("FER_RUNS", str(runs_root))
    page("runs.py", RUNS, "Take along")
    assert "curves-all.csv" in [button["file"] for button in buttons]
    monkeypatch.setattr(export_view, "_SHOWN", 7)
    app = page("runs.py", RUNS, "Take along")
    cut = next(button for button in buttons if button["file"] == "curves-first-7.csv")
    assert len(pd.read_csv(io.BytesIO(cut["data"]()))) == 7
    assert any("The first 7 of" in caption.value for caption in app.caption)


def test_the_reports_lines_are_numbers(runs_root, monkeypatch, buttons) -> None:
    monkeypatch.setenv("FER_RUNS", str(runs_root))
    page("runs.py", RUNS, "The report")
    button = next(b for b in buttons if b["file"].endswith("-lines.csv"))
    frame = pd.read_csv(io.BytesIO(button["data"]()))
    assert all(pd.api.types.is_numeric_dtype(frame[column]) for column in frame.columns if column != "variant")


def test_a_share_is_rounded_once_from_its_counts(buttons) -> None:
    """2431 of 3589 are 67.73%: rounded to five digits first they would be .67735, and then .6774."""

    def script() -> None:
        import pandas as pd

        from pages.ui import downloads

        downloads.table(pd.DataFrame({"run": ["compact"], "accuracy": [2431 / 3589]}), "accuracies")

    AppTest.from_function(script).run()
    assert buttons[0]["data"]() == b"run,accuracy\ncompact,0.6773474505433268\n"


@pytest.mark.parametrize(
    ("name", "expected"),
    [("roc", "a-public-roc"), ("a-public-roc", "a-public-roc"), ("roc-public", "a-roc-public"), ("a_x", "public-a_x")],
)
def test_run_and_split_stand_once_in_a_name(name: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "session_state", {})
    downloads.about(["a"], "public")
    assert downloads.file_name(name) == expected
    assert downloads.words(note="A note.").startswith("Run a, split public. A note. FER Lab, ")
    downloads.about([f"r{i}" for i in range(14)], data="drawn")
    assert "r11 and 2 more, data set drawn." in downloads.words() and downloads.file_name("roc") == "roc"


def test_a_figure_has_its_sentence_and_its_numbers_when_they_are_opened(runs_root, monkeypatch, buttons) -> None:
    monkeypatch.setenv("FER_RUNS", str(runs_root))
    app = page("runs.py", RUNS, "Is it real?", runs=["strong", "weak"], ref="strong")
    tables = len(app.dataframe)
    assert not [b for b in buttons if "forest-accuracy-numbers" in b["file"]], "nothing before it is opened"
    app.session_state["forest_numbers"] = True
    app.run()
    assert not app.exception and len(app.dataframe) == tables + 1
    opened = next(b for b in buttons if "forest-accuracy-numbers" in b["file"])
    lines = opened["data"]().decode().splitlines()
    assert lines[0].startswith("name,") and lines[0].endswith(",low,high") and lines[1].startswith("weak,-")
    value, low, high = (float(one) for one in lines[1].split(",")[1:])
    assert low < value < high
    assert any("accuracy less that of strong" in one.value for one in app.caption)


def test_no_figure_is_shown_without_its_numbers() -> None:
    for script in sorted((REPO / "pages").rglob("*.py")):
        text = script.read_text(encoding="utf-8")
        if "st.plotly_chart(" in text:
            assert "downloads.numbers(" in text or "downloads.figure(" in text or script.name == "downloads.py", script
