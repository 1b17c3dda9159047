"""Measure what blur, noise, darkness, low contrast, rotation and covered eyes or mouth cost a run.

python -m fer_core robustness compact                        # 700 pictures of its test half, 35 disturbances
python -m fer_core robustness drawn --beside drawn-2 --csv robustness.csv
python -m fer_core robustness compact --data drawn --limit 200

Accuracy with Wilson's 95% interval, and its change from the undisturbed pictures with a paired one. What was measured
is kept by the network's bytes and the set's fingerprint. Ctrl-C ends the measuring and prints what is there.
"""

import argparse
import json
from pathlib import Path
from typing import Any

from fer_core.commands.common import open_data, say_progress, write_csv
from fer_core.errors import FerError

HELP = "measure what blur, noise, darkness, rotation and covered parts cost a run"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run_name", metavar="RUN", help="name of a run, or its folder")
    parser.add_argument("--beside", metavar="RUN", help="a second run, asked about the very same pictures")
    parser.add_argument("--root", help="folder of runs (default: FER_RUNS, then checkpoints/)")
    parser.add_argument("--data", help="data set: a path, or 'drawn' (default: what the run was trained on)")
    parser.add_argument("--split", help="split (default: private, test or public, whichever is there)")
    parser.add_argument("--limit", type=int, default=700, help="pictures at most, spread over the split (default 700)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--csv", type=Path, help="write the table into this file too")


def run(args: argparse.Namespace) -> int:
    from fer_core.runs import find_run

    if args.limit < 1:
        raise FerError(f"--limit must be 1 or more, not {args.limit}.")
    own = find_run(args.run_name, args.root)
    dataset = open_data(args.data or ("drawn" if own.dataset_name == "drawn" else None))
    split = args.split or next((name for name in ("private", "test", "public") if dataset.has(name)), "train")
    found = _measured(own, dataset, split, args.limit)
    other = _measured(find_run(args.beside, args.root), dataset, split, args.limit) if args.beside else None
    if args.csv:
        write_csv(args.csv, found.table())
    if args.json:
        print(json.dumps(_record(found, other), indent=1))
    else:
        _print(found, other)
    return 0


def _measured(own: Any, dataset: Any, split: str, limit: int) -> Any:
    from fer_core import robustness
    from fer_core.reading.inference import Predictor

    part = robustness.sample(dataset.subset(split), limit)
    key = robustness.key_of(own, part, split)
    found = robustness.read(key, own.name, part.name)
    if found is not None and found.finished:
        return found
    predictor = Predictor(own)
    try:
        for found in robustness.measure(own.name, predictor.probabilities, part, split):
            say_progress(f"{own.name} {found.progress:4.0%}", last=found.finished)
    except KeyboardInterrupt:
        if found is None:
            raise
    if found is not None and found.finished:
        robustness.write(key, found)
    return found


def _record(found: Any, other: Any) -> dict[str, Any]:
    record = {"run": found.run, "data": found.data, "split": found.split, "n": len(found.rows)}
    record |= {"clean": float(found.right().mean()), "cells": found.table().to_dict("records")}
    if other is not None:
        record |= {"beside": other.run, "difference": found.beside(other).to_dict("records")}
    return record


def _print(found: Any, other: Any) -> None:
    n = len(found.rows)
    print(f"{found.run} on {n:,} pictures of {found.data}, {found.split}: {found.right().mean():.1%} undisturbed")
    table = found.table()
    if not found.finished:
        print(f"stopped after {found.done} of 35 measurements")
    beside = None if other is None else found.beside(other).set_index(["disturbance", "level"])
    head = f"{'':62}{'accuracy':>9} {'95% interval':>18} {'change, points':>24}"
    print(head + ("" if other is None else f"   less {other.run}"))
    for name in dict.fromkeys(table["disturbance"]):
        for row in table[table["disturbance"] == name].itertuples():
            line = f"{row.disturbance:14} {row.strength:47}{row.accuracy:9.4f} {row.low:8.4f} to {row.high:.4f}"
            line += f" {100 * row.change:+6.1f} ({100 * row.change_low:+6.1f} to {100 * row.change_high:+6.1f})"
            if beside is not None and (name, row.level) in beside.index:
                one = beside.loc[(name, row.level)]
                line += f"   {100 * one['difference']:+.1f} ({100 * one['low']:+.1f} to {100 * one['high']:+.1f})"
            print(line)
