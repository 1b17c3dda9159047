"""Test runs against a reference on the pictures that both were judged on.

python -m fer_core compare large compact fast             # the last two against the first
python -m fer_core compare large compact --split public --json
python -m fer_core compare large compact --merge angry+disgust --merge fear+sad   # classes taken together

Accuracy: McNemar's exact test; macro F1: a paired permutation test; both with Holm's correction over the comparisons
shown, and 95% intervals from the paired bootstrap (docs/statistics.md).
"""

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from fer_core.errors import FerError

if TYPE_CHECKING:
    from fer_core.runs import Predictions

HELP = "test runs against a reference, on all classes or on merged ones"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("reference", metavar="REFERENCE", help="the run that the others are held against")
    parser.add_argument("others", metavar="RUN", nargs="+")
    parser.add_argument("--root", help="folder of runs (default: FER_RUNS, then checkpoints/)")
    parser.add_argument("--split", default="private", help="split that they were judged on (default private)")
    parser.add_argument(
        "--merge", action="append", default=[], metavar="CLASS+CLASS", help="classes taken as one; may be given again"
    )
    parser.add_argument("--json", action="store_true", help="print a JSON list instead of sentences")


def run(args: argparse.Namespace) -> int:
    from fer_core.evaluation import headlines, paired
    from fer_core.evaluation.merged import parse
    from fer_core.runs import find_run

    runs = {one.name: one for one in (find_run(name, args.root) for name in (args.reference, *args.others))}
    if len(runs) < 2:
        raise FerError("A comparison needs two different runs.")
    groups = parse(args.merge) if args.merge else None
    kept: dict[str, Predictions] = {}
    for name, one in runs.items():
        try:
            said = one.predictions(args.split)
        except FerError as error:
            if not kept:  # without the reference there is nothing to hold the others against
                raise
            print(f"left out: {error}", file=sys.stderr)
            continue
        kept[name] = groups.merge(said) if groups else said
    prints = {name: runs[name].fingerprint for name in kept}
    found = paired.compare(kept, paired.against(next(iter(runs)), list(kept)), prints)
    for reason in dict.fromkeys(found.left_out.values()):
        print(f"left out: {reason}", file=sys.stderr)
    rows = found.table.to_dict("records")
    if args.json:
        print(json.dumps([{**row, "merged": groups.told if groups else None} for row in rows], indent=1))
        return 0
    for row in rows:
        words = headlines.two_runs(row["a"], row["b"], row["only_a"], row["only_b"], row["holm_accuracy"])
        print(headlines.of_groups(words, groups.told) if groups else words)
        print(_figures(row))
    return 0 if rows else 1


def _figures(row: dict[str, Any]) -> str:
    parts = [
        f"{name} {100 * row[key]:+.2f} points (95% {100 * row[f'{key}_low']:+.2f} to {100 * row[f'{key}_high']:+.2f}; "
        f"p {row[f'p_{key}']:.3g}, Holm {row[f'holm_{key}']:.3g})"
        for key, name in (("accuracy", "accuracy"), ("macro_f1", "macro F1"))
    ]
    return f"  {row['a']} less {row['b']} on {row['n']:,} pictures: {', '.join(parts)}"
