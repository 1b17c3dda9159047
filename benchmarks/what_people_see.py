"""How often a run says what FER+'s ten voters a picture say: agreement with their majority, beside FER2013's labels.

    FER_DATA=fer2013.csv python benchmarks/what_people_see.py human compact fast

Counted are pictures whose majority is one of the seven classes; where two share the first place, either counts.
"""

import argparse
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from fer_core.data import open_default
from fer_core.data.votes import agrees, vote_targets
from fer_core.errors import FerError
from fer_core.evaluation.intervals import wilson
from fer_core.runs import find_run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="+")
    parser.add_argument("--split", default="private")
    args = parser.parse_args()
    dataset = open_default()
    if dataset is None or dataset.votes is None:
        raise FerError("Set FER_DATA to a set with FER+ votes.")
    rows = find_run(args.runs[0]).predictions(args.split).rows
    part = dataset.take(dataset.index_of(rows))
    known = vote_targets(part.votes)[1]
    print(f"{args.split}: {known.sum():,} of {len(known):,} pictures; {np.sum(~known)} left out, whose majority is")
    print(
        "contempt, unknown or no face\n\n| who | majority of FER+ | 95% interval | FER2013's label |\n|---|---|---|---|"
    )
    said = {name: find_run(name).predictions(args.split).predicted for name in args.runs}
    for name, classes in {**said, "FER2013's labels": part.labels.astype(int)}.items():
        right = agrees(part.votes, classes)[known]
        low, high = wilson(int(right.sum()), len(right))
        same = np.mean(classes == part.labels)
        print(f"| {name} | {right.mean():.4f} | {low:.4f} to {high:.4f} | {same:.4f} |")


if __name__ == "__main__":
    main()
