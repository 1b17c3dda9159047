"""Answer 3 of the report: which classes are confused, with pictures of the pairs confused most."""

import numpy as np

from fer_core.evaluation.confusion import most_confused, normalise
from fer_core.evaluation.metrics import confusion
from fer_core.pictures.sheet import captioned, sheet
from fer_core.reports.answer import ReportMaterial, ReportSection, Tell
from fer_core.runs import Predictions

PAIRS, PICTURED, EXAMPLES = 5, 3, 8


def confused(m: ReportMaterial, tell: Tell) -> ReportSection:
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
        for i, name in enumerate(m.classes)
    ]
    section.add("matrix", names=m.classes, rows=rows)
    diagonal = np.diag(shares)
    best, worst = int(np.nanargmax(diagonal)), int(np.nanargmin(diagonal))
    section.add(
        "text",
        words["best"].format(
            name=m.classes[best], share=diagonal[best], worst=m.classes[worst], worst_share=diagonal[worst]
        ),
    )
    pairs = [pair for pair in most_confused(counts) if counts[pair[0], pair[1]]][:PAIRS]
    for true, said, share in pairs:
        section.add(
            "text",
            words["confused"].format(
                share=share, true=m.classes[true], said=m.classes[said], count=int(counts[true, said])
            ),
        )
    if not m.drawn:
        for true, said, _ in pairs[:PICTURED]:
            _examples(m, section, found, true, said)
    m.quote(section, "quoted_confusion")
    return section


def _examples(m: ReportMaterial, section: ReportSection, found: Predictions, true: int, said: int) -> None:
    """The pictures of a pair that were taken for the other class most surely."""
    places = np.flatnonzero((found.labels == true) & (found.predicted == said))
    surest = places[np.argsort(-found.probabilities[places, said], kind="stable")][:EXAMPLES]
    words = [f"{m.rows[i]}" for i in surest]
    tiles = captioned(m.pixels[surest], words, scale=2, background=255)
    section.picture(
        sheet(tiles, EXAMPLES, gap=3, background=255),
        m.words["examples"].format(true=m.classes[true], said=m.classes[said]),
    )
