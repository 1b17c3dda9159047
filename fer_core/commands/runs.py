"""List the runs there are, those in training included.

python -m fer_core runs            # a table
python -m fer_core runs --json     # everything that run.json says, for other programs
"""

import argparse
import json
from typing import Any

HELP = "list the runs with their scores"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--root", help="folder of runs (default: FER_RUNS, then checkpoints/)")
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--json", action="store_true", help="print a JSON list instead of a table")
    ways.add_argument("--markdown", action="store_true", help="print the table of the README")


def run(args: argparse.Namespace) -> int:
    from fer_core.runs import default_root, discover

    runs, broken = discover(args.root)
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
