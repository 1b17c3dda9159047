"""Run a whole experiment from a file: many runs that differ in some settings.

  python -m fer_core sweep report                     # the report's variants and its final network, three seeds
  python -m fer_core sweep field                      # networks that are to beat the field
  python -m fer_core sweep my.toml --jobs 2 --nice 19
  python -m fer_core sweep report --status            # what is done, under way and waiting; nothing is trained
  python -m fer_core sweep report --table             # our scores beside the report's, nothing is trained
  python -m fer_core sweep report --root quick --set epochs=20 --set model_options.width=0.25

Killed? The same command goes on: finished runs are kept, the one under way is taken up after its last whole epoch.
Ctrl-C ends the run under way with its best epoch kept, and the sweep with it. How a file is written stands in
docs/training.md.
"""

import argparse
import math

from fer_core.commands.common import open_data

HELP = "run an experiment of many runs from a file, or a built-in one"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from fer_core.training import sweep_file

    parser.add_argument("file", help=f"a TOML file, or one of: {', '.join(sweep_file.names())}")
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="a setting that all runs take instead"
    )
    parser.add_argument("--data", help="data set: a path, or 'drawn' (default: FER_DATA, then data/)")
    parser.add_argument("--root", help="folder of runs (default: FER_RUNS, then checkpoints/)")
    parser.add_argument("--jobs", type=int, default=1, help="runs that train at a time (default 1)")
    parser.add_argument(
        "--engine",
        choices=sweep_file.ENGINES,
        default="local",
        help="ray: as tasks on a Ray cluster (docs/training.md)",
    )
    parser.add_argument("--nice", type=int, default=0, metavar="N", help="let other work go first, up to 19")
    parser.add_argument(
        "--move-aside", action="store_true", help="rename a run that stands under a name of the sweep and is another"
    )
    parser.add_argument("--status", action="store_true", help="print how each run stands and train nothing")
    parser.add_argument("--table", action="store_true", help="print our scores beside the report's and train nothing")


def run(args: argparse.Namespace) -> int:
    from fer_core.runs import default_root
    from fer_core.training.sweep import lower_priority, run_sweep
    from fer_core.training.sweep_file import read

    plan = read(args.file, dict(_change(text) for text in args.set))
    if args.status:
        _print_states([planned.name for planned in plan.runs], args.root or str(default_root()))
        return 0
    if not args.table:
        dataset = open_data(args.data)
        _say(f"{plan.title}: {len(plan.runs)} runs, on {dataset.name}")
        lower_priority(args.nice)
        run_sweep(plan, dataset, args.root, _say, args.jobs, args.move_aside, args.engine)
    _print_table(args.root)
    return 0


def _change(text: str) -> tuple[str, object]:
    from fer_core.errors import FerError
    from fer_core.parsed import parse_json

    key, found, value = text.partition("=")
    if not found:
        raise FerError(f"--set takes KEY=VALUE, say epochs=20 or model_options.width=0.25, not {text!r}.")
    try:
        return key, parse_json(value)
    except ValueError:
        return key, value


def _print_states(names: list[str], root: str) -> None:
    from fer_core.training.sweep import states

    print("| run | state | epochs | validation | hours | hours left |\n|---|---|---|---|---|---|")
    for one in states(names, root):
        validation = "-" if one.validation is None else f"{one.validation:.4f}"
        left = "?" if one.seconds_left is None else f"{one.seconds_left / 3600:.1f}"
        print(f"| {one.name} | {one.state} | {one.epochs} | {validation} | {one.seconds / 3600:.1f} | {left} |")


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
