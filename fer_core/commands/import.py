"""Bring in a network or curves from elsewhere: a run that the pages can show.

python -m fer_core import emotion_model.hdf5 --name theirs
python -m fer_core import log.csv --name theirs          # a table with a row an epoch, or history.history as json
python -m fer_core import logs/run1 --name theirs        # a folder of TensorBoard's event files

Without --scale and --classes the usual ways to ask a network are tried on labelled pictures, and their accuracies
are shown; --take N takes the N-th. What is known can be said at once:

python -m fer_core import emotion_model.hdf5 --name theirs --scale=-1..1 \\
    --classes angry,disgust,fear,happy,sad,surprise,neutral
"""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from fer_core.commands.common import open_data, say_progress
from fer_core.data.dataset import Dataset
from fer_core.errors import FerError

if TYPE_CHECKING:
    from fer_core.importing.candidates import Trial
    from fer_core.models.wrapping import Wrapping

HELP = "bring in a network or curves from elsewhere"
_SHOWN = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from fer_core.models.wrapping import OUTPUTS, SCALES

    parser.add_argument(
        "file", type=Path, metavar="FILE",
        help=".keras, .h5, .hdf5, .tflite, a SavedModel (folder or zip); or a table, event files, a folder of them",
    )  # fmt: skip
    parser.add_argument("--name", required=True, help="of the run")
    parser.add_argument("--note", default="", help="what to remember of it (curves only)")
    parser.add_argument("--scale", choices=list(SCALES), help="what the network wants of the pixels")
    parser.add_argument("--classes", help="its outputs' names in order, commas between; - for none")
    parser.add_argument("--output", choices=list(OUTPUTS), help="what it gives (told from its numbers)")
    parser.add_argument("--colour", choices=("rgb", "bgr"), help="order of its channels")
    parser.add_argument("--take", type=int, metavar="N", help="of the ways that were tried, take the N-th")
    parser.add_argument("--trust-code", type=Path, metavar="FILE.py", help="run this file: it defines its own layers")
    parser.add_argument("--data", help="data set to try and score it on: a path, or 'drawn' (default: the one found)")
    parser.add_argument("--at-most", type=int, metavar="N", help="score it on N pictures of each split")
    parser.add_argument("--root", type=Path, help="folder of runs (default: FER_RUNS, then checkpoints/)")


def run(args: argparse.Namespace) -> int:
    from fer_core.runs.importers import is_table

    curves = args.file.is_dir() and not (args.file / "saved_model.pb").exists()
    if curves or is_table(args.file.name) or "tfevents" in args.file.name:
        return _curves(args)
    return _network(args)


def _curves(args: argparse.Namespace) -> int:
    from fer_core.runs.importers import read_path, write_run

    history, source = read_path(args.file)
    kept = write_run(args.name, history, source, args.root, note=args.note)
    for clause in history.attrs.get("taken", []):
        print(f"- {clause}")
    print(f"wrote {kept.folder}: {len(history):,} rows of {', '.join(c for c in history.columns if c != 'epoch')}")
    return 0


def _network(args: argparse.Namespace) -> int:
    from fer_core.importing.candidates import try_ways
    from fer_core.importing.keep import keep_network
    from fer_core.importing.open import open_foreign
    from fer_core.models.wrapping import canonical_classes

    foreign = open_foreign(args.file, args.trust_code)
    dataset = _data(args.data)
    classes = canonical_classes(args.classes.split(",")) if args.classes else None
    if classes is not None and len(classes) != foreign.outputs:
        raise FerError(f"The network has {foreign.outputs} outputs, and --classes names {len(classes)}.")
    trial = try_ways(
        foreign, dataset, args.scale, classes, args.colour, lambda done: say_progress(f"trying {done:.0%}")
    )
    wrapping = _chosen(trial, args)
    kept = keep_network(
        foreign, wrapping, args.name, args.file.name, dataset, args.root,
        at_most=args.at_most, progress=lambda done: say_progress(f"asking {done:.0%}", last=done == 1),
    )  # fmt: skip
    print(f"wrote {kept.folder}\n{kept.config['note']}")
    for limit in kept.config["limits"]:
        print(f"- {limit}")
    for split, score in kept.scores.items():
        print(f"{split}: accuracy {score['accuracy']:.4f} of {score['n']:,}")
    return 0


def _data(given: str | None) -> Dataset:
    from fer_core import data

    return open_data(given if given or data.find() is not None else "drawn")


def _chosen(trial: "Trial", args: argparse.Namespace) -> "Wrapping":
    """The way that was told, or is chosen of the table; never one that nobody chose."""
    if args.scale and args.classes:
        one = trial.candidates[0]
        print(f"asked so, it is right about {one.accuracy:.0%} of {trial.pictures}")
        return trial.wrapping(one.scale, one.classes, args.output, one.colour)
    print(f"Tried on {trial.pictures}:\n")
    for number, one in enumerate(trial.candidates[:_SHOWN], 1):
        print(f"{number:3}  {one.accuracy:6.1%}  pixels {one.scale:10}  {', '.join(one.classes)}  ({one.order})")
    print(f"\n{trial.said}")
    number = args.take or _asked(trial)
    if not 1 <= number <= len(trial.candidates):
        raise FerError(f"--take counts the ways from 1 to {len(trial.candidates)}; {number} is none of them.")
    one = trial.candidates[number - 1]
    return trial.wrapping(one.scale, one.classes, args.output, one.colour)


def _asked(trial: "Trial") -> int:
    """The number that somebody at the keyboard types; where nobody is, a sentence that says how to go on."""
    proposed = trial.candidates.index(trial.proposal) + 1 if trial.proposal is not None else None
    if not sys.stdin.isatty():
        again = f"give --take {proposed} to take it" if proposed else "choose one with --take N"
        raise FerError(f"Nothing was brought in yet: {again}, or say --scale and --classes.")
    answer = input(f"Which one? {f'(Enter for {proposed}) ' if proposed else ''}").strip()
    if not answer and proposed:
        return proposed
    if not answer.isdigit():
        raise FerError("Nothing was chosen, so nothing was brought in.")
    return int(answer)
