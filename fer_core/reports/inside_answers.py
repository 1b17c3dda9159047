"""Answers 4 and 5 of the report: where the network looks, and what its filters see and would like to see."""

from typing import Any

import numpy as np

from fer_core.errors import FerError
from fer_core.features.gallery import STEPS as KEPT_STEPS
from fer_core.features.gallery import Gallery, fingerprint, read
from fer_core.pictures.sheet import captioned, sheet, stretch
from fer_core.reports.answer import ReportMaterial, ReportSection, Tell

MODIFIERS = ("gradient", "guided", "rectified")
"""keras-vis' backprop modifiers: none, guided, relu."""
FILTERS, STEPS, ASCENTS = 16, 60, 10


def saliency_maps(m: ReportMaterial, tell: Tell) -> ReportSection:
    """Each picture beside its maps, and what share of them lies on the parts of the face."""
    from fer_core import saliency
    from fer_core.saliency.regions import NAMES, areas, face_regions, find_points, shares

    words, section = m.words, ReportSection(m.words["q4"])
    if m.model is None:
        section.add("note", words["no_model"])
        return section
    pixels, named = m.pixels[m.chosen], dict(zip(NAMES, words["face_parts"].split(), strict=True))
    regions = [face_regions(find_points(image)) for image in pixels]
    area = {name: float(np.mean([areas(one)[name] for one in regions])) for name in NAMES}
    columns, titles = [stretch(pixels)], [_captions(m)]
    table: list[tuple[str, ...]] = []
    telling: list[tuple[float, dict[str, Any]]] = []
    for i, method in enumerate(MODIFIERS):
        tell(i / len(MODIFIERS))
        kind = saliency.get(method)
        try:
            raw = saliency.explain(m.model, pixels, method)
        except FerError as error:
            section.add("note", words["cannot"].format(why=error))
            continue
        values = saliency.normalise(raw, signed=kind.signed, percentile=99.5)
        columns.append((values + 1) / 2 if kind.signed else values)
        titles.append([kind.label] * len(pixels))
        found = [shares(kind.importance(one), where) for one, where in zip(raw, regions, strict=True)]
        mean = {name: float(np.mean([one[name] for one in found])) for name in NAMES}
        table.append((kind.label, *(f"{mean[name]:.1%}" for name in NAMES)))
        part = max((name for name in NAMES if name != "rest"), key=lambda name: mean[name] / max(area[name], 1e-9))
        told = {"method": kind.label, "part": named[part], "share": mean[part], "area": area[part]}
        telling.append((mean[part] / max(area[part], 1e-9), told))
    rows = np.stack(columns, axis=1).reshape(-1, *pixels.shape[1:])  # each picture, then its maps
    captions = [words_ for row in zip(*titles, strict=True) for words_ in row]
    shown = sheet(captioned(rows, captions, scale=3, background=255), len(columns), gap=4, background=255)
    section.picture(shown, words["modifiers"] + (f" ({words['drawn']})" if m.drawn else ""))
    section.add("note", words["parts"])
    own = [words["map"], *(named[name] for name in NAMES)]
    section.table(own, [*table, (words["area"], *(f"{area[name]:.1%}" for name in NAMES))])
    for ratio, told in telling:
        if ratio > 1:
            section.add("text", words["looks"].format(**told))
    m.quote(section, "quoted_saliency")
    return section


def _captions(m: ReportMaterial) -> list[str]:
    """Row and label of each picture; pixel letters know no Chinese, so the class stands as its number there."""
    from fer_core.labels import CLASSES

    return [f"{m.rows[i]} {CLASSES[m.labels[i]] if m.labels[i] >= 0 else ''}".strip() for i in m.chosen]


def filters(m: ReportMaterial, tell: Tell) -> ReportSection:
    """For each layer, what its filters make of a picture, and the pictures that they would like best."""
    from fer_core import features

    words, section = m.words, ReportSection(m.words["q5"])
    if m.model is None:
        section.add("note", words["no_model"])
        return section
    chosen = [features.find_layer(m.model, name) for name in m.layers]
    chosen = chosen or [info for info in features.layers(m.model) if info.is_convolution][:2]
    kept = _kept(m)
    for i, info in enumerate(chosen):
        section.add("heading", info.name)

        def within(share: float, i: int = i) -> None:
            tell((i + share) / len(chosen))

        try:
            _layer(m, section, info, kept, within)
        except FerError as error:
            section.add("note", words["cannot"].format(why=error))
    if not m.layers:
        m.quote(section, "quoted_filters")
    return section


def _kept(m: ReportMaterial) -> Gallery:
    """Pictures kept beside the run for these weights; none where steps are asked for."""
    found = read(m.run.folder) if m.steps is None else None
    return found[0] if found is not None and found[1] == fingerprint(m.model) else {}


def _layer(m: ReportMaterial, section: ReportSection, info: Any, kept: Gallery, tell: Tell) -> None:
    from fer_core import features

    words, count = m.words, min(FILTERS, info.filters)
    pixels = m.pixels[m.chosen][:1]
    out = features.activations(m.model, info.name, pixels)[0, :, :, :count].transpose(2, 0, 1)
    section.picture(
        sheet(stretch(out), 8, gap=3, scale=max(1, 96 // out.shape[1]), background=255),
        words["outputs"].format(count=count, layer=info.name) + (f" ({words['drawn']})" if m.drawn else ""),
    )
    if info.name in kept and len(kept[info.name].filters) >= count:
        pictures, awake, steps = kept[info.name].pictures[:count], kept[info.name].awake[:count], KEPT_STEPS
    else:
        steps = STEPS if m.steps is None else m.steps
        ascent = features.Ascent(m.model, [features.FilterMean(info.name, i) for i in range(count)])
        while ascent.steps < steps:
            ascent.step(min(ASCENTS, steps - ascent.steps))
            tell(ascent.steps / steps)
        pictures, awake = ascent.images().astype(np.uint8), ascent.awake()
    section.picture(sheet(pictures, 8, gap=3, scale=2, background=255), words["grown"].format(steps=steps))
    section.add("text", words["woke"].format(awake=int(awake.sum()), count=count))
