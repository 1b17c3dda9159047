"""The report's figures beside our runs of its experiment."""

import math

import pytest

from fer_core.comparison.beside_report import groups, quoted_of, runs_beside, summary
from fer_core.comparison.reference import FINAL, VARIANTS
from fer_core.evaluation.intervals import newcombe, wilson
from fer_core.figures.beside_report import beside_report_figure
from fer_core.runs import load_run
from tests.conftest import write_run

REPORT = {"rotation": 20.0, "shift": 0.1, "zoom": 0.0, "flip": True, "contrast": 0.0, "brightness": 0.0, "erase": 0.0}


def repeat(root, name, normalisation="none", augmentation=None, accuracy=0.65, seed=0, width=1.0, **config):
    given = {
        "model": {"name": "report_cnn", "options": {"width": width}},
        "preprocessing": {"normalisation": normalisation},
        "augmentation": augmentation,
        "training": {"optimizer": "nadam", "seed": seed, "epochs_run": 20},
        "scores": {"private": {"accuracy": accuracy, "n": 3589}},
        **config,
    }
    return load_run(write_run(root, name, **given))


def test_runs_are_known_by_what_they_do(tmp_path):
    names = {
        ("none", None): "baseline",
        ("none", "report"): "augmentation",
        ("featurewise", None): "featurewise",
        ("samplewise", None): "samplewise",
        ("samplewise+featurewise", None): "samplewise + featurewise",
    }
    for place, ((normalisation, kind), name) in enumerate(names.items()):
        run = repeat(tmp_path, f"mine-{place}", normalisation, REPORT if kind else None)
        assert quoted_of(run).name == name
    assert quoted_of(repeat(tmp_path, "both", "samplewise", REPORT)) is None
    assert quoted_of(repeat(tmp_path, "report-final", "samplewise", REPORT)) is FINAL
    assert quoted_of(repeat(tmp_path, "turned", "none", {**REPORT, "rotation": 10.0})) is None
    assert quoted_of(repeat(tmp_path, "other", model={"name": "compact"})) is None
    assert quoted_of(repeat(tmp_path, "adam", training={"optimizer": "adam"})) is None


def test_summary_against_hand_worked_values(tmp_path):
    runs = [
        repeat(tmp_path, "a0", accuracy=0.60, seed=0),
        repeat(tmp_path, "a1", accuracy=0.62, seed=1),
        repeat(tmp_path, "g1", augmentation=REPORT, accuracy=0.65, seed=1),
        repeat(tmp_path, "g2", augmentation=REPORT, accuracy=0.69, seed=2),
        repeat(tmp_path, "going", "featurewise", status="training", scores={}),
    ]
    table = runs_beside(reversed(runs))
    assert table["run"].tolist() == ["a0", "a1", "g1", "g2", "going"]  # the report's order, then seeds
    lines = summary(table, "private").set_index("variant")
    plain, more = lines.loc["baseline"], lines.loc["augmentation"]
    assert (plain["seeds"], plain["mean"], plain["sd"]) == (2, pytest.approx(0.61), pytest.approx(0.02 / math.sqrt(2)))
    assert plain["difference"] == pytest.approx(0.61 - 0.65338)
    assert plain["low"] < plain["difference"] < plain["high"] < 0
    assert more["quoted_step"] == pytest.approx(0.66174 - 0.65338)
    assert more["step"] == pytest.approx(0.65 - 0.62)  # the one seed that both have
    assert lines.loc["featurewise", "seeds"] == 0
    assert math.isnan(lines.loc["featurewise", "mean"])
    assert (plain["quoted_low"], plain["quoted_high"]) == wilson(round(0.65338 * 3589), 3589)


def test_no_run_leaves_the_quoted_figures(tmp_path):
    table = runs_beside([])
    lines = summary(table, "validation").set_index("variant")
    assert lines.loc["augmentation", "quoted"] == VARIANTS[1].val_accuracy
    assert math.isnan(lines.loc["final network", "quoted"])  # the report gives none
    figure = beside_report_figure(table, lines.reset_index(), "validation")
    assert [trace.name for trace in figure.data] == ["quoted from the report"]
    assert len(figure.data[0].x) == 5


def test_figure_holds_each_run_and_the_mean(tmp_path):
    runs = [repeat(tmp_path, f"a{seed}", accuracy=0.6 + seed / 100, seed=seed) for seed in range(3)]
    table = runs_beside(runs)
    figure = beside_report_figure(table, summary(table, "private"), "private")
    drawn = {trace.name: list(trace.x) for trace in figure.data}
    assert drawn["measured here, a dot a run"] == pytest.approx([60, 61, 62])
    assert drawn["mean of ours"] == pytest.approx([61])
    assert len(drawn["quoted from the report"]) == 6


def test_newcombe_against_his_own_example():
    # Newcombe 1998, table II, row (a): 56/70 less 48/80, method 10.
    assert newcombe(56, 70, 48, 80) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    low, high = newcombe(48, 80, 56, 70)
    assert (low, high) == pytest.approx((-0.3339, -0.0524), abs=5e-5)


def test_runs_of_another_width_length_or_optimiser_are_another_group(tmp_path):
    runs = [
        repeat(tmp_path, "narrow", accuracy=0.58, width=0.25),
        repeat(tmp_path, "wide", accuracy=0.65),
        repeat(tmp_path, "wide-augmented", augmentation=REPORT, accuracy=0.66),
        repeat(
            tmp_path, "slow", accuracy=0.66, training={"optimizer": "nadam", "nadam_warmup": "keras2", "epochs_run": 20}
        ),
    ]
    table = runs_beside(runs)
    assert groups(table) == ["full width, up to 20 epochs", "full width, up to 20 epochs, Nadam as in Keras 2",
                             "0.25 of the width, up to 20 epochs"]  # fmt: skip
    lines = summary(table[table["group"] == groups(table)[0]], "private").set_index("variant")
    assert (lines.loc["baseline", "mean"], lines.loc["baseline", "seeds"]) == (0.65, 1)
    assert groups(runs_beside([])) == []
