"""Views of the page Runs, called by themselves: which runs they pass over, and what is not done twice."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import streamlit as st

from fer_core.runs import load_run
from pages.runs_parts import calibration_view, curves_view, network_form
from tests.conftest import write_run


class _Said(Exception):
    """The headline was reached; what is drawn below it is another test's."""


def test_a_run_without_validation_is_passed_over_and_the_next_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    epochs = pd.DataFrame({"epoch": [0, 1, 2], "accuracy": [0.5, 0.9, 0.95], "val_accuracy": [0.4, 0.7, 0.6]})
    kept = {
        "begun": epochs[["epoch", "accuracy"]],
        "empty": epochs.assign(val_accuracy=np.nan),
        "slow": epochs,
        "unscored": epochs.assign(accuracy=np.nan),
    }
    runs = {name: SimpleNamespace(config={}) for name in kept}
    choice: Any = SimpleNamespace(
        every=runs,
        reference="slow",
        comparable=runs,
        histories=lambda some: {name: (None, kept[name]) for name in some},
    )
    given: list[Any] = []
    monkeypatch.setattr(curves_view.headlines, "curves", lambda *found: given.extend(found))
    monkeypatch.setattr(curves_view.layout, "headline", lambda *said: None)
    curves_view._headline(choice)
    best, gaps, others = given
    assert best == {"slow": (0.7, 2), "unscored": (0.7, 2)} and gaps == {"slow": pytest.approx(0.2)} and others == []


def test_a_run_without_the_split_is_passed_over_and_the_next_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = {name: load_run(write_run(tmp_path, name, seed=k)) for k, name in enumerate(("bare", "whole", "more"))}
    box = SimpleNamespace(slider=lambda *a, **k: 5, toggle=lambda *a, **k: False)
    monkeypatch.setattr(st, "columns", lambda count: [contextlib.nullcontext(), box, box])
    monkeypatch.setattr(calibration_view, "RUNS", SimpleNamespace(widget=lambda name: {}))
    parts = calibration_view.aligned_predictions
    monkeypatch.setattr(parts, "split_box", lambda choice: "public")
    monkeypatch.setattr(parts, "kept_splits", lambda run: ["private"] if run.name == "bare" else ["public"])
    monkeypatch.setattr(parts, "kept_predictions", lambda run, split: run.predictions(split))
    given: list[Any] = []
    monkeypatch.setattr(calibration_view.headlines, "calibration", lambda *found: given.extend(found))

    def headline(*said: Any) -> None:
        raise _Said

    monkeypatch.setattr(calibration_view.layout, "headline", headline)
    choice: Any = SimpleNamespace(chosen=runs, reference="more")
    with pytest.raises(_Said):
        calibration_view.show(choice)
    name, diagram = given
    assert name == "more" and diagram.counts.sum() == len(runs["more"].predictions("public").labels)


def test_a_network_in_the_box_is_tried_once(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[bytes] = []

    @contextlib.contextmanager
    def turn() -> Iterator[None]:
        yield

    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr(st, "progress", lambda *said: SimpleNamespace(progress=print, empty=lambda: None))
    monkeypatch.setattr(network_form.warmup, "wait", lambda: None)
    monkeypatch.setattr(network_form.queue, "turn", turn)
    monkeypatch.setattr(network_form, "open_foreign", lambda path: opened.append(path.read_bytes()) or path.name)
    monkeypatch.setattr(network_form, "try_ways", lambda foreign, dataset, progress: (foreign, dataset.fingerprint))

    def trial(number: str, data: str) -> Any:
        file = SimpleNamespace(file_id=number, name=f"{number}.keras", getvalue=lambda: number.encode())
        return network_form._trial(file, SimpleNamespace(fingerprint=data))  # type: ignore[arg-type]

    assert trial("one", "faces") == ("one.keras", "faces") == trial("one", "faces")
    assert opened == [b"one"]
    assert trial("one", "drawn") == ("one.keras", "drawn") and trial("two", "drawn") == ("two.keras", "drawn")
    assert opened == [b"one", b"one", b"two"]
