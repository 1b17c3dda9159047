"""A comparison of runs as one HTML page that stands alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from fer_core.comparison import beside_report, curves, recipes, reference, tables
from fer_core.errors import FerError
from fer_core.evaluation import paired, seeds, statistics
from fer_core.evaluation.calibration import apply_temperature, reliability
from fer_core.evaluation.intervals import wilson
from fer_core.evaluation.merged import Grouping
from fer_core.figures.beside_report import beside_report_figure
from fer_core.figures.curves import curves_figure
from fer_core.figures.forest import METRICS, TESTS, accuracy_figure, against, forest_figure
from fer_core.figures.palette import LineStyle, looks
from fer_core.figures.reliability import reliability_figure
from fer_core.reports import comparison_tables as page_tables
from fer_core.runs.history import best_epoch
from fer_core.training.system_figures import NAMES as SYSTEM_FIGURES

_MOST_DRAWN = 6
_TEMPLATES = Path(__file__).with_name("templates")


@dataclass
class ComparisonSection:
    """A heading and its parts: (kind, what), as the template knows them."""

    title: str
    parts: list[tuple[str, Any]] = field(default_factory=list)

    def add(self, kind: str, what: Any) -> None:
        """One part more; nothing where there is nothing."""
        if what:
            self.parts.append((kind, what))

    def figure(self, figure: Any) -> None:
        """A Plotly figure; its script is in the page once."""
        figure.update_layout(template="plotly_white")
        config = {"displaylogo": False, "responsive": True}
        self.add("figure", figure.to_html(include_plotlyjs=False, full_html=False, config=config))

    def table(self, *tables: page_tables.ComparisonTable | None) -> None:
        """Tables of one csv, and the link to it."""
        there = [one for one in tables if one is not None]
        for one in there:
            self.add("table", one)
        if there:
            self.add("link", there[0])


def report_page(
    runs: Mapping[str, Any],
    histories: Mapping[str, tuple[Mapping[str, Any], pd.DataFrame]],
    name: str,
    split: str | None = None,
    predictions: Mapping[str, Any] | None = None,
    quoted: bool = False,
    palette: Mapping[str, LineStyle] | None = None,
    groups: Grouping | None = None,
) -> str:
    """The page as text.

    runs: name -> `fer_core.runs.Run`, those compared. histories: name -> (run.json, history). name: the reference run.
    split, predictions: for the tests, name -> Predictions on that split of one data set; the page has no tests
    without them.
    quoted: whether the report's own figures are set beside ours, labelled as quoted. palette: run -> look.
    groups: classes taken together in the tests; all else on the page is of the seven.
    """
    from jinja2 import Environment, FileSystemLoader
    from plotly.offline import get_plotlyjs

    palette = palette or looks(runs)
    predictions = predictions or {}
    sections = [
        _runs(runs, histories),
        _curves(histories, palette),
        _tests(split, predictions, name, quoted, groups),
        _calibration(split, predictions, runs, palette),
        _seeds(split, runs),
        _settings(runs),
    ]
    if quoted:
        sections += [_beside(split, runs), _quoted()]
    template = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True).get_template("comparison.html")
    on = f" Tests on the split {split}." if split and predictions else ""
    return template.render(
        title=f"Comparison of {len(runs)} training runs",
        about=f"Reference {name}.{on} Made by FER Lab, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC. Measured, unless said "
        "to be quoted.",
        plotly=get_plotlyjs(),
        sections=[section for section in sections if section.parts],
    )


def _runs(runs: Mapping[str, Any], histories: Mapping[str, tuple[Any, pd.DataFrame]]) -> ComparisonSection:
    section = ComparisonSection("Runs")
    section.add("note", "Values of the best epoch, whose weights were kept. Settings, notes and more are in the csv.")
    found = tables.runs_table(list(runs.values()), {name: history for name, (_, history) in histories.items()})
    section.table(page_tables.runs(found.reset_index()))
    return section


def _curves(histories: Mapping[str, tuple[Any, pd.DataFrame]], palette: Mapping[str, LineStyle]) -> ComparisonSection:
    section = ComparisonSection("Curves")
    table = curves.long_table(histories)
    if not len(table):
        return section
    found = {name: best_epoch(config, history) for name, (config, history) in histories.items()}
    best = {name: epoch for name, epoch in found.items() if epoch}
    section.add("note", "Dotted: train, all other lines: validation. Star: the epoch whose weights were kept.")
    for metric in table["metric"].unique():
        if metric not in ("learning_rate", *SYSTEM_FIGURES):
            section.figure(curves_figure(table, metric, best=best, height=420, palette=palette))
    return section


def _tests(
    split: str | None, predictions: Mapping[str, Any], name: str, quoted: bool, groups: Grouping | None
) -> ComparisonSection:
    section = ComparisonSection(f"Is it real? ({split})")
    if not split or not predictions:
        return section
    if groups is not None:
        predictions = {run: groups.merge(one) for run, one in predictions.items()}
        section.add("note", f"With {groups.told}: accuracies, intervals and tests of this section are of these groups.")
    judged = {}
    for run, one in predictions.items():
        try:
            judged[run] = statistics.accuracies(statistics.align({run: one}))
        except FerError:  # without a label there is nothing to judge
            continue
    if not judged:
        section.add("note", f"None of these runs was judged on labelled pictures of {split}.")
        return section
    alone = pd.concat(judged.values(), ignore_index=True)
    quotes = []
    if quoted and groups is None and split in ("public", "private"):
        n = reference.N_PER_HALF
        scores = [(q.name, q.score(split)) for q in reference.ALL]
        quotes = [(line, score, *wilson(round(score * n), n)) for line, score in scores if score is not None]
    section.add("caveat", statistics.CAVEAT)
    section.figure(accuracy_figure(alone, quotes, split))
    section.table(page_tables.alone(alone))
    pairs = paired.compare(predictions, paired.against(name, list(predictions))) if name in predictions else None
    if pairs is not None and len(pairs.table):
        section.figure(forest_figure(against(pairs.table, name), name))
        section.add(
            "note",
            f"Accuracy: {TESTS['accuracy']}; macro F1: {TESTS['macro_f1']}; each with Holm's correction over the "
            f"{len(pairs.table)} comparisons with {name}. 95% paired bootstrap intervals, 2,000 resamples, on the "
            "labelled pictures that both were judged on.",
        )
        for metric, words in METRICS.items():
            section.add("heading", f"Pairs by {words}")
            section.table(page_tables.pairs(pairs.table, metric, words.capitalize()))
    for why in (pairs.left_out if pairs else {}).values():
        section.add("note", f"Left out: {why}")
    return section


def _seeds(split: str | None, runs: Mapping[str, Any]) -> ComparisonSection:
    """Recipes against each other, where two of them have enough seeds."""
    found = []
    for of_set in tables.by_data(runs).values():
        groups = tables.group_by({name: run.config for name, run in of_set.items()}, "recipe")
        scores: dict[str, dict[Any, float]] = {}
        for name, run in of_set.items():
            accuracy = (run.scores.get(split or "") or {}).get("accuracy")
            if accuracy is not None:
                scores.setdefault(groups[name], {})[recipes.seed_of(run.config, name)] = accuracy
        found.append(seeds.compare_seeds(scores))
    table = pd.concat(found, ignore_index=True) if found else pd.DataFrame()
    section = ComparisonSection(f"Across seeds ({split or ''})")
    if len(table):
        section.add(
            "note",
            "Accuracy over seeds: would training again give the same order on these pictures? Paired t test where both "
            "recipes have the same seeds, else Welch's; Holm's correction, 95% intervals.",
        )
        section.table(page_tables.seeds(table))
    return section


def _settings(runs: Mapping[str, Any]) -> ComparisonSection:
    section = ComparisonSection("Settings that differ")
    found = tables.difference_table({name: run.config for name, run in runs.items()}).reset_index()
    if len(found):
        section.table(*page_tables.settings(found))
    else:
        section.add("note", "None.")
    return section


def _beside(split: str | None, runs: Mapping[str, Any]) -> ComparisonSection:
    """Where runs repeat the report's experiment: its figures and ours, one line a variant."""
    section = ComparisonSection(f"Beside the report ({split})")
    table = beside_report.runs_beside(runs.values())
    if split not in beside_report.SPLITS or not len(table):
        return section
    lines = beside_report.summary(table, split)
    section.add(
        "note",
        "Diamonds: quoted, with Wilson's interval. Dots: measured here. Difference: ours less the report's, with "
        "Newcombe's 95% interval; step: what a variant adds to the baseline, in the report and here.",
    )
    section.figure(beside_report_figure(table, lines, split))
    section.table(page_tables.beside(lines))
    return section


def _quoted() -> ComparisonSection:
    section = ComparisonSection("The report's figures")
    section.add("note", reference.SOURCE)
    section.table(page_tables.quoted(reference.table()))
    return section


def _calibration(
    split: str | None, predictions: Mapping[str, Any], runs: Mapping[str, Any], palette: Mapping[str, LineStyle]
) -> ComparisonSection:
    section = ComparisonSection(f"Calibration ({split or ''})")
    diagrams, records = {}, []
    for name, one in predictions.items():
        try:
            aligned = statistics.align({name: one})
        except FerError:
            continue
        plain = aligned.probabilities[name]
        diagrams[name] = reliability(plain, aligned.labels)
        scaled = reliability(apply_temperature(plain, runs[name].temperature), aligned.labels)
        records.append(
            {"run": name, "ECE": diagrams[name].ece, "temperature": runs[name].temperature, "ECE, scaled": scaled.ece}
        )
    if records:
        shown = dict(list(diagrams.items())[:_MOST_DRAWN])
        section.figure(reliability_figure(shown, palette=palette))
        if len(diagrams) > len(shown):
            section.add("note", f"The first {len(shown)} of {len(diagrams)} runs are drawn, the table has all.")
        section.table(page_tables.calibration(pd.DataFrame.from_records(records)))
    return section
