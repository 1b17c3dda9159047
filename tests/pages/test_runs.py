"""The Runs page as a script: every section, its address, notes that are kept, bad input; and never TensorFlow."""

import base64
import io
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from fer_core.cli import build_parser
from fer_core.errors import FerError
from fer_core.runs import load_run
from fer_core.training.recipes import RECIPES
from pages.runs_parts.train_form import AS_THE_RECIPE
from tests.conftest import REPO, tiny_faces, write_run
from tests.pages.transcript import agrees

SECTIONS = [
    "Curves", "Table", "Settings", "Is it real?", "Flips", "Calibration", "The report", "Other sets",
    "Take along",
    "Train and import",
]  # fmt: skip


def open_page(monkeypatch: pytest.MonkeyPatch, root: Path, **address: object) -> AppTest:
    monkeypatch.setenv("FER_RUNS", str(root))
    app = AppTest.from_file(REPO / "pages" / "runs.py", default_timeout=120)
    for key, value in address.items():
        app.query_params[key] = value
    return run(app)


def run(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception, app.exception[0].message
    return app


def box(app: AppTest, label: str) -> object:
    kinds = (app.selectbox, app.multiselect, app.toggle, app.slider, app.text_input, app.button_group)
    return next(e for kind in kinds for e in kind if e.label == label)


def text(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.info, app.warning, app.error, app.subheader)
    return " ".join(e.value for kind in kinds for e in kind)


def figures(app: AppTest) -> list[dict]:
    return [json.loads(e.proto.spec) for e in app.get("plotly_chart")]


def names(figure: dict) -> list[str]:
    return [trace["name"] for trace in figure["data"] if trace.get("name")]


def test_page_never_imports_tensorflow(runs_root):
    code = f"""
import os, sys
from streamlit.testing.v1 import AppTest
os.environ.update(FER_RUNS={str(runs_root)!r}, FER_WARM="0")
for view in {SECTIONS!r}:
    app = AppTest.from_file({str(REPO / "pages" / "runs.py")!r}, default_timeout=120)
    app.query_params["view"] = view
    app.run()
    assert not app.exception, app.exception[0].message
assert not {{"tensorflow", "keras"}} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=REPO, capture_output=True, timeout=300)


def test_no_runs_says_what_to_do(tmp_path, monkeypatch):
    app = open_page(monkeypatch, tmp_path)
    assert "python -m fer_core train" in app.info[0].value
    app = open_page(monkeypatch, tmp_path, view="Train and import")
    assert "Train a network" in text(app)


def test_broken_runs_stop_nothing(runs_root, monkeypatch):
    (runs_root / "bad").mkdir()
    (runs_root / "bad" / "run.json").write_text("{")
    (runs_root / "weak" / "history.csv").write_text("")
    (runs_root / "middling" / "predictions.npz").write_bytes(b"PK nonsense")
    for section in SECTIONS:
        app = open_page(monkeypatch, runs_root, view=section)
        assert "bad" in app.warning[0].value


def test_address_makes_the_page(runs_root, monkeypatch):
    app = open_page(
        monkeypatch, runs_root, runs=["weak", "strong"], ref="strong", x="time", smooth="0.5", metric="loss", log="1",
        part="validation", best="0",
    )  # fmt: skip
    assert box(app, "Runs to compare").value == ["weak", "strong"]
    assert box(app, "Reference").value == "strong"
    (figure,) = figures(app)
    assert figure["layout"]["xaxis"]["title"]["text"] == "Wall time (minutes)"
    assert figure["layout"]["yaxis"]["type"] == "log"
    lines = [t for t in figure["data"] if t["name"] == "weak, validation"]
    assert len(lines) == 1
    assert not [n for n in names(figure) if "train" in n or "best" in n]


def test_impossible_addresses_fall_back(runs_root, monkeypatch):
    app = open_page(
        monkeypatch, runs_root, runs=["nobody"], ref="nobody", x="furlongs", smooth="much", view="Nowhere", split="moon"
    )
    assert set(box(app, "Runs to compare").value) == {"weak", "middling", "strong"}
    assert not app.error


def test_changes_go_into_the_address_and_stay_while_hidden(runs_root, monkeypatch):
    app = open_page(monkeypatch, runs_root)
    assert app.query_params == {}  # only what differs from the default is written
    box(app, "Smoothing").set_value(0.6)
    run(app)
    assert app.query_params["smooth"] == "0.6"
    box(app, "Runs to compare").set_value(["strong", "weak"])
    run(app)
    box(app, "Section").set_value("Calibration")
    run(app)
    assert not [e for e in app.slider if e.label == "Smoothing"]
    assert (app.query_params["smooth"], app.query_params["runs"]) == ("0.6", ["strong", "weak"])
    box(app, "Section").set_value("Curves")
    run(app)
    assert box(app, "Smoothing").value == 0.6


def test_a_late_address_does_not_undo_a_change(runs_root, monkeypatch):
    app = open_page(monkeypatch, runs_root, x="epoch")
    box(app, "Horizontal axis").set_value("time")
    run(app)
    app.query_params["x"] = "epoch"  # the next click left the browser before it had heard of "time"
    run(app)
    assert box(app, "Horizontal axis").value == "time"
    assert app.query_params["x"] == "time"
    app.query_params["x"] = "step"  # a link, or the Back button later on, does count
    run(app)
    assert box(app, "Horizontal axis").value == "step"


def seeds_root(root: Path) -> Path:
    for seed in range(3):
        for rate, skill in ((0.002, 2.0), (0.02, 0.5)):
            training = {"learning_rate": rate, "seed": seed, "batch_size": 4, "epochs_run": 5}
            write_run(root, f"rate{rate}-seed{seed}", seed=10 * seed + int(skill), skill=skill, training=training)
    return root


def test_groups_of_three_seeds_get_bands_and_a_test(tmp_path, monkeypatch):
    root = seeds_root(tmp_path / "runs")
    everything = sorted(p.name for p in root.iterdir())
    app = open_page(monkeypatch, root, runs=everything, group="recipe", metric="accuracy")
    (figure,) = figures(app)
    assert len([t for t in figure["data"] if t.get("fill") == "toself"]) == 4  # two recipes, train and validation
    assert "learning_rate 0.002, validation, mean of 3" in names(figure)
    app = open_page(monkeypatch, root, runs=everything[:5], group="recipe", metric="accuracy")
    assert len([t for t in figures(app)[0]["data"] if t.get("fill") == "toself"]) == 2  # one recipe has two seeds only
    app = open_page(monkeypatch, root, runs=everything, view="Is it real?")
    seeds = app.dataframe[-1].value
    assert seeds["recipe A"].tolist() == ["learning_rate 0.002"]
    assert seeds["A, seeds"].tolist() == [3] and seeds["test"].tolist() == ["paired t"]
    agrees(app, "runs-seeds")


def test_panels_share_their_axes(runs_root, monkeypatch):
    app = open_page(monkeypatch, runs_root, panels="1", metric="loss")
    shown = figures(app)
    assert len(shown) == 3
    assert len({json.dumps(f["layout"]["yaxis"]["range"]) for f in shown}) == 1


def test_quoted_figures_are_labelled(runs_root, monkeypatch):
    app = open_page(monkeypatch, runs_root, metric="accuracy", quoted=["augmentation"])
    assert "report: augmentation, 0.6632 (quoted)" in names(figures(app)[0])
    app = open_page(monkeypatch, runs_root, view="Is it real?", quoted_acc=["final network"])
    labels = [t for f in figures(app) for t in f["data"] if t.get("name") == "quoted from the report"]
    assert labels[0]["y"] == ["report: final network"]


def test_is_it_real_says_what_may_be_said(runs_root, monkeypatch):
    app = open_page(monkeypatch, runs_root, view="Is it real?", runs=["strong", "weak", "middling"])
    assert "These trained networks".lower() in app.warning[0].value.lower()
    pairs = app.dataframe[0].value
    assert len(pairs) == 3
    assert "strong is better than weak." in pairs["in words"].tolist()


def test_runs_on_other_data_are_left_out(runs_root, monkeypatch):
    write_run(runs_root, "elsewhere", tiny_faces(seed=9))
    app = open_page(monkeypatch, runs_root, view="Is it real?", runs=["strong", "weak", "elsewhere"])
    assert "elsewhere and strong were judged on different data sets" in text(app)
    assert len(app.dataframe[0].value) == 1
    agrees(app, "runs-other-data")


def test_any_number_of_runs_can_be_compared_whichever_is_the_reference(tmp_path, monkeypatch):
    root = tmp_path / "many"
    for i in range(43):
        write_run(root, f"run{i:02d}", tiny_faces(per_class=1), seed=i, skill=2.0 if i == 42 else 0.5)
    every = [f"run{i:02d}" for i in range(43)]
    app = open_page(monkeypatch, root, view="Is it real?", runs=every, ref="run42")
    assert not app.error and "Against the reference run42" in text(app)
    assert "Holm's correction over the 42 comparisons with the reference" in text(app)
    app = open_page(monkeypatch, root, view="Flips", runs=every, ref="run42")
    assert not app.error and "only run42 right" in text(app)


def test_scores_on_other_data_are_not_called_the_best(runs_root, monkeypatch):
    from pages.runs_parts.choose import ChosenRuns
    from pages.runs_parts.table_view import _BEST, _styled

    write_run(runs_root, "elsewhere", tiny_faces(seed=9), skill=9.0)
    every = {name: load_run(runs_root / name) for name in ("elsewhere", "strong", "weak")}
    frame = pd.DataFrame({"run": list(every), "private accuracy": [1.0, 0.9, 0.2]})
    styler = _styled(frame, list(every), ChosenRuns(every, every, "weak"), {"private accuracy"})
    styler._compute()
    marked = [row for (row, _), styles in styler.ctx.items() if ("font-weight", "700") in styles and _BEST]
    assert marked == [1]


@pytest.mark.parametrize(("column", "best"), [("private accuracy", "c"), ("val_loss", "b"), ("minutes", "a")])
def test_the_best_is_the_highest_score_the_lowest_loss_and_the_least_time(column, best):
    from pages.runs_parts.choose import ChosenRuns
    from pages.runs_parts.table_view import _styled

    class Named:
        config: dict = {"dataset": {"name": "one"}}

    every = {name: Named() for name in "abcd"}
    values = {"private accuracy": [0.5, 0.3, 0.9, 0.7], "val_loss": [0.9, 0.4, 0.8, 1.5], "minutes": [2.0, 9, 30, 12]}
    frame = pd.DataFrame({"run": list(every), **values})
    styler = _styled(frame, list(every), ChosenRuns(every, every, "d"), set(values))  # type: ignore[arg-type]
    styler._compute()
    place = list(frame.columns).index(column)
    marked = [row for (row, at), styles in styler.ctx.items() if at == place and ("font-weight", "700") in styles]
    assert [frame["run"][row] for row in marked] == [best]


def test_the_table_and_its_headline_say_what_the_run_folders_say(runs_root, monkeypatch):
    path = runs_root / "middling" / "run.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "seconds": 750.0}))
    app = open_page(monkeypatch, runs_root, view="Table", runs=["weak", "strong", "middling"], ref="weak")
    kept = {name: load_run(runs_root / name) for name in ("weak", "middling", "strong")}
    shown = app.dataframe[0].value
    shown.index = [name.removeprefix("★ ") for name in shown["run"]]
    for name, run_ in kept.items():
        for split in ("validation", "public", "private"):
            assert shown.loc[name, f"{split} accuracy"] == run_.scores[split]["accuracy"]
            assert shown.loc[name, f"{split} macro F1"] == run_.scores[split]["macro_f1"]
    assert shown.loc["middling", "minutes"] == 12.5 and shown.loc["weak", "minutes"] == 50 / 60
    best = max(kept, key=lambda name: kept[name].scores["private"]["accuracy"])
    assert best == "strong"
    assert f"{best} is right most often: {kept[best].scores['private']['accuracy']:.1%} on the private split" in text(
        app
    )


def test_the_report_of_a_comparison_tests_runs_of_the_references_data_alone(runs_root, monkeypatch):
    from pages.runs_parts import export_view
    from pages.runs_parts.choose import ChosenRuns

    write_run(runs_root, "elsewhere", tiny_faces(seed=9), skill=9.0)
    every = {name: load_run(runs_root / name) for name in ("elsewhere", "strong", "weak")}
    asked: list[dict] = []
    monkeypatch.setattr(export_view, "report_page", lambda *given: asked.append(given[4]) or "page")
    monkeypatch.setattr(ChosenRuns, "palette", property(lambda self: {}))
    for reference in ("weak", "elsewhere"):
        assert export_view._report(ChosenRuns(every, every, reference), "private", False, None) == "page"
    assert [sorted(found) for found in asked] == [["strong", "weak"], ["elsewhere"]]
    for name, one in asked[0].items():
        np.testing.assert_array_equal(one.probabilities, every[name].predictions("private").probabilities)


def test_a_setting_of_numbers_and_words_can_be_sorted():
    from fer_core.comparison.tables import sortable

    column = pd.Series([0.01, "schedule", None, 0.5, 3, "cosine"], dtype=object)
    assert column.sort_values(key=sortable).tolist()[:5] == [0.01, 0.5, 3, "cosine", "schedule"]


def test_flips_as_rows_and_as_pictures(runs_root, tmp_path, monkeypatch):
    app = open_page(monkeypatch, runs_root, view="Flips", runs=["strong", "weak"])
    assert "FER2013 is not here" in text(app)
    strong, weak = (load_run(runs_root / name).predictions("private") for name in ("strong", "weak"))
    only = int(((strong.predicted == strong.labels) & (weak.predicted != weak.labels)).sum())
    assert f"Only strong is right: {only}" in text(app)
    data = tiny_faces()
    path = tmp_path / "tiny.npz"
    np.savez(path, pixels=data.pixels, emotion=data.labels, usage=data.split)
    monkeypatch.setenv("FER_DATA", str(path))
    app = open_page(monkeypatch, runs_root, view="Flips", runs=["strong", "weak"])
    sheets = [e.proto.label for e in app.get("download_button") if e.proto.label == "Picture as PNG"]
    assert len(sheets) == 2
    assert "FER2013 is not here" not in text(app)


def test_without_photographs_flips_opens_on_drawn_faces(tmp_path, monkeypatch):
    for name in ("compact", "fast", "drawn", "drawn-seed1"):
        shutil.copytree(REPO / "checkpoints" / name, tmp_path / "runs" / name, ignore=shutil.ignore_patterns("epochs"))
    app = open_page(monkeypatch, tmp_path / "runs", view="Flips")
    assert box(app, "Runs to compare").value == ["drawn", "drawn-seed1"] and box(app, "Reference").value == "drawn"
    assert "FER2013 is not here" not in text(app) and "These faces are drawn" in text(app)
    one, two = (load_run(REPO / "checkpoints" / name).predictions("test") for name in ("drawn", "drawn-seed1"))
    only = int(((one.predicted == one.labels) & (two.predicted != two.labels)).sum())
    assert f"Only drawn is right: {only}" in text(app)
    assert len([e for e in app.get("download_button") if e.proto.label == "Picture as PNG"]) == 2
    assert "runs" not in app.query_params
    app = open_page(monkeypatch, tmp_path / "runs", view="Flips", runs=["compact", "fast"])
    assert "Only compact is right" in text(app) and "FER2013 is not here" in text(app)
    app = open_page(monkeypatch, tmp_path / "runs", view="Table")
    assert box(app, "Runs to compare").value[0] == "compact"


def test_filters_and_sorting(runs_root, monkeypatch):
    app = open_page(monkeypatch, runs_root, view="Table", filter="private accuracy > 40%", sort="private accuracy")
    assert "of 3 runs" in text(app)
    app = open_page(monkeypatch, runs_root, view="Table", filter="height > 3")
    assert "no column 'height'" in app.error[0].value


def test_notes_tags_and_boxes_are_kept(runs_root, monkeypatch):
    # AppTest knows no data editor, so its callback is called as the editor would.
    edits = {"edited_rows": {1: {"note": "a fine run", "tags": "good, own"}, 2: {"compare": True}}}
    from pages.runs_parts import table_view

    monkeypatch.setattr(table_view.st, "session_state", {"runs_editor": edits})
    monkeypatch.setattr(table_view.RUNS, "put", lambda name, value: kept.update({name: value}))
    kept: dict = {}
    every = {name: load_run(runs_root / name) for name in ("strong", "middling", "weak")}
    chosen = {name: every[name] for name in ("strong", "middling")}
    table_view._edited(table_view.ChosenRuns(every, chosen, "strong"), ["strong", "middling", "weak"])
    assert load_run(runs_root / "middling").config["note"] == "a fine run"
    assert load_run(runs_root / "middling").config["tags"] == ["good", "own"]
    assert kept == {"runs": ["strong", "middling", "weak"]}


def test_a_run_in_training_is_shown_with_a_stop_button(runs_root, monkeypatch):
    folder = write_run(runs_root, "going", status="training", scores={})
    folder = folder.rename(runs_root / "going.partial")
    (folder / "predictions.npz").unlink()
    progress = {
        "epoch": 2, "epochs": 8, "batch": 3, "batches": 6, "images_per_second": 512.0, "seconds_left": 200,
        "updated": time.time(), "pid": os.getpid(),
    }  # fmt: skip
    (folder / "progress.json").write_text(json.dumps(progress))
    app = open_page(monkeypatch, runs_root)
    (bar,) = app.get("progress")
    assert bar.proto.value == int(100 * 1.5 / 8)
    assert bar.proto.text == ("**going** is in training. Epoch 2 of 8, batch 3 of 6, 512 images/s, at most 3 min left.")
    next(b for b in app.button if b.label == "Stop").click()
    run(app)
    assert (folder / "STOP").exists()
    assert "Stopping" in text(app)


def test_a_sweep_under_way_is_shown_with_its_table(runs_root, monkeypatch):
    (runs_root / ".sweeps").mkdir()
    plan = {"title": "Three seeds", "runs": ["weak", "strong", "later"]}
    (runs_root / ".sweeps" / "plan.json").write_text(json.dumps(plan))
    app = open_page(monkeypatch, runs_root)
    box = next(e for e in app.expander if "Three seeds" in e.label)
    assert box.label == "Three seeds: 2 of 3 runs done, about 50 s left"
    frame = box.dataframe[0].value
    assert frame["state"].tolist() == ["done", "done", "waiting"]
    # Both took 50 seconds, and the one that waits is taken to do so too.
    assert frame["minutes"].tolist() == [0.8, 0.8, 0] and frame["minutes left"].tolist()[2] == 1
    scores = [load_run(runs_root / name).scores["validation"]["accuracy"] for name in ("weak", "strong")]
    assert frame["validation"].tolist()[:2] == scores and len(set(scores)) == 2
    agrees(app, "runs-sweep")


def test_times_are_said_in_the_unit_they_are_in():
    from pages.runs_parts.live import duration

    said = {45: "45 s", 720: "12 min", 7140: "119 min", 12000: "3 h 20 min"}
    assert {seconds: duration(seconds) for seconds in said} == said


def test_training_form_refuses_a_bad_name(runs_root, monkeypatch):
    app = open_page(monkeypatch, runs_root, view="Train and import")
    next(e for e in app.text_input if e.label == "Name of the run").set_value("strong")
    next(b for b in app.button if b.label == "Start training").click()
    run(app)
    assert "already a run 'strong'" in app.error[0].value


def test_whatever_the_training_form_offers_the_shell_takes(runs_root, monkeypatch):
    app = open_page(monkeypatch, runs_root, view="Train and import")
    parser = build_parser()
    for label, option in (("Recipe", "recipe"), ("Normalisation", "normalisation"), ("Augmentation", "augmentation")):
        offered = [value for value in _values(app, label) if value != AS_THE_RECIPE]
        assert len(offered) >= 4
        for value in offered:
            assert getattr(parser.parse_args(["train", f"--{option}", value]), option) == value
    assert {value.partition(":")[0] for value in _values(app, "Recipe")} == set(RECIPES)


def _values(app: AppTest, label: str) -> list[str]:
    """What a select box offers, as the program knows it: its label up to a colon."""
    return [str(option).partition(":")[0] for option in box(app, label).options]


def uploaded(monkeypatch, root, *files: tuple[str, bytes]) -> AppTest:
    """The import form with files in its box."""
    app = open_page(monkeypatch, root, view="Train and import")
    app.file_uploader(key="import_files_0").set_value([(name, data, "") for name, data in files])
    return run(app)


def said(app: AppTest) -> str:
    return "\n".join(str(item.value) for kind in (app.info, app.error, app.markdown) for item in kind)


def test_a_table_says_how_it_was_read_and_becomes_a_run(runs_root, monkeypatch):
    app = uploaded(monkeypatch, runs_root, ("my log.csv", b"epoch;loss;val_acc\n1;2,5;40\n2;1,5;50\n"))
    assert "**2 rows** of loss, val_accuracy" in said(app)
    for clause in ("semicolons separate", "loss has decimal commas", "val_accuracy was in percent", "counted from 1"):
        assert clause in said(app)
    app.selectbox(key="import_percent").set_value("shares of 1")
    app.selectbox(key="import_first").set_value("0")
    run(app)
    assert "was in percent" not in said(app) and "counted from 1" not in said(app)
    app.selectbox(key="import_percent").set_value("as found")
    app.text_input(key="import_note").set_value("by hand")
    app.button(key="import_press").click()
    run(app)
    made = load_run(runs_root / "my-log")
    assert made.config["note"] == "by hand" and made.history()["val_accuracy"].tolist() == [0.4, 0.5]
    assert made.history()["epoch"].tolist() == [1, 2]
    assert made.config["source"].startswith("imported from my log.csv; semicolons separate the columns; ")
    assert not app.file_uploader(key="import_files_1").value


def test_what_cannot_be_imported_is_a_sentence(runs_root, monkeypatch):
    csv = ("a.csv", b"epoch,loss\n0,2\n")
    assert "one table" in said(uploaded(monkeypatch, runs_root, csv, ("b.csv", csv[1])))
    events = ("events.out.tfevents.1", b"not an event file")
    assert "no TensorBoard event file" in said(uploaded(monkeypatch, runs_root, events))
    refused = said(uploaded(monkeypatch, runs_root, ("face.jpg", b"\xff\xd8\xff\xe0 no run, no network")))
    assert "face.jpg is nothing that can come in" in refused
    for kind in (".keras", ".h5", "SavedModel", ".tflite", "csv", "json", "TensorBoard"):
        assert kind in refused


def test_event_files_are_given_their_parts(runs_root, monkeypatch):
    from tests.core.runs.test_importers import events

    first, second = events("epoch_loss", {0: 3.0, 1: 2.0}), events("epoch_loss", {0: 4.0, 1: 3.5})
    app = uploaded(monkeypatch, runs_root, ("events.out.tfevents.1", first), ("events.out.tfevents.1", second))
    assert "logged twice at step 0" in said(app)
    roles = [one for one in app.selectbox if "tfevents" in one.label]
    assert [one.value for one in roles] == ["training", "training"] and "(2)" in roles[1].label
    roles[1].set_value("validation")
    run(app)
    assert not app.error and "**2 rows** of loss, val_loss" in said(app)
    app.button(key="import_press").click()
    run(app)
    assert load_run(runs_root / "tensorboard").history()["val_loss"].tolist() == [4.0, 3.5]
    agrees(app, "runs-events")


def test_an_imported_run_is_drawn(runs_root, monkeypatch):
    from fer_core.runs.importers import read_csv_history, write_run

    data = b"epoch,loss,val_loss\n0,2,2.5\n1,1,1.5\n"
    write_run("my-log", read_csv_history(data, "x.csv"), "a test", runs_root)
    app = open_page(monkeypatch, runs_root, runs=["my-log", "weak"])  # a run without predictions or a model
    assert "my-log, validation" in names(figures(app)[1])
    for section in SECTIONS:
        open_page(monkeypatch, runs_root, runs=["my-log"], view=section)


def test_report_page_stands_alone(runs_root):
    from fer_core.reports.comparison_page import report_page

    runs = {name: load_run(runs_root / name) for name in ("strong", "weak")}
    runs["weak"].config["note"] = "<script>alert(1)</script>"
    histories = {name: (one.config, one.history()) for name, one in runs.items()}
    predictions = {name: one.predictions("private") for name, one in runs.items()}
    page = report_page(runs, histories, "strong", "private", predictions, quoted=True)
    assert "<script>alert" not in page and "&lt;script&gt;" not in page.split("</script>", 1)[0]
    assert "0.6904" in page  # the report's private accuracy
    assert "quoted from the report" in page
    assert "McNemar" in page
    after = page.split("</script>", 1)[1]
    assert "src=" not in after  # nothing is fetched from elsewhere
    heads = re.findall(r"<th[^>]*>([^<]*)</th>", after)
    assert {"Run A", "Only A right", "p, Holm", "Accuracy, private", "Best epoch"} <= set(heads)
    assert not [head for head in heads if "_" in head]
    links = dict(re.findall(r'download="([^"]+)" href="data:text/csv;charset=utf-8;base64,([^"]+)"', after))
    assert {"runs.csv", "pairs-accuracy.csv", "accuracies.csv", "calibration.csv"} <= set(links)
    table = pd.read_csv(io.BytesIO(base64.b64decode(links["accuracies.csv"])))
    assert table["accuracy"].tolist() == (table["correct"] / table["n"]).tolist()  # all digits, as numbers
    bare = report_page(runs, histories, "strong")
    assert "McNemar" not in bare
    assert "Across seeds" not in page  # one run of each recipe
    assert "Beside the report" not in page


def test_report_page_tests_merged_classes_and_says_so(runs_root):
    from fer_core.evaluation.merged import grouping
    from fer_core.reports.comparison_page import report_page

    runs = {name: load_run(runs_root / name) for name in ("strong", "weak")}
    histories = {name: (one.config, one.history()) for name, one in runs.items()}
    predictions = {name: one.predictions("private") for name, one in runs.items()}
    groups = grouping([["angry", "disgust", "fear", "sad"]])
    page = report_page(runs, histories, "strong", "private", predictions, quoted=True, groups=groups)
    after = page.split("</script>", 1)[1]
    assert "With angry or disgust or fear or sad as one class: accuracies, intervals and tests" in after
    links = dict(re.findall(r'download="([^"]+)" href="data:text/csv;charset=utf-8;base64,([^"]+)"', after))
    table = pd.read_csv(io.BytesIO(base64.b64decode(links["accuracies.csv"]))).set_index("run")
    sides = np.array([0, 0, 0, 1, 0, 2, 3])
    for name, one in predictions.items():
        sums = np.stack([one.probabilities[:, sides == k].sum(axis=1) for k in range(4)], axis=1)
        assert table.loc[name, "correct"] == np.sum(sums.argmax(axis=1) == sides[one.labels])
    assert '"name":"quoted from the report"' not in after  # what its networks would score on groups nobody knows


def test_report_page_has_seeds_and_the_report_beside(tmp_path):
    from fer_core.reports.comparison_page import report_page

    roots = (seeds_root(tmp_path / "seeds"), report_root(tmp_path / "report"))
    runs = {path.name: load_run(path) for root in roots for path in sorted(root.iterdir())}
    histories = {name: (one.config, one.history()) for name, one in runs.items()}
    page = report_page(runs, histories, "another", "private", {}, quoted=True)
    assert "Across seeds (private)" in page
    assert "Beside the report (private)" in page


def report_root(root: Path) -> Path:
    """A run of two of the report's variants, and one that is none of them."""
    augmentation = {"rotation": 20.0, "shift": 0.1, "zoom": 0.0, "flip": True, "contrast": 0.0, "brightness": 0.0}
    same = {"model": {"name": "report_cnn", "options": {"width": 0.25}}}
    write_run(root, "report-baseline", augmentation=None, **same)
    write_run(root, "report-augmentation", augmentation={**augmentation, "erase": 0.0}, **same)
    write_run(root, "another")
    return root


def test_the_report_beside_our_runs(tmp_path, monkeypatch):
    app = open_page(monkeypatch, report_root(tmp_path / "runs"), view="The report")
    lines, behind = (frame.value for frame in app.dataframe)
    augmentation = lines.set_index("variant").loc["augmentation"]
    assert augmentation["report (quoted), %"] == pytest.approx(66.174)
    assert augmentation["report's step"] == pytest.approx(0.836)
    assert behind["run"].tolist() == ["report-baseline", "report-augmentation"]
    assert "at 0.25 of its width" in text(app)
    next(b for b in app.button if b.label.startswith("Lay these runs")).click()
    run(app)
    assert box(app, "Runs to compare").value == ["report-baseline", "report-augmentation"]
    assert box(app, "Section").value == "Curves"
    drawn = {trace.get("name"): trace["line"]["color"] for trace in figures(app)[0]["data"] if "line" in trace}
    quoted = drawn["report: augmentation, 0.6632 (quoted)"]
    assert quoted == drawn["report-augmentation, validation"]  # in the colour of the run that repeats it
    agrees(app, "runs-the-report-beside")


def test_the_report_without_runs_of_it(runs_root, monkeypatch):
    app = open_page(monkeypatch, runs_root, view="The report")
    assert "python -m fer_core sweep report" in text(app)
    assert 65.338 in app.dataframe[0].value["report (quoted), %"].round(3).tolist()


def test_in_short_says_better_worse_and_open(runs_root, monkeypatch):
    app = open_page(monkeypatch, runs_root, view="Is it real?", runs=["middling", "strong", "weak"], ref="middling")
    assert "Better than middling in accuracy: **strong**" in text(app)
    from pages.runs_parts.significance_view import _in_short

    rows = pd.DataFrame(
        {
            "run": ["up", "down", "same"], "p_holm": [0.01, 0.02, 0.5], "only_run": [90, 10, 50],
            "only_reference": [10, 90, 49], "accuracy": [0.08, -0.08, 0.001], "macro_f1": [-0.05, 0.05, 0.0],
        }
    )  # fmt: skip
    better, worse, unsure = _in_short(rows, "base", "accuracy").split("  \n")
    assert "Better than base in accuracy: **up** (+8.0 points)." in better
    assert "Worse than base in accuracy: **down** (-8.0 points)." in worse
    assert "No difference in accuracy shown: **same**." in unsure
    better, worse, _ = _in_short(rows, "base", "macro_f1").split("  \n")
    assert "**down** (+5.0 points)" in better and "**up** (-5.0 points)" in worse  # what the bars say, not accuracy


def test_the_table_starts_with_those_compared(runs_root, monkeypatch):
    write_run(runs_root, "aardvark", skill=0.1)
    app = open_page(monkeypatch, runs_root, view="Table", runs=["weak", "strong"], ref="weak")
    assert app.dataframe[0].value["run"].tolist()[:2] == ["★ weak", "strong"]


def open_app(monkeypatch: pytest.MonkeyPatch, root: Path | str, **address: str) -> AppTest:
    monkeypatch.setenv("FER_RUNS", str(root))
    app = AppTest.from_file(REPO / "dashboard.py", default_timeout=120)
    for key, value in address.items():
        app.query_params[key] = value
    run(app)
    return run(app.switch_page("pages/runs.py"))


def test_another_folder_is_in_the_address(runs_root, tmp_path, monkeypatch):
    elsewhere = tmp_path / "elsewhere"
    write_run(elsewhere, "mine")
    both = os.pathsep.join((str(runs_root), str(elsewhere)))
    app = open_app(monkeypatch, both)
    assert "folder" not in app.query_params
    next(e for e in app.text_input if e.label.startswith("Folder of runs")).set_value(str(elsewhere))
    run(app)
    assert str(elsewhere) in app.query_params["folder"]
    assert box(app, "Runs to compare").value == ["mine"]
    copied = open_app(monkeypatch, both, folder=str(elsewhere))
    assert box(copied, "Runs to compare").value == ["mine"]
    inside = open_app(monkeypatch, tmp_path, folder=str(elsewhere))
    assert box(inside, "Runs to compare").value == ["mine"]


def test_a_folder_that_the_server_was_not_started_with_stays_shut(runs_root, tmp_path, monkeypatch):
    """Whether it is there or not, in the same words: an address tells nobody what the machine holds."""
    write_run(tmp_path / "elsewhere", "mine")
    (runs_root / "way_out").symlink_to(tmp_path / "elsewhere")
    said = []
    for name in ("elsewhere", "no_where_", "runs/way_out", "runs/../elsewhere", "runs-of-another"):
        shut = open_app(monkeypatch, runs_root, folder=str(tmp_path / name))
        said.append(shut.error[0].value.replace(name, "").replace(name.replace("_", "\\_"), ""))
        assert "strong" in box(shut, "Runs to compare").value
        assert "folder" not in shut.query_params
    assert "is no folder that this server opens" in said[0]
    assert len(set(said)) == 1


def test_a_flip_opens_from_the_address_and_closes(runs_root, monkeypatch):
    strong, weak = (load_run(runs_root / name).predictions("private") for name in ("strong", "weak"))
    place = np.flatnonzero((strong.predicted == strong.labels) != (weak.predicted == weak.labels))[0]
    row = int(strong.rows[place])
    app = open_page(monkeypatch, runs_root, view="Flips", runs=["strong", "weak"], opened=str(row))
    assert f"**Row {row}: " in text(app)
    both = [e.proto.body for e in app.get("html") if "fer-pbar" in e.proto.body]
    assert len(both) == 2
    assert f"<span>{strong.probabilities[place].max():.1%}</span>" in both[0]
    next(b for b in app.button if b.label == "Close").click()
    run(app)
    assert f"**Row {row}: " not in text(app)
    assert "opened" not in app.query_params
    app = open_page(monkeypatch, runs_root, view="Flips", runs=["strong", "weak"], opened="somewhere")
    assert "**Row" not in text(app)
    agrees(app, "runs-flip-closed")


def pressed(app: AppTest, label: str) -> AppTest:
    next(b for b in app.button if b.label == label).click()
    return run(app)


def test_a_run_is_renamed_archived_thrown_away_and_fetched_back(runs_root, monkeypatch):
    app = open_page(monkeypatch, runs_root, view="Table", runs=["weak", "strong"], ref="weak")
    next(e for e in app.text_input if e.label == "New name").set_value("feeble")
    pressed(run(app), "Rename")
    assert (runs_root / "feeble").is_dir() and not (runs_root / "weak").exists()
    assert "★ feeble" in app.dataframe[0].value["run"].tolist()
    pressed(app, "Archive")
    assert load_run(runs_root / "feeble").config["archived"] is True
    assert "★ feeble" not in app.dataframe[0].value["run"].tolist()
    next(t for t in app.toggle if "archived" in t.label).set_value(True)
    run(app)
    assert "feeble" in " ".join(app.dataframe[0].value["run"])
    next(e for e in app.selectbox if e.label == "Run").set_value("middling")
    pressed(run(app), "Delete")
    assert not (runs_root / "middling").exists()
    pressed(app, "Put middling back")
    assert load_run(runs_root / "middling").name == "middling"


def test_the_filter_joins_and_names_any_setting(runs_root, monkeypatch):
    write_run(runs_root, "mixed", training={"optimizer": "sgd", "mixup": 0.2})
    words = "(mixup = 0.2 or weak) and not private accuracy > 99%"
    app = open_page(monkeypatch, runs_root, view="Table", runs=["strong"], ref="strong", filter=words)
    assert sorted(app.dataframe[0].value["run"].str.removeprefix("★ ")) == ["mixed", "weak"]


def test_which_setting_mattered_is_refused_below_ten_runs(runs_root, monkeypatch):
    app = open_page(monkeypatch, runs_root, view="Settings", mattered="1")
    assert "from 10 runs on; 3 have" in text(app)


def imported_network(monkeypatch, root, content: bytes, name: str = "mine.h5") -> AppTest:
    """The import form with a network in its box, its trial run on pictures that it reads."""
    from pages.ui import loaders
    from tests.core.importing.readable import readable_faces

    monkeypatch.setattr(loaders, "dataset", readable_faces)
    return uploaded(monkeypatch, root, (name, content))


@pytest.fixture(scope="module")
def network_file(tmp_path_factory):
    from tests.core.importing.readable import reader, saved

    return saved(reader(), tmp_path_factory.mktemp("network") / "mine.h5").read_bytes()


def test_a_network_comes_in_by_one_upload(runs_root, monkeypatch, network_file):
    app = imported_network(monkeypatch, runs_root, network_file)
    assert "takes 48 x 48 pixels, gray, and gives 7 numbers: probabilities" in said(app)
    assert "is clearly the best, right about 100% of the pictures" in app.success[0].value
    assert box(app, "Order of its classes").value == "alphabet"
    assert not (runs_root / "mine").exists()  # proposed, not taken
    app.button(key="import_press").click()
    run(app)
    made = load_run(runs_root / "mine")
    assert made.scores["public"]["accuracy"] == 1 and made.has_model and made.can_predict
    assert made.config["wrapping"]["classes"][4] == "neutral"
    assert "**mine** is here" in app.success[0].value and "Limited: no training curves" in text(app)
    assert made.name in app.multiselect[0].value


def test_another_way_may_be_chosen(runs_root, monkeypatch, network_file):
    app = imported_network(monkeypatch, runs_root, network_file)
    box(app, "Order of its classes").set_value("FER2013")
    run(app)
    assert "it is right about **57.1%** of these pictures" in said(app)  # 4 of 7
    box(app, "Order of its classes").set_value("written here")
    run(app)
    app.text_input(key="import_classes").set_value("happy, sad")
    run(app)
    assert "has 7 outputs, and 2 classes are named" in said(app) and app.button(key="import_press").disabled


def test_a_network_with_code_in_it_is_a_sentence(runs_root, monkeypatch, tmp_path):
    from fer_core.runtime import import_keras
    from tests.core.importing.readable import saved

    keras = import_keras()
    layers = [keras.Input((48, 48, 1)), keras.layers.Lambda(lambda x: x), keras.layers.Flatten(), keras.layers.Dense(7)]
    path = saved(keras.Sequential(layers), tmp_path / "code.keras")
    assert "has a Lambda layer" in said(imported_network(monkeypatch, runs_root, path.read_bytes(), "code.keras"))


def test_rows_and_layers_of_the_report_are_read_from_words() -> None:
    from pages.runs_parts.export_view import rows_of, words_of

    assert rows_of(" 3, 17 9 ") == [3, 17, 9] and rows_of("") == [] and words_of("conv1,conv2") == ["conv1", "conv2"]
    with pytest.raises(FerError, match="whole numbers"):
        rows_of("3, b")


def test_the_sentence_above_the_tests_is_about_the_metric_in_view(runs_root, monkeypatch):
    """A run that is best in macro F1 and not in accuracy: of ten pictures it misses four of one large class."""
    labels = np.array([3] * 8 + [1, 0])
    for name, said in (("many", [3] * 10), ("fair", [3, 3, 3, 3, 6, 6, 6, 6, 1, 0])):
        folder = write_run(runs_root, name)
        arrays = {"rows": np.arange(10), "labels": labels, "probabilities": np.eye(7, dtype=np.float32)[said]}
        np.savez(folder / "predictions.npz", **{f"private_{key}": value for key, value in arrays.items()})
    for metric, best in (
        ("accuracy", "many is best on the private split (80.0%)"),
        ("macro_f1", "fair is best on the"),
    ):
        app = open_page(monkeypatch, runs_root, view="Is it real?", runs=["many", "fair"], split="private", of=metric)
        assert best in text(app)


def test_a_run_judged_on_few_pictures_is_not_called_the_best(runs_root, monkeypatch):
    """All right on the first seven of the pictures, which says little: the others were judged on all of them."""
    folder = write_run(runs_root, "few", skill=0.1)
    arrays = dict(np.load(folder / "predictions.npz"))
    right = np.eye(7, dtype=np.float32)[arrays["private_labels"]]
    few = {**arrays, "private_probabilities": right}
    np.savez(folder / "predictions.npz", **{k: v[:7] if k.startswith("private_") else v for k, v in few.items()})
    app = open_page(monkeypatch, runs_root, view="Is it real?", runs=["few", "strong", "weak"], split="private")
    assert "**strong is best on the private split" in text(app)
