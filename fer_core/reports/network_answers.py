"""Answers 1 and 2 of the report: the network with its training, and how pictures are prepared."""

from typing import Any

import numpy as np

from fer_core.comparison.beside_report import quoted_of
from fer_core.evaluation import paired
from fer_core.evaluation.intervals import wilson
from fer_core.evaluation.statistics import macro_f1
from fer_core.reports.answer import ReportMaterial, ReportSection, Tell
from fer_core.runs import Run

SPLITS = ("validation", "public", "private", "test")


def network(m: ReportMaterial, tell: Tell) -> ReportSection:
    words, config = m.words, m.run.config
    section = ReportSection(words["q1"])
    if m.model is not None:
        section.add("heading", words["layers"])
        section.table(
            [words["layer"], words["kind"], words["shape"], words["parameters"]],
            [
                (layer.name, type(layer).__name__, _shape(layer), f"{layer.count_params():,}" if layer.weights else "")
                for layer in m.model.layers
            ],
        )
    model, training = config["model"], config["training"]
    if model.get("parameters"):
        adds = model.get("multiply_adds")
        section.add(
            "text",
            words["total"].format(
                total=model["parameters"],
                trainable=model.get("trainable_parameters") or model["parameters"],
                adds=f"{adds / 1e6:.1f}" if adds else "?",
            ),
        )
    m.quote(section, "quoted_network")
    section.add("heading", words["settings"])
    section.table(["", ""], [(key, value) for key, value in sorted(training.items()) if value not in ("", None)])
    if m.run.best_epoch:
        section.add(
            "text",
            words["epochs"].format(
                run=training.get("epochs_run", "?"), asked=training.get("epochs_asked", "?"), best=m.run.best_epoch
            ),
        )
    _accuracies(m, section)
    return section


def _shape(layer: Any) -> str:
    output = layer.output[0] if isinstance(layer.output, list) else layer.output
    return " x ".join(str(side) for side in output.shape[1:])


def _accuracies(m: ReportMaterial, section: ReportSection) -> None:
    words, quoted = m.words, quoted_of(m.run)
    rows = []
    for split in (name for name in SPLITS if name in m.run.splits()):
        found = m.run.predictions(split)
        known = found.labels >= 0
        labels, said = found.labels[known].astype(np.int64), found.predicted[known]
        if not len(labels):
            continue
        right = int((labels == said).sum())
        low, high = wilson(right, len(labels))
        original = quoted.score(split) if quoted else None
        rows.append(
            (split, f"{len(labels):,}", f"{right / len(labels):.4f}", f"{low:.4f} – {high:.4f}",
             f"{macro_f1(labels, said):.4f}", *([f"{original:.4f}" if original else ""] if quoted else []))
        )  # fmt: skip
    section.add("heading", words["accuracy"])
    titles = [words["split"], words["pictures"], words["right"], words["interval"], words["f1"]]
    section.table(titles + ([words["quoted"]] if quoted else []), rows, [words["quoted"]])
    if quoted:
        section.add("note", words["is_quoted"])


def preparation(m: ReportMaterial, tell: Tell) -> ReportSection:
    words, config = m.words, m.run.config
    section = ReportSection(words["q2"])
    name = (config.get("preprocessing") or {}).get("normalisation") or "none"
    section.add("text", words["normalised"].format(name=name, text=words.get(f"is_{name}", "")))
    augmentation = config.get("augmentation")
    if augmentation:
        told = ", ".join(f"{key} {value:g}" for key, value in augmentation.items() if value and value is not True)
        flips = f", {words['flip']}" if augmentation.get("flip") else ""
        section.add("text", words["augmented"].format(text=told + flips))
    else:
        section.add("text", words["no_augmentation"])
    others = [run for run in m.variants if run.name != m.run.name]
    if not others or m.split is None:
        section.add("note", words["no_variants"])
        return section
    section.add("heading", words["variants"])
    _variants(m, section, [m.run, *others], m.split)
    return section


def _variants(m: ReportMaterial, section: ReportSection, runs: list[Run], split: str) -> None:
    words = m.words
    baseline = next((run for run in runs if (line := quoted_of(run)) is not None and line.name == "baseline"), runs[0])
    there = [run for run in runs if split in run.splits()]
    splits = [name for name in SPLITS if any(name in run.splits() for run in there)]
    quoted = [f"{name}, {words['quoted_short']}" for name in splits]
    titles = [title for pair in zip(splits, quoted, strict=True) for title in pair]
    section.table([words["run"], words["variant"], *titles], [_variant(run, splits) for run in there], quoted)
    section.add("note", words["intervals"])
    if baseline not in there:
        return
    found = paired.compare(
        {run.name: run.predictions(split) for run in there},
        paired.against(baseline.name, [run.name for run in there]),
        {run.name: run.fingerprint for run in there},
    )
    for pair in found.table.to_dict("records"):
        figures = {
            "run": pair["a"], "reference": pair["b"], "split": split, "points": 100 * pair["accuracy"],
            "low": 100 * pair["accuracy_low"], "high": 100 * pair["accuracy_high"], "p": pair["holm_accuracy"],
            "better": words["better" if pair["accuracy"] > 0 else "worse"],
        }  # fmt: skip
        section.add("text", words["shown" if pair["holm_accuracy"] < 0.05 else "open"].format(**figures))
    for why in found.left_out.values():
        section.add("note", why)
    m.quote(section, "quoted_preparation")


def _variant(run: Run, splits: list[str]) -> tuple[str, ...]:
    """A run's line: its accuracy on each split with its interval, and what the original gives, where it does."""
    line, cells = quoted_of(run), []
    for split in splits:
        score = run.scores.get(split) or {}
        low, high = score.get("accuracy_interval") or (None, None)
        between = f" ({low:.3f}–{high:.3f})" if low is not None and high is not None else ""
        original = line.score(split) if line else None
        cells += [
            f"{score['accuracy']:.4f}{between}" if "accuracy" in score else "",
            f"{original:.4f}" if original else "",
        ]
    return (run.name, line.name if line else "", *cells)
