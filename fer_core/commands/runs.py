"""List the runs there are, those in training included.

python -m fer_core runs            # a table
python -m fer_core runs --json     # everything that run.json says, for other programs
python -m fer_core runs --filter "private > 0.65 and not data = drawn"
python -m fer_core runs --rename first better
python -m fer_core runs --archive old1 old2        # lists leave them out; --unarchive brings them back
python -m fer_core runs --delete bad               # into the trash; --restore bad fetches it
"""

import argparse
import json
from typing import Any

HELP = "list the runs with their scores"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--root", help="folder of runs (default: FER_RUNS, then checkpoints/)")
    parser.add_argument("--filter", default="", metavar="TEXT", help="only runs for which this holds")
    parser.add_argument("--archived", action="store_true", help="list archived runs too")
    changes = parser.add_mutually_exclusive_group()
    changes.add_argument("--rename", nargs=2, metavar=("OLD", "NEW"))
    changes.add_argument("--archive", nargs="+", metavar="NAME")
    changes.add_argument("--unarchive", nargs="+", metavar="NAME")
    changes.add_argument("--delete", nargs="+", metavar="NAME", help="into the trash of the folder of runs")
    changes.add_argument("--restore", nargs="+", metavar="NAME", help="out of the trash, the latest of that name")
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--json", action="store_true", help="print a JSON list instead of a table")
    ways.add_argument("--markdown", action="store_true", help="print the table of the README")


def run(args: argparse.Namespace) -> int:
    import pandas as pd

    from fer_core.comparison.filters import matching
    from fer_core.runs import default_root, discover
    from fer_core.runs.housekeeping import is_archived

    if _changed(args):
        return 0
    runs, broken = discover(args.root)
    if not args.archived:
        runs = [run for run in runs if not is_archived(run)]
    if args.filter:
        rows = pd.DataFrame([{**_row(run), **_numbers(run)} for run in runs], index=[run.name for run in runs])
        keep = matching(rows, args.filter)
        runs = [run for run in runs if keep[run.name]]
    if args.json:
        print(json.dumps([_record(run) for run in runs] + [_broken(bad) for bad in broken], indent=1))
        return 0
    if not runs and not broken:
        print(f"no runs in {args.root or default_root()}; python -m fer_core train makes one")
    rows = [_row(run) for run in runs]
    if args.markdown:
        _print_markdown(rows)
    else:
        _print_plain(rows)
    for bad in broken:
        print(f"left out: {bad.problem}")
    return 0


def _changed(args: argparse.Namespace) -> bool:
    """Renames, archives, throws away or fetches back what was asked for; False where nothing was."""
    from fer_core.errors import FerError
    from fer_core.runs import default_root, find_run, housekeeping

    if args.rename:
        old, new = args.rename
        print(f"{old} is {housekeeping.rename(find_run(old, args.root), new).name} now")
    for name in args.archive or args.unarchive or ():
        housekeeping.archive(find_run(name, args.root), bool(args.archive))
        print(f"{name} {'archived' if args.archive else 'is back in the lists'}")
    for name in args.delete or ():
        housekeeping.throw_away(find_run(name, args.root))
        print(f"{name} is in the trash; --restore {name} fetches it back")
    for name in args.restore or ():
        thrown = [one for one in housekeeping.thrown_away(args.root or default_root()) if one.name == name]
        if not thrown:
            raise FerError(f"There is no run {name!r} in the trash.")
        print(f"{housekeeping.fetch_back(thrown[0]).name} is back")
    return bool(args.rename or args.archive or args.unarchive or args.delete or args.restore)


def _numbers(run: Any) -> dict[str, Any]:
    """What a filter compares as numbers: scores, parameters, and every setting of run.json by its dotted name."""
    from fer_core.comparison.tables import settings

    scores = {split: run.scores.get(split, {}).get("accuracy") for split in COLUMNS[5:]}
    return {**settings(run.config), **scores, "parameters": run.config["model"].get("parameters")}


COLUMNS = ("run", "network", "parameters", "data", "epochs", "validation", "public", "private", "test")


def _record(run: Any) -> dict[str, Any]:
    return {
        **run.config,
        "folder": str(run.folder),
        "has_model": run.has_model,
        "parameters": run.config["model"].get("parameters"),
        "scores": run.scores,
    }


def _broken(bad: Any) -> dict[str, Any]:
    return {"name": bad.name, "folder": str(bad.folder), "status": "broken", "problem": bad.problem}


def _row(run: Any) -> dict[str, str]:
    def accuracy(split: str) -> str:
        value = run.scores.get(split, {}).get("accuracy")
        return f"{value:.4f}" if value is not None else "-"

    parameters = run.config["model"].get("parameters")
    return {
        "run": run.name if run.status == "finished" else f"{run.name} ({run.status})",
        "network": run.config["model"].get("name", "?"),
        "parameters": f"{parameters:,}" if parameters else "?",
        "data": run.dataset_name,
        "epochs": str(run.config["training"].get("epochs_run", "?")),
        **{split: accuracy(split) for split in COLUMNS[5:]},
    }


def _print_plain(rows: list[dict[str, str]]) -> None:
    widths = {c: max([len(c)] + [len(row[c]) for row in rows]) for c in COLUMNS}
    for row in [{c: c for c in COLUMNS}, *rows]:
        print("  ".join(row[c].ljust(widths[c]) for c in COLUMNS).rstrip())


def _print_markdown(rows: list[dict[str, str]]) -> None:
    print(f"| {' | '.join(COLUMNS)} |")
    print(f"|{'|'.join('---' for _ in COLUMNS)}|")
    for row in rows:
        print(f"| {' | '.join(row[c] for c in COLUMNS)} |")
