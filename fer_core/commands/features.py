"""Grow the pictures that a layer's filters want to see, and write down their outputs on a picture of yours.

  python -m fer_core features --run compact                                  which layers there are
  python -m fer_core features --run compact --layer stem_relu --filters 0-15 --out grown
  python -m fer_core features --run compact --classes --out faces            the seven expressions' logits
  python -m fer_core features --run compact --layer stem_relu --filters 3,7 --goal difference --out grown
  python -m fer_core features --run compact --layer stem_relu --image face.jpg --out outputs     nothing is grown
  python -m fer_core features --run compact --layer stem_relu --filters 0,5 --pictures data/fer2013.csv --out grown
  python -m fer_core features --run compact --gallery                        pictures kept beside the run

With --gallery, gallery.npz in the run's folder keeps pictures of the first filters of all layers and of the seven
expressions, which the Filters page then shows without growing them; it belongs to these weights alone.

With --image, LAYER_FACE_outputs.png shows every filter's output on each face of the picture, the strongest first, with
its number and mean, and LAYER_outputs.json the numbers. Else writes into the folder OUT: LAYER.png (the pictures, with
the score of each beside that of noise), LAYER.gif (how they grew) and LAYER.json (the scores, the settings, and with
--pictures the rows that wake each filter most).
"""

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from fer_core.commands.common import say_progress
from fer_core.errors import FerError
from fer_core.features.settings import PRESETS

HELP = "grow the pictures that a layer's filters want to see, or show what they make of a picture"
GOALS = ("mean", "neuron", "sum", "difference")
GOALS_SAID = (
    "each filter's mean over all places, its neuron in the middle alone, all filters named together, "
    "or the first of two without the second and the other way round"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--run", required=True, dest="run_name", metavar="RUN", help="name of a run, or its folder")
    parser.add_argument("--root", help="folder of runs (default: FER_RUNS, then checkpoints/)")
    parser.add_argument("--layer", help="layer of the network; without it, its layers are listed")
    parser.add_argument("--filters", help="numbers and ranges, say 0-15 or 3,7,20-23 (default: the first 16)")
    parser.add_argument(
        "--goal", choices=GOALS, default="mean", help="what is made great (default mean): " + GOALS_SAID
    )
    parser.add_argument("--image", type=Path, help="a picture with a face: write what each filter makes of it instead")
    parser.add_argument(
        "--gallery", action="store_true", help="grow pictures of all layers and keep them beside the run, at most 1 MB"
    )
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

    own = runs.find_run(args.run_name, args.root)
    model = runs.load_model(own)
    if args.gallery:
        return _gallery(model, own.folder)
    if not args.layer and not args.classes:
        print("\n".join(info.describe() for info in layers(model)))
        return 0
    if args.out is None:
        raise FerError("Say with --out which folder the pictures are to be written into.")
    if args.steps < 1:
        raise FerError(f"--steps must be 1 or more, not {args.steps}.")
    if args.image:
        return _outputs(model, args)
    ascent = _grow(model, args)
    name = "classes" if args.classes else args.layer
    record = _record(ascent, args)
    if args.pictures and not args.classes:
        record["top"] = _top(model, args)
    _write(ascent, record, args.out, name)
    asleep = int((~ascent.awake()).sum())
    print(f"wrote {args.out / name}.png, .gif and .json" + (f"; {asleep} did not wake" if asleep else ""))
    return 0


def _gallery(model: Any, folder: Path) -> int:
    from fer_core.features import gallery
    from fer_core.runtime import import_tensorflow

    import_tensorflow().get_logger().setLevel("ERROR")  # a step is compiled for each layer, which it warns of
    grown = gallery.grow(model, tell=lambda share, what: say_progress(f"{share:4.0%} {what:.50}", last=share >= 1))
    size = gallery.write(folder, model, grown)
    count = sum(len(one.filters) for one in grown.values())
    print(f"wrote {folder / gallery.NAME}: {count} pictures of {len(grown)} layers, {size / 1000:.0f} kB")
    return 0


def _grow(model: Any, args: argparse.Namespace) -> Any:
    from fer_core.features import Ascent, ClassLogit, preset
    from fer_core.labels import CLASSES

    if args.classes:
        objectives = [ClassLogit(k) for k in range(len(CLASSES))]
    else:
        objectives = _objectives(args, _numbers(model, args))
    settings = replace(preset(args.preset), seed=args.seed, copies=args.copies, diversity=args.diversity)
    ascent = Ascent(model, objectives, settings)
    while ascent.steps < args.steps:
        ascent.step(args.steps - ascent.steps, seconds=1.0)
        say_progress(f"step {ascent.steps} of {args.steps}", last=ascent.steps >= args.steps)
    return ascent


def _numbers(model: Any, args: argparse.Namespace) -> list[int]:
    """The filters asked for; the first 16 where none are named."""
    from fer_core.features import find_layer
    from fer_core.features.numbers import parse_numbers

    count = find_layer(model, args.layer).filters
    return parse_numbers(args.filters or f"0-{min(15, count - 1)}", count)


def _objectives(args: argparse.Namespace, numbers: list[int]) -> list[Any]:
    from fer_core.features import FilterMean, Neuron, Sum

    means = [FilterMean(args.layer, number) for number in numbers]
    if args.goal == "mean":
        return means
    if args.goal == "neuron":
        return [Neuron(args.layer, number) for number in numbers]
    if args.goal == "sum":
        return [Sum(tuple(means))]
    if len(means) != 2:
        raise FerError(f"A difference needs two filters, say --filters 3,7, not {len(means)}.")
    return [means[0] - means[1], means[1] - means[0]]


def _outputs(model: Any, args: argparse.Namespace) -> int:
    """Writes every filter's output on each face of a picture, the strongest first."""
    from fer_core.commands.explain import read_faces
    from fer_core.features import activations
    from fer_core.pictures import encode_png
    from fer_core.pictures.sheet import captioned, sheet, stretch

    if not args.layer:
        raise FerError("Say with --layer whose outputs are wanted.")
    record = {"run": args.run_name, "layer": args.layer, "faces": []}
    sheets = {}
    for name, crop, how in read_faces(args.image):
        maps = activations(model, args.layer, crop[None])[0]
        strength = maps.mean(axis=(0, 1))
        order = np.argsort(-strength, kind="stable")
        tiles = stretch(np.moveaxis(maps, -1, 0)[order])
        scale = max(1, 96 // max(tiles.shape[1:]))
        words = [f"{f} {strength[f]:+.2f}" for f in order]
        sheets[f"{args.layer}_{name}_outputs.png"] = sheet(captioned(tiles, words, scale), 8, background=24)
        filters = [{"filter": int(f), "mean": round(float(strength[f]), 6)} for f in order]
        record["faces"].append({"face": name, "found": how, "filters": filters})
    _make_folder(args.out)
    for name, picture in sheets.items():
        (args.out / name).write_bytes(encode_png(picture))
    (args.out / f"{args.layer}_outputs.json").write_text(json.dumps(record, indent=1), encoding="utf-8")
    print(f"wrote {', '.join(sheets)} and {args.layer}_outputs.json into {args.out}")
    return 0


def _record(ascent: Any, args: argparse.Namespace) -> dict[str, Any]:
    """What was done and reached, as plain values."""
    copies = ascent.settings.copies
    reached = zip(ascent.scores(), ascent.noise_scores(), ascent.awake(), strict=True)
    return {
        "run": args.run_name,
        "layer": None if args.classes else args.layer,
        "steps": ascent.steps,
        "goal": "logit" if args.classes else args.goal,
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
    from fer_core.features import scan
    from fer_core.labels import CLASSES

    dataset = open_data(args.pictures)
    chosen = np.unique(np.linspace(0, len(dataset) - 1, min(args.limit, len(dataset))).round().astype(int))
    part = dataset.take(chosen)
    scanned = scan(model, args.layer, part.pixels, part.labels)
    means = scanned.class_means()[0]
    found = {}
    for number in _numbers(model, args):
        top = scanned.top(number)
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
    from fer_core.pictures import encode_png
    from fer_core.pictures.sheet import captioned, sheet

    _make_folder(out)
    captions = [
        f"{one['of'].removeprefix('filter ')} {one['score']:.2f} | {one['noise_score']:.2f}"
        + ("" if one["awake"] else " asleep")
        for one in record["pictures"]
    ]
    tiles = captioned(ascent.images().astype(np.uint8), captions)
    (out / f"{name}.png").write_bytes(encode_png(sheet(tiles, 8, background=24)))
    (out / f"{name}.gif").write_bytes(ascent.gif(8))
    (out / f"{name}.json").write_text(json.dumps(record, indent=1), encoding="utf-8")


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FerError(f"{path} can't be made a folder to write into: {error.strerror}.") from None
