"""Write the homework's submission file: one line `id,label` for each picture of the test part.

python -m fer_core submit compact --data test.csv --out submission.csv
"""

import argparse
import csv
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from fer_core.commands.common import open_data
from fer_core.errors import FerError

if TYPE_CHECKING:
    from fer_core.data.dataset import Dataset

HELP = "write the homework's submission csv (id,label)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run_name", metavar="RUN", help="name of a run with weights, or its folder")
    parser.add_argument("--data", help="test.csv (id,feature), or any set; all but its train split is predicted")
    parser.add_argument("--root", help="folder of runs (default: FER_RUNS, then checkpoints/)")
    parser.add_argument("--out", default="submission.csv", help="file to write (default: submission.csv)")
    parser.add_argument("--averaging", choices=("none", "flip", "ten-crop"), default="flip")


def _ids(dataset: "Dataset", positions: np.ndarray) -> np.ndarray:
    """Ids i64 (K,) of the pictures at the positions: those that test.csv gives, in its own order, else 0 to K - 1."""
    if dataset.layout != "hw3":
        return np.arange(len(positions))
    result: np.ndarray = dataset.rows[positions] - int(np.sum(dataset.split == 0))  # row numbers run on from train.csv
    return result


def run(args: argparse.Namespace) -> int:
    from fer_core.evaluation.evaluate import averaged_probabilities
    from fer_core.runs import find_run, load_network

    dataset = open_data(args.data)
    positions = (dataset.split != 0).nonzero()[0]
    if not len(positions):
        raise FerError(f"{args.data} holds training pictures only; give the homework's test.csv.")
    model = load_network(find_run(args.run_name, args.root))
    predicted = averaged_probabilities(model, dataset.pixels[positions], args.averaging).argmax(axis=1)
    out = Path(args.out)
    try:
        with out.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["id", "label"])
            writer.writerows(zip(_ids(dataset, positions).tolist(), predicted.tolist(), strict=True))
    except OSError as error:
        raise FerError(f"{out} can't be written ({error.strerror}); name another file with --out.") from None
    print(f"wrote {out}: {len(predicted):,} predictions")
    return 0
