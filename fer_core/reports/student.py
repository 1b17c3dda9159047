"""The report that writes itself: the five answers of the report this lab grew from, for any run, with its own figures.

page = student_report(find_run("compact"), dataset)      # one self-contained HTML page that prints on A4
"""

import base64
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from fer_core.comparison.beside_report import quoted_of
from fer_core.data.dataset import Dataset
from fer_core.errors import FerError
from fer_core.evaluation import paired
from fer_core.evaluation.confusion import most_confused, normalise
from fer_core.evaluation.intervals import wilson
from fer_core.evaluation.metrics import confusion
from fer_core.evaluation.statistics import macro_f1
from fer_core.labels import CLASSES
from fer_core.models.preprocessing import NORMALISATIONS
from fer_core.pictures import encode_png
from fer_core.pictures.sheet import sheet, stretch
from fer_core.reports.words import WORDS
from fer_core.runs import Run, load_model

LANGUAGES = tuple(WORDS)
SPLITS = ("validation", "public", "private", "test")
MODIFIERS = ("gradient", "guided", "rectified")
"""keras-vis' backprop modifiers: none, guided, relu."""

FILTERS, PICTURES, PAIRS = 16, 4, 5
_TEMPLATES = Path(__file__).with_name("templates")


@dataclass
class ReportSection:
    """A heading and its parts, each {"kind": "heading", "text", "note", "table", "matrix" or "picture", ...}."""

    title: str
    parts: list[dict[str, Any]] = field(default_factory=list)

    def add(self, kind: str, text: str = "", **more: Any) -> None:
        """One part more."""
        self.parts.append({"kind": kind, "text": text, **more})

    def picture(self, pixels: np.ndarray, text: str) -> None:
        """A u8 picture with what it shows, within the page."""
        self.add("picture", text, data=base64.b64encode(encode_png(pixels)).decode("ascii"))

    def table(self, heads: Sequence[str], rows: Iterable[Sequence[Any]], quoted: Sequence[str] = ()) -> None:
        """A table; quoted: headings whose column is quoted, not measured."""
        self.add("table", heads=list(heads), rows=[list(row) for row in rows], quoted=list(quoted))


@dataclass(frozen=True)
class _Material:
    """What a report is made of."""

    run: Run
    words: dict[str, str]
    variants: list[Run]
    split: str | None
    pixels: np.ndarray
    labels: np.ndarray
    rows: np.ndarray
    model: Any
    drawn: bool
    steps: int
    tell: Callable[[float, str], object]


def student_report(
    run: Run,
    dataset: Dataset | None = None,
    variants: Sequence[Run] = (),
    language: str = "en",
    steps: int = 60,
    tell: Callable[[float, str], object] = lambda share, what: None,
) -> str:
    """The page as text.

    Args:
        run: the run. dataset: the set its predictions refer to, or another whose pictures are to be shown (drawn faces
            where none is at hand). variants: runs of one experiment for the second answer, the run among them or not.
        language: "en" or "zh-TW". steps: of gradient ascent.
        tell: is called with the share done, 0 to 1, and what comes.

    Raises FerError for another language.
    """
    from jinja2 import Environment, FileSystemLoader

    if language not in WORDS:
        raise FerError(f"The report is written in {' or '.join(WORDS)}, not in {language!r}.")
    material = _material(run, dataset, list(variants), WORDS[language], steps, tell)
    answers = (_network, _preparation, _confused, _saliency, _filters)
    sections = []
    for place, answer in enumerate(answers):
        tell(place / len(answers), WORDS[language][f"q{place + 1}"])
        sections.append(answer(material))
    tell(1.0, "")
    template = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True).get_template("student.html")
    words = material.words
    return template.render(
        language=language,
        title=words["title"].format(run=run.name),
        made=words["made"],
        own=words["own"],
        when=f"{datetime.now(UTC):%Y-%m-%d}",
        sections=sections,
    )


def _material(
    run: Run, dataset: Dataset | None, variants: list[Run], words: dict[str, str], steps: int, tell: Any
) -> _Material:
    split = next((name for name in ("private", "test", "public", "validation") if name in run.splits()), None)
    own = dataset is not None and dataset.fingerprint == run.fingerprint
    if not own:
        from fer_core.data.drawn.dataset import drawn_dataset

        dataset = drawn_dataset(count=70)
    assert dataset is not None
    if own and split:
        rows = run.predictions(split).rows
        part = dataset.take(dataset.index_of(rows))
    else:
        part = dataset
    model = load_model(run) if run.has_model else None
    return _Material(
        run, words, variants, split, part.pixels, part.labels.astype(np.int64), part.rows, model, not own, steps, tell
    )


def _network(m: _Material) -> ReportSection:
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


def _accuracies(m: _Material, section: ReportSection) -> None:
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
    heads = [words["split"], words["pictures"], words["right"], words["interval"], words["f1"]]
    section.table(heads + ([words["quoted"]] if quoted else []), rows, [words["quoted"]])
    if quoted:
        section.add("note", words["is_quoted"])


def _preparation(m: _Material) -> ReportSection:
    words, config = m.words, m.run.config
    section = ReportSection(words["q2"])
    name = (config.get("preprocessing") or {}).get("normalisation") or "none"
    section.add("text", words["normalised"].format(name=name, text=NORMALISATIONS.get(name, "")))
    augmentation = config.get("augmentation")
    if augmentation:
        told = ", ".join(f"{key} {value:g}" for key, value in augmentation.items() if value and value is not True)
        flips = ", flip" if augmentation.get("flip") else ""
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


def _variants(m: _Material, section: ReportSection, runs: list[Run], split: str) -> None:
    words = m.words
    baseline = next((run for run in runs if (line := quoted_of(run)) is not None and line.name == "baseline"), runs[0])
    there = [run for run in runs if split in run.splits()]
    rows = []
    for run in there:
        line, cells = quoted_of(run), []
        for name in ("validation", split):
            score = (run.scores.get(name) or {}).get("accuracy")
            original = line.score(name) if line else None
            cells += [f"{score:.4f}" if score is not None else "", f"{original:.4f}" if original else ""]
        rows.append((run.name, line.name if line else "", *cells))
    quoted = [f"{name}, {words['quoted']}" for name in ("validation", split)]
    section.table(
        ["run", words["variant"], "validation", quoted[0], split, quoted[1]], rows, quoted
    )  # fmt: skip
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


def _confused(m: _Material) -> ReportSection:
    words, section = m.words, ReportSection(m.words["q3"])
    if m.split is None:
        section.add("note", words["no_predictions"])
        return section
    found = m.run.predictions(m.split)
    known = found.labels >= 0
    counts = confusion(found.labels[known].astype(np.int64), found.predicted[known])
    shares = normalise(counts, "true")
    section.add("text", f"{words['matrix']} ({m.split}, {int(counts.sum()):,})")
    rows = [
        (name, [(0 if np.isnan(s) else round(float(s), 3), "–" if np.isnan(s) else f"{s:.1%}") for s in shares[i]])
        for i, name in enumerate(CLASSES)
    ]
    section.add("matrix", names=list(CLASSES), rows=rows)
    diagonal = np.diag(shares)
    best, worst = int(np.nanargmax(diagonal)), int(np.nanargmin(diagonal))
    section.add(
        "text",
        words["best"].format(
            name=CLASSES[best], share=diagonal[best], worst=CLASSES[worst], worst_share=diagonal[worst]
        ),
    )
    pairs = [pair for pair in most_confused(counts) if counts[pair[0], pair[1]]][:PAIRS]
    for true, said, share in pairs:
        section.add(
            "text",
            words["confused"].format(
                share=share, true=CLASSES[true], said=CLASSES[said], count=int(counts[true, said])
            ),
        )
    if pairs and not m.drawn:
        true, said, _ = pairs[0]
        places = np.flatnonzero((found.labels == true) & (found.predicted == said))
        surest = places[np.argsort(-found.probabilities[places, said], kind="stable")][:8]
        section.picture(
            sheet(m.pixels[surest], 8, gap=3, scale=2, background=255),
            f"{words['examples']}: {CLASSES[true]} → {CLASSES[said]}",
        )
    return section


def _chosen(m: _Material) -> np.ndarray:
    """Places of the pictures that are shown: of four classes the one read surest and rightly, else the first."""
    from fer_core.models.batched import predict_in_batches

    some = np.flatnonzero(m.labels >= 0)[:2000]
    said = predict_in_batches(m.model, m.pixels[some])
    chosen = []
    for name in ("happy", "surprise", "sad", "fear", "angry", "neutral", "disgust"):
        own = np.flatnonzero((m.labels[some] == CLASSES.index(name)) & (said.argmax(axis=1) == CLASSES.index(name)))
        if len(own):
            chosen.append(some[own[said[own, CLASSES.index(name)].argmax()]])
    return np.array((chosen or some.tolist())[:PICTURES], dtype=np.int64)


def _saliency(m: _Material) -> ReportSection:
    from fer_core import saliency
    from fer_core.pictures.sheet import captioned
    from fer_core.saliency.regions import NAMES, areas, face_regions, find_points, shares

    words, section = m.words, ReportSection(m.words["q4"])
    if m.model is None:
        section.add("note", words["no_model"])
        return section
    pixels = m.pixels[_chosen(m)]
    regions = [face_regions(find_points(image)) for image in pixels]
    tiles, captions = [stretch(pixels)], [""] * len(pixels)
    table: list[tuple[str, ...]] = []
    telling: list[tuple[float, str, str, float, float]] = []
    area = {name: float(np.mean([areas(one)[name] for one in regions])) for name in NAMES}
    for method in MODIFIERS:
        kind = saliency.get(method)
        try:
            raw = saliency.explain(m.model, pixels, method)
        except FerError as error:
            section.add("note", words["cannot"].format(why=error))
            continue
        values = saliency.normalise(raw, signed=kind.signed, percentile=99.5)
        tiles.append((values + 1) / 2 if kind.signed else values)
        captions += [kind.label] * len(pixels)
        found = [shares(kind.importance(one), where) for one, where in zip(raw, regions, strict=True)]
        mean = {name: float(np.mean([one[name] for one in found])) for name in NAMES}
        table.append((kind.label, *(f"{mean[name]:.1%}" for name in NAMES)))
        part = max((name for name in NAMES if name != "rest"), key=lambda name: mean[name] / max(area[name], 1e-9))
        telling.append((mean[part] / max(area[part], 1e-9), kind.label, part, mean[part], area[part]))
    shown = captioned(np.concatenate(tiles), captions, scale=3, background=255)
    caption = words["modifiers"] + (f" ({words['drawn']})" if m.drawn else "")
    section.picture(sheet(shown, len(pixels), gap=4, background=255), caption)
    section.add("note", words["parts"])
    section.table([words["map"], *NAMES], [*table, (words["area"], *(f"{area[name]:.1%}" for name in NAMES))])
    for ratio, label, part, share, of in telling:
        if ratio > 1:
            section.add("text", words["looks"].format(method=label, part=part, share=share, area=of))
    return section


def _filters(m: _Material) -> ReportSection:
    from fer_core import features

    words, section = m.words, ReportSection(m.words["q5"])
    if m.model is None:
        section.add("note", words["no_model"])
        return section
    pixels = m.pixels[_chosen(m)][:1]
    convolutions = [info for info in features.layers(m.model) if info.is_convolution][:2]
    for info in convolutions:
        count = min(FILTERS, info.filters)
        section.add("heading", info.name)
        try:
            answers = features.activations(m.model, info.name, pixels)[0, :, :, :count].transpose(2, 0, 1)
            section.picture(
                sheet(stretch(answers), 8, gap=3, scale=max(1, 96 // answers.shape[1]), background=255),
                words["outputs"].format(count=count, layer=info.name) + (f" ({words['drawn']})" if m.drawn else ""),
            )
            ascent = features.Ascent(m.model, [features.FilterMean(info.name, i) for i in range(count)])
            ascent.step(m.steps)
            section.picture(
                sheet(ascent.images().astype(np.uint8), 8, gap=3, scale=2, background=255),
                words["grown"].format(steps=m.steps),
            )
            section.add("text", words["woke"].format(awake=int(ascent.awake().sum()), count=count))
        except FerError as error:
            section.add("note", words["cannot"].format(why=error))
    return section
