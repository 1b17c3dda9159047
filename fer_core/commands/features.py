"""Grow the pictures that a layer's filters want to see, and write them down.

  python -m fer_core features --run compact                                  which layers there are
  python -m fer_core features --run compact --layer stem_relu --filters 0-15 --out wishes
  python -m fer_core features --run compact --classes --out faces            the seven expressions' logits
  python -m fer_core features --run compact --layer stem_relu --filters 0,5 --pictures data/fer2013.csv --out wishes

Writes into the folder OUT: LAYER.png (the pictures, with the score of each beside that of noise), LAYER.gif (how they
grew) and LAYER.json (the scores, the settings, and with --pictures the rows that wake each filter most).
"""

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from fer_core.errors import FerError
from fer_core.features.settings import PRESETS

HELP = "grow the pictures that a layer's filters want to see"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--run", required=True, dest="run_name", metavar="RUN", help="name of a run, or its folder")
    parser.add_argument("--root", help="folder of runs (default: FER_RUNS, then checkpoints/)")
    parser.add_argument("--layer", help="layer of the network; without it, its layers are listed")
    parser.add_argument("--filters", default="0-15", help="numbers and ranges, say 0-15 or 3,7,20-23 (default 0-15)")
    parser.add_argument("--classes", action="store_true", help="the seven expressions' logits instead of filters")
    parser.add_argument("--out", type=Path, help="folder to write into; made where it is missing")
    parser.add_argument("--steps", type=int, default=100, help="steps of gradient ascent (default 100)")
    parser.add_argument("--preset", choices=tuple(PRESETS), default="robust", help="how (default robust)")
    parser.add_argument("--copies", type=int, default=1, help="pictures per filter, 1 to 16 (default 1)")
    parser.add_argument("--diversity", type=float, default=1.0, help="how much copies must differ (default 1)")
    parser.add_argument("--seed", type=int, default=0, help="same seed, same pictures (default 0)")
    parser.add_argument(
        "--pictures", metavar="DATA", help="also look for what wakes each filter: a data set, or 'drawn'"
    )
    parser.add_argument("--limit", type=int, default=1400, help="pictures of the set looked through (default 1400)")


def run(args: argparse.Namespace) -> int:
    """Runs the command."""
    from fer_core import runs
    from fer_core.features import layers

    model = runs.load_model(runs.find_run(args.run_name, args.root))
    if not args.layer and not args.classes:
        print("\n".join(info.describe() for info in layers(model)))
        return 0
    if args.out is None:
        raise FerError("Say with --out which folder the pictures are to be written into.")
    if args.steps < 1:
        raise FerError(f"--steps must be 1 or more, not {args.steps}.")
    ascent = _grow(model, args)
    name = "classes" if args.classes else args.layer
    record = _record(ascent, args)
    if args.pictures and not args.classes:
        record["top"] = _top(model, args)
    _write(ascent, record, args.out, name)
    asleep = int((~ascent.awake()).sum())
    print(f"wrote {args.out / name}.png, .gif and .json" + (f"; {asleep} did not wake" if asleep else ""))
    return 0


def _grow(model: Any, args: argparse.Namespace) -> Any:
    from fer_core.features import Ascent, ClassLogit, FilterMean, find_layer, preset
    from fer_core.features.numbers import parse_numbers
    from fer_core.labels import CLASSES

    if args.classes:
        objectives = [ClassLogit(k) for k in range(len(CLASSES))]
    else:
        numbers = parse_numbers(args.filters, find_layer(model, args.layer).filters)
        objectives = [FilterMean(args.layer, number) for number in numbers]
    settings = replace(preset(args.preset), seed=args.seed, copies=args.copies, diversity=args.diversity)
    ascent = Ascent(model, objectives, settings)
    while ascent.steps < args.steps:
        ascent.step(args.steps - ascent.steps, seconds=1.0)
        if sys.stderr.isatty():
            print(f"\rstep {ascent.steps} of {args.steps}", end="", file=sys.stderr)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    return ascent


def _record(ascent: Any, args: argparse.Namespace) -> dict[str, Any]:
    """What was done and reached, as plain values."""
    copies = ascent.settings.copies
    reached = zip(ascent.scores(), ascent.noise_scores(), ascent.awake(), strict=True)
    return {
        "run": args.run_name,
        "layer": None if args.classes else args.layer,
        "steps": ascent.steps,
        "preset": args.preset,
        "settings": ascent.settings.record(),
        "pictures": [
            {
                "of": ascent.objectives[i // copies].label,
                "copy": i % copies,
                "score": round(float(score), 6),
                "noise_score": round(float(noise), 6),
                "awake": bool(awake),
            }
            for i, (score, noise, awake) in enumerate(reached)
        ],
    }


def _top(model: Any, args: argparse.Namespace) -> dict[str, Any]:
    """Rows of the set that wake each filter most, and its mean output per class."""
    from fer_core.commands.common import open_data
    from fer_core.features import find_layer, scan
    from fer_core.features.numbers import parse_numbers
    from fer_core.labels import CLASSES

    dataset = open_data(args.pictures)
    chosen = np.unique(np.linspace(0, len(dataset) - 1, min(args.limit, len(dataset))).round().astype(int))
    part = dataset.take(chosen)
    walk = scan(model, args.layer, part.pixels, part.labels)
    means = walk.class_means()[0]
    found = {}
    for number in parse_numbers(args.filters, find_layer(model, args.layer).filters):
        top = walk.top(number)
        found[str(number)] = {
            "rows": part.rows[top.positions].tolist(),
            "outputs": [round(float(value), 6) for value in top.values],
            "boxes": top.boxes.tolist(),
            "class_means": {
                name: None if np.isnan(mean) else round(float(mean), 6)
                for name, mean in zip(CLASSES, means[:, number], strict=True)
            },
        }
    return {"data": dataset.name, "looked_through": len(part), "filters": found}


def _write(ascent: Any, record: dict[str, Any], out: Path, name: str) -> None:
    from fer_core.figures.sheet import captioned, sheet
    from fer_core.pictures import encode_png

    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FerError(f"{out} can't be made a folder to write into: {error.strerror}.") from None
    captions = [
        f"{one['of'].removeprefix('filter ')} {one['score']:.2f} | {one['noise_score']:.2f}"
        + ("" if one["awake"] else " asleep")
        for one in record["pictures"]
    ]
    tiles = captioned(ascent.images().astype(np.uint8), captions)
    (out / f"{name}.png").write_bytes(encode_png(sheet(tiles, 8, background=24)))
    (out / f"{name}.gif").write_bytes(ascent.gif(8))
    (out / f"{name}.json").write_text(json.dumps(record, indent=1), encoding="utf-8")
