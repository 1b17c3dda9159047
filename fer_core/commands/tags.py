"""Pictures of a set that bear a name: tags, and selections that were saved on the pages.

  python -m fer_core tags                              # names and how many pictures bear them
  python -m fer_core tags "by lasso"                   # its rows, one a line
  python -m fer_core tags "by lasso" --run compact     # how many of them a run gets right
  python -m fer_core tags dark --add 32300 32301       # pictures join it; a new name is made
  python -m fer_core tags dark --forget                # the name goes, the pictures stay

They lie beside the set in a small file by row number.
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from fer_core.commands.common import open_data
from fer_core.errors import FerError
from fer_core.types import Integers

if TYPE_CHECKING:
    from fer_core.runs import Run

HELP = "pictures that bear a name: list, add, forget, score"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", help="a tag or a saved selection")
    parser.add_argument("--data", help="data set: a path, or 'drawn' (default: FER_DATA, then data/)")
    parser.add_argument("--root", help="folder of runs (default: FER_RUNS, then checkpoints/)")
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--run", dest="judge", metavar="RUN", help="score the run's kept predictions on these pictures")
    ways.add_argument(
        "--add", nargs="+", type=int, metavar="ROW", help="rows of the set that bear the name from now on"
    )
    ways.add_argument("--forget", action="store_true", help="leave the name out from now on")


def run(args: argparse.Namespace) -> int:
    from fer_core.data import find, selections
    from fer_core.runs import find_run

    dataset = open_data(args.data)
    source = None if args.data == "drawn" else Path(args.data).expanduser() if args.data else find()
    path = selections.file_for(dataset, source)
    if args.name is None:
        if args.judge or args.add or args.forget:
            raise FerError("Name the tag or selection first, as in: tags dark --forget.")
        kept = selections.read(path, dataset.fingerprint)
        for name, rows in kept.items():
            print(f"{len(rows):7,}  {name}")
        if not kept:
            print(f"no picture of {dataset.name} bears a name; pages save a selection below any gallery")
    elif args.add:
        dataset.index_of(np.array(args.add, np.int64))  # rows that are not there are refused
        selections.keep(path, dataset.fingerprint, args.name, args.add)
        print(f"{len(selections.read(path, dataset.fingerprint)[args.name]):,} pictures bear {args.name!r} now")
    elif args.forget:
        selections.forget(path, dataset.fingerprint, args.name)
        print(f"{args.name!r} is forgotten")
    else:
        kept = selections.read(path, dataset.fingerprint)
        if args.name not in kept:
            raise FerError(f"No picture bears {args.name!r}; names are: {', '.join(kept) or 'none yet'}.")
        _show(kept[args.name], find_run(args.judge, args.root) if args.judge else None, dataset.fingerprint)
    return 0


def _show(rows: Integers, own: "Run | None", fingerprint: str) -> None:
    """The rows, or how many of them a run gets right, split by split."""
    from fer_core.evaluation.intervals import wilson

    if own is None:
        print("\n".join(map(str, rows.tolist())))
        return
    if own.fingerprint != fingerprint:
        raise FerError(f"{own.name!r} was judged on another set than the one at hand.")
    counted = 0
    for split in own.splits():
        one = own.predictions(split)
        here = np.isin(one.rows, rows) & (one.labels >= 0)
        if here.any():
            right, count = int((one.predicted == one.labels)[here].sum()), int(here.sum())
            low, high = wilson(right, count)
            print(f"{split:10}  {right:,} of {count:,} right, {right / count:.1%} (95% {low:.1%} to {high:.1%})")
            counted += count
    if counted < len(rows):
        print(f"{len(rows) - counted:,} of its {len(rows):,} pictures are in no split that {own.name} was judged on")
