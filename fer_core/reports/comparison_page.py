"""A comparison of runs as one HTML page that stands alone."""

from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from typing import Any

import pandas as pd

from fer_core.comparison import beside_report, curves, recipes, reference, tables
from fer_core.errors import FerError
from fer_core.evaluation import paired, seeds, statistics
from fer_core.evaluation.calibration import apply_temperature, reliability
from fer_core.figures.beside_report import beside_report_figure
from fer_core.figures.curves import curves_figure
from fer_core.figures.forest import TESTS, accuracy_figure, against, forest_figure
from fer_core.figures.reliability import reliability_figure

_STYLE = """
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #1c2321; }
h1 { margin-bottom: 0; } h2 { margin-top: 2.2rem; }
table { border-collapse: collapse; font-size: 0.85rem; } .wide { overflow-x: auto; }
th, td { border-bottom: 1px solid #dadcd4; padding: 0.25rem 0.6rem; text-align: left; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
.note { color: #5a635f; font-size: 0.9rem; } .caveat { border-left: 4px solid #d9822b; padding-left: 0.8rem; }
"""
_MOST_DRAWN = 6


def report_page(
    runs: Mapping[str, Any],
    histories: Mapping[str, tuple[Mapping[str, Any], pd.DataFrame]],
    name: str,
    split: str | None = None,
    predictions: Mapping[str, Any] | None = None,
    quoted: bool = False,
) -> str:
    """The page as text.

    runs: name -> `fer_core.runs.Run`, those compared. histories: name -> (run.json, history). name: the reference run.
    split, predictions: for the tests, name -> Predictions on that split of one data set; the page has no tests
    without them.
    quoted: whether the report's own figures are set beside ours, labelled as quoted.
    """
    parts = [
        "<h1>Comparison of training runs</h1>",
        f'<p class="note">{len(runs)} runs, reference {escape(name)}. Made by FER Lab, '
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC. Measured, unless said to be quoted.</p>",
        *_table(runs, histories),
        *_curves(histories),
        *_tests(split, predictions or {}, name, quoted),
        *_calibration(split, predictions or {}, runs),
        *_seeds(split, runs),
        "<h2>Settings that differ</h2>",
        _html(tables.difference_table({n: run.config for n, run in runs.items()}).reset_index()),
    ]
    if quoted:
        parts += _beside(split, runs)
        parts += ["<h2>The report's figures</h2>", f'<p class="note">{reference.SOURCE}</p>', _html(reference.table())]
    body = "\n".join(parts)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Comparison of training runs</title><style>{_STYLE}</style>{_plotly_script()}</head>"
        f"<body>\n{body}\n</body></html>\n"
    )


def _plotly_script() -> str:
    from plotly.offline import get_plotlyjs

    return f"<script>{get_plotlyjs()}</script>"


def _figure(figure: Any) -> str:
    figure.update_layout(template="plotly_white")
    return str(
        figure.to_html(include_plotlyjs=False, full_html=False, config={"displaylogo": False, "responsive": True})
    )


def _table(runs: Mapping[str, Any], histories: Mapping[str, tuple]) -> list[str]:
    table = tables.runs_table(list(runs.values()), {name: history for name, (_, history) in histories.items()})
    kept = [c for c in table.columns if table[c].replace("", None).notna().any()]
    return [
        "<h2>Runs</h2>",
        '<p class="note">Values of the best epoch, whose weights were kept.</p>',
        _html(table[kept].reset_index()),
    ]


def _curves(histories: Mapping[str, tuple]) -> list[str]:
    table = curves.long_table(histories)
    if not len(table):
        return []
    best = {name: curves.best_epoch(config, history) for name, (config, history) in histories.items()}
    best = {name: epoch for name, epoch in best.items() if epoch}
    metrics = [m for m in table["metric"].unique() if m != "learning_rate"]
    figures = [_figure(curves_figure(table, metric, best=best, height=420)) for metric in metrics]
    note = '<p class="note">Solid: validation, dotted: train. Star: the epoch whose weights were kept.</p>'
    return ["<h2>Curves</h2>", note, *figures]


def _tests(split: str | None, predictions: Mapping[str, Any], name: str, quoted: bool) -> list[str]:
    if not split or not predictions:
        return []
    judged = {}
    for run, one in predictions.items():
        try:
            judged[run] = statistics.accuracies(statistics.align({run: one}))
        except FerError:  # without a label there is nothing to judge
            continue
    if not judged:
        return [
            "<h2>Is it real?</h2>",
            f"<p>None of these runs was judged on labelled pictures of {escape(split)}.</p>",
        ]
    alone = pd.concat(judged.values(), ignore_index=True)
    quotes = []
    if quoted and split in ("public", "private"):
        n = reference.N_PER_HALF
        quotes = [(q.name, q.score(split), *statistics.wilson(round(q.score(split) * n), n)) for q in reference.ALL]
    parts = [
        f"<h2>Is it real? ({escape(split)})</h2>",
        f'<p class="caveat">{escape(statistics.CAVEAT)}</p>',
        _figure(accuracy_figure(alone, quotes, split)),
    ]
    pairs = paired.compare(predictions, paired.against(name, list(predictions))) if name in predictions else None
    if pairs is not None and len(pairs.table):
        parts += [
            _figure(forest_figure(against(pairs.table, name), name)),
            f'<p class="note">Accuracy: {TESTS["accuracy"]}; macro F1: {TESTS["macro_f1"]}; each with Holm\'s '
            f"correction over the {len(pairs.table)} comparisons with {escape(name)}. 95% paired bootstrap intervals, "
            "2,000 resamples, on the labelled pictures that both were judged on.</p>",
            _html(pairs.table),
        ]
    parts += [f'<p class="note">Left out: {escape(why)}</p>' for why in (pairs.left_out if pairs else {}).values()]
    return [*parts, _html(alone)]


def _seeds(split: str | None, runs: Mapping[str, Any]) -> list[str]:
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
    if not len(table):
        return []
    note = (
        "Accuracy over seeds: would training again give the same order on these pictures? Paired t test where both "
        "recipes have the same seeds, else Welch's; Holm's correction, 95% intervals."
    )
    return [f"<h2>Across seeds ({escape(split or '')})</h2>", f'<p class="note">{note}</p>', _html(table)]


def _beside(split: str | None, runs: Mapping[str, Any]) -> list[str]:
    """Where runs repeat the report's experiment: its figures and ours, one line a variant."""
    table = beside_report.runs_beside(runs.values())
    if split not in beside_report.SPLITS or not len(table):
        return []
    lines = beside_report.summary(table, split)
    note = (
        "Diamonds: quoted, with Wilson's interval. Dots: measured here. Difference: ours less the report's, with "
        "Newcombe's 95% interval; step: what a variant adds to the baseline, in the report and here."
    )
    return [
        f"<h2>Beside the report ({escape(split)})</h2>",
        f'<p class="note">{note}</p>',
        _figure(beside_report_figure(table, lines, split)),
        _html(lines),
    ]


def _calibration(split: str | None, predictions: Mapping[str, Any], runs: Mapping[str, Any]) -> list[str]:
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
    if not records:
        return []
    shown = dict(list(diagrams.items())[:_MOST_DRAWN])
    return [
        f"<h2>Calibration ({escape(split or '')})</h2>",
        _figure(reliability_figure(shown)),
        _html(pd.DataFrame.from_records(records)),
    ]


def _html(frame: pd.DataFrame) -> str:
    """A table with everything escaped; numbers short and to the right."""
    if not len(frame):
        return '<p class="note">Nothing.</p>'
    head = "".join(f"<th>{escape(str(c))}</th>" for c in frame.columns)
    rows = "".join(f"<tr>{''.join(_cell(value) for value in row)}</tr>" for row in frame.itertuples(index=False))
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _cell(value: Any) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        text = "" if value != value else f"{value:,}" if isinstance(value, int) else f"{value:.4g}"  # NaN is not itself
        return f'<td class="number">{text}</td>'
    return f"<td>{escape('' if value is None else str(value))}</td>"
