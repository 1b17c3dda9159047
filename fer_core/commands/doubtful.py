"""List the labels that a run finds doubtful, and check the list against FER+ votes where the data set has them.

python -m fer_core doubtful compact                       # the private split: precision at 100 of each ranking
python -m fer_core doubtful compact --split public --csv doubtful.csv
python -m fer_core doubtful compact --split "public and private"     # all 7,178 test pictures of FER2013
python -m fer_core doubtful compact fast --at 50          # the mean of two runs' probabilities

Confident learning (Northcutt et al. 2021, cleanlab). The run must not have trained on the split.
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from fer_core.commands.common import open_data, write_csv
from fer_core.errors import FerError

if TYPE_CHECKING:
    import pandas as pd

    from fer_core.data import Dataset
    from fer_core.runs import Run

HELP = "list doubtful labels, checked against FER+ votes"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "runs", nargs="+", help="names of runs, or run folders; of several the probabilities are averaged"
    )
    parser.add_argument("--root", help="folder of runs (default: FER_RUNS, then checkpoints/)")
    parser.add_argument("--data", help="data set: a path, or 'drawn' (default: FER_DATA, then data/)")
    parser.add_argument(
        "--split", default="private", help="split to look at, or 'public and private' (default: private)"
    )
    parser.add_argument("--at", type=int, default=100, help="how many of the list to check (default: 100)")
    parser.add_argument("--rank", help="only this ranking; without it all are compared")
    parser.add_argument("--csv", type=Path, help="write the whole list here (first ranking, or the one of --rank)")


def run(args: argparse.Namespace) -> int:
    from fer_core.data.quality import constant
    from fer_core.evaluation import doubtful, joined
    from fer_core.evaluation.statistics import align
    from fer_core.runs import find_run

    runs = [find_run(name, args.root) for name in args.runs]
    shared = align({found.name: joined.predictions(args.split, found.predictions) for found in runs})
    probabilities = np.mean(list(shared.probabilities.values()), axis=0)
    dataset = _pictures(args.data, runs)
    flat = votes = None
    if dataset is not None:
        positions = dataset.index_of(shared.rows)
        flat = constant(dataset.pixels[positions])
        votes = None if dataset.votes is None else dataset.votes[positions]
    rankings = [args.rank] if args.rank else list(doubtful.RANKINGS)
    frames = {by: doubtful.rank(shared.labels, probabilities, by, flat) for by in rankings}
    first = frames[rankings[0]]
    wrong = doubtful.expected_wrong(shared.labels, probabilities)
    print(f"{len(first)} labels of {args.split}; the confident joint expects {wrong} to be wrong.")
    print(f"{int(first.constant.sum())} pictures of one grey level come first." if flat is not None else NO_PICTURES)
    if votes is not None:
        _check(frames, shared.labels, votes, args.at)
    elif dataset is not None:
        print("The data set carries no FER+ votes, so the list stays unchecked.")
    if args.csv:
        table = first.assign(row=shared.rows[first.position]).drop(columns="position")
        write_csv(args.csv, table)
        print(f"wrote {args.csv} ({rankings[0]})")
    return 0


NO_PICTURES = "Without the runs' data set neither constant pictures nor FER+ votes are known; give --data PATH."


def _pictures(given: str | None, runs: list["Run"]) -> "Dataset | None":
    """The data set that the runs' rows refer to, or None where there is none at hand."""
    drawn = given is None and all(found.dataset_name == "drawn" for found in runs)
    try:
        dataset = open_data("drawn" if drawn else given)
    except FerError:
        if given:
            raise
        return None
    if any(found.fingerprint != dataset.fingerprint for found in runs):
        if given is None:  # what happens to be at hand is another set: the ranking does not need it
            return None
        raise FerError(
            f"The data set {dataset.name!r} (fingerprint {dataset.fingerprint}) is not the one that these runs' rows "
            f"refer to ({runs[0].fingerprint}); give theirs with --data."
        )
    return dataset


def _check(frames: dict[str, "pd.DataFrame"], labels: np.ndarray, votes: np.ndarray, at: int) -> None:
    from fer_core.evaluation import doubtful

    heads = ("outvotes label", "gives it no vote", "suggests the same")
    print(f"\n{f'FER+ on the first {at}':28}" + "".join(f"{head:>20}" for head in heads))
    for by, frame in frames.items():
        found = doubtful.check(frame, labels, votes, at)
        print(f"{by:28}" + "".join(f"{reached:>20.0%}" for reached, _ in found.values()))
    print(f"{'all labels':28}" + "".join(f"{base:>20.1%}" for _, base in found.values()))
