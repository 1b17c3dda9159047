"""Run a whole experiment: the report's five variants and its final network.

  python -m fer_core sweep report                     # full on an accelerator, small on a processor
  python -m fer_core sweep report --size full --jobs 5
  python -m fer_core sweep report --table             # our scores beside the report's, nothing is trained

Killed? The same command goes on: finished runs are kept, the one under way is taken up after its last whole epoch.
Ctrl-C ends the run under way with its best epoch kept, and the sweep with it.
"""

import argparse
import math
from dataclasses import fields, replace

from fer_core.commands.common import open_data

HELP = "run the report's experiment: five variants and the final network"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from fer_core.training.sweep import SIZES, Size

    parser.add_argument("experiment", choices=("report",), help="which experiment")
    parser.add_argument(
        "--size", choices=tuple(SIZES), help="default: full where Keras sees an accelerator, else small"
    )
    for field in fields(Size):
        kind = float if "width" in field.name else int
        parser.add_argument(f"--{field.name.replace('_', '-')}", type=kind, help="instead of the size's")
    parser.add_argument("--data", help="data set: a path, or 'drawn' (default: FER_DATA, then data/)")
    parser.add_argument("--root", help="folder of runs (default: FER_RUNS, then checkpoints/)")
    parser.add_argument("--jobs", type=int, default=1, help="runs that train at a time (default 1)")
    parser.add_argument("--table", action="store_true", help="print the table of what is there and train nothing")


def run(args: argparse.Namespace) -> int:
    from fer_core.training.sweep import final_config, run_sweep, variant_configs

    if not args.table:
        size, dataset = _size(args), open_data(args.data)
        _say(f"{size}, on {dataset.name}")
        runs = run_sweep(variant_configs(size), dataset, args.root, _say, args.jobs)
        run_sweep([final_config(runs, size)], dataset, args.root, _say)
    _print_table(args.root)
    return 0


def _size(args: argparse.Namespace) -> "object":
    from fer_core.runtime import import_keras
    from fer_core.training.sweep import SIZES, Size

    name = args.size
    if name is None:
        accelerated = any(not device.startswith("cpu") for device in import_keras().distribution.list_devices())
        name = "full" if accelerated else "small"
    given = {field.name: getattr(args, field.name) for field in fields(Size)}
    return replace(SIZES[name], **{key: value for key, value in given.items() if value is not None})


def _print_table(root: str | None) -> None:
    from fer_core.comparison.beside_report import runs_beside
    from fer_core.comparison.reference import ALL
    from fer_core.runs import discover

    splits = ("validation", "public", "private")
    heads = ["run", "width", "epochs", *splits, *(f"{split}, quoted" for split in splits)]
    print(f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
    quoted = {line.name: line for line in ALL}
    for row in runs_beside(discover(root)[0]).to_dict("records"):
        scores = [row[split] for split in splits] + [quoted[row["variant"]].score(split) for split in splits]
        shown = ["-" if score is None or math.isnan(score) else f"{score:.4f}" for score in scores]
        print(f"| {row['run']} | {row['width']} | {row['epochs']} | {' | '.join(shown)} |")


def _say(line: str) -> None:
    print(line, flush=True)
