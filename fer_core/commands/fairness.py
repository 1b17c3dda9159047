"""Audit a run with drawn faces that differ in one thing only: skin, age, glasses, beard, light, pose.

python -m fer_core fairness compact                 # all factors
python -m fer_core fairness compact drawn --factor glasses --people 50 --csv audit.csv

Drawn faces show what a network reacts to, not how it treats people.
"""

import argparse
from pathlib import Path
from typing import Any

from fer_core.commands.common import say_progress, write_csv

HELP = "audit runs with drawn faces that differ in one thing only"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from fer_core.evaluation import fairness

    names = [factor.name for factor in fairness.FACTORS]
    parser.add_argument("runs", nargs="+", metavar="RUN", help="names or folders of runs")
    parser.add_argument("--factor", action="append", choices=names, help="only this one; may be given again")
    parser.add_argument("--people", type=int, default=fairness.PEOPLE, help="persons, 7 pairs each (default: 20)")
    parser.add_argument("--seed", type=int, default=0, help="of the persons (default: 0)")
    parser.add_argument("--root", help="folder of runs (default: FER_RUNS, then checkpoints/)")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write the table there, too")


def run(args: argparse.Namespace) -> int:
    import pandas as pd

    from fer_core.evaluation import fairness
    from fer_core.reading.inference import Predictor
    from fer_core.runs import find_run

    print(fairness.FIRST_SENTENCE)
    factors = [fairness.factor_of(name) for name in args.factor] if args.factor else list(fairness.FACTORS)
    frames = []
    for name in args.runs:
        predictor = Predictor(find_run(name, args.root))
        records = []
        for factor, record in fairness.audit(predictor.probabilities, factors, args.people, args.seed):
            records.append(record)
            say_progress(f"{name}: {len(records)} of {len(factors)}, {factor.name}", len(records) == len(factors))
        frame = fairness.table(records)
        frame.insert(0, "run", predictor.run.name)
        frames.append(frame)
        _show(predictor.run.name, frame, fairness.sentence(frame))
    print(f"\nNot audited: {fairness.NOT_DRAWN}")
    if args.csv:
        write_csv(args.csv, pd.concat(frames, ignore_index=True))
        print(f"Written: {args.csv}")
    return 0


def _show(name: str, frame: Any, words: str) -> None:
    print(f"\n{name}: {words}")
    print(f"{'factor':10}{'pairs':>6}{'changed':>9}{'95%':>14}{'moved':>8}{'right':>7}{'then':>7}{'Holm p':>10}")
    for row in frame.to_dict("records"):
        ends = f"{row['changed_low']:.0%} to {row['changed_high']:.0%}"
        print(
            f"{row['factor']:10}{row['pairs']:>6}{row['changed']:>9.0%}{ends:>14}{row['moved']:>8.2f}"
            f"{row['right_low_side']:>7.0%}{row['right_high_side']:>7.0%}{row['holm']:>10.2g}"
        )
