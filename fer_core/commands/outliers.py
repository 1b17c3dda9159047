"""Rank pictures that are unlike all others, or in which no face is found: candidates for what is no face.

python -m fer_core outliers --by "no face found"                 # the detector alone
python -m fer_core outliers compact --split private --csv odd.csv  # far from its neighbours in compact's features
python -m fer_core outliers compact --by "isolation forest" --at 50

Where the set has FER+ votes, the precision of the list against the voters' "not a face" is printed.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from fer_core.commands.common import open_data, say_progress, write_csv
from fer_core.errors import FerError

HELP = "rank pictures that are unlike all others, or no faces"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from fer_core.evaluation.outliers import RANKINGS
    from fer_core.reading.face_scores import NO_FACE

    parser.add_argument("run_name", metavar="RUN", nargs="?", help="a run whose features tell pictures apart")
    parser.add_argument("--by", choices=(*RANKINGS, NO_FACE), help="how to rank (default: by what needs least)")
    parser.add_argument("--root", help="folder of runs (default: FER_RUNS, then checkpoints/)")
    parser.add_argument("--data", help="data set: a path, or 'drawn' (default: FER_DATA, then data/)")
    parser.add_argument("--split", help="only this split (default: all pictures)")
    parser.add_argument("--at", type=int, default=100, help="how many of the list to show and check (default: 100)")
    parser.add_argument("--csv", type=Path, help="write the whole list here")


def run(args: argparse.Namespace) -> int:
    from fer_core.data.dataset import SPLITS
    from fer_core.data.votes import not_a_face
    from fer_core.evaluation import outliers
    from fer_core.labels import CLASSES

    if args.at < 1:
        raise FerError(f"--at must be 1 or more, not {args.at}.")
    dataset = open_data(args.data)
    part = dataset if args.split is None else dataset.subset(args.split)
    by = args.by or ("far from its neighbours" if args.run_name else "unlike the usual pixels")
    scores = _scores(by, part.pixels, args)
    order = np.argsort(-scores, kind="stable")
    names = np.array([*CLASSES, ""])
    table = pd.DataFrame(
        {
            "row": part.rows[order],
            "split": np.array(SPLITS)[part.split[order]],
            "label": names[part.labels[order]],
            "score": scores[order],
        }
    )
    print(f"{len(part):,} pictures by: {by}")
    print(table.head(min(args.at, 20)).to_string(index=False))
    if part.votes is not None:
        precision, base = outliers.precision(scores, not_a_face(part.votes), args.at)
        print(f"FER+'s voters call {precision:.0%} of the first {args.at} 'not a face', and {base:.2%} of all")
    else:
        print("The set has no FER+ votes, so the list stays unchecked.")
    if args.csv:
        write_csv(args.csv, table)
        print(f"wrote {args.csv}")
    return 0


def _scores(by: str, pixels: np.ndarray, args: argparse.Namespace) -> np.ndarray:
    from fer_core.evaluation import neighbours, outliers
    from fer_core.reading.face_scores import NO_FACE, face_scores

    if by == NO_FACE:
        return 1 - face_scores(pixels, _progress)
    features = None
    if outliers.RANKINGS[by].needs_network:
        from fer_core.runs import find_run, load_network

        if not args.run_name:
            raise FerError(f"The ranking {by!r} needs a run whose features tell pictures apart: name one, say compact.")
        features = neighbours.embed(load_network(find_run(args.run_name, args.root)), pixels, progress=_progress)
    return outliers.score(by, pixels, features)


def _progress(share: float) -> None:
    say_progress(f"{share:4.0%}", last=share >= 1)
