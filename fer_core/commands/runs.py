"""List the runs there are, those in training included.

python -m fer_core runs            # a table
python -m fer_core runs --json     # everything that run.json says, for other programs
python -m fer_core runs --filter "private > 0.65 and not data = drawn"
python -m fer_core runs --filter "tags holds mine" --sort private
python -m fer_core runs --group optimizer         # mean and standard deviation of each group; also --group recipe
python -m fer_core runs --mattered private        # which setting mattered, from ten runs on
python -m fer_core runs --tag mine first second   # the word mine to these runs; --untag takes it off
python -m fer_core runs --note first "the one to hand in"
python -m fer_core runs --views                   # the views that were saved on the pages, as addresses
python -m fer_core runs --rename first better
python -m fer_core runs --archive old1 old2        # lists leave them out; --unarchive brings them back
python -m fer_core runs --delete bad               # into the trash; --restore bad fetches it

Wherever a command takes a run, `latest` is the one begun last.
"""

import argparse
import contextlib
import json
import statistics
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fer_core.errors import FerError

if TYPE_CHECKING:
    import pandas as pd

    from fer_core.runs import Run

HELP = "list the runs with their scores"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--root", help="folder of runs (default: FER_RUNS, then checkpoints/)")
    parser.add_argument("--filter", default="", metavar="TEXT", help="only runs for which this holds")
    parser.add_argument("--archived", action="store_true", help="list archived runs too")
    parser.add_argument("--sort", metavar="COLUMN", help="by a column or setting, the greatest first")
    changes = parser.add_mutually_exclusive_group()
    changes.add_argument("--tag", nargs="+", metavar=("WORD", "NAME"))
    changes.add_argument("--untag", nargs="+", metavar=("WORD", "NAME"))
    changes.add_argument("--note", nargs=2, metavar=("NAME", "TEXT"))
    changes.add_argument("--rename", nargs=2, metavar=("OLD", "NEW"))
    changes.add_argument("--archive", nargs="+", metavar="NAME")
    changes.add_argument("--unarchive", nargs="+", metavar="NAME")
    changes.add_argument("--delete", nargs="+", metavar="NAME", help="into the trash of the folder of runs")
    changes.add_argument("--restore", nargs="+", metavar="NAME", help="out of the trash, the latest of that name")
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--json", action="store_true", help="print a JSON list instead of a table")
    ways.add_argument("--markdown", action="store_true", help="print the table of the README")
    ways.add_argument("--group", metavar="SETTING", help="a line a group of runs alike in it, or of one 'recipe'")
    ways.add_argument("--mattered", metavar="SPLIT", help="how much each setting moved the accuracy on this split")
    ways.add_argument("--views", action="store_true", help="list the saved views")


def run(args: argparse.Namespace) -> int:
    from fer_core.runs import default_root, discover
    from fer_core.runs.housekeeping import is_archived

    if _changed(args):
        return 0
    if args.views:
        return _print_views(args.root or default_root())
    found, broken = discover(args.root)
    runs = [run for run in found if args.archived or not is_archived(run)]
    if runs and (args.filter or args.sort or args.group or args.mattered):
        table = _table(runs)
        runs = _in_order(runs, table, args)
        if args.group:
            return _print_groups(runs, table, args.group)
        if args.mattered:
            return _print_mattered(runs, table, args.mattered)
    if args.json:
        print(json.dumps([_record(run) for run in runs] + [_broken(bad) for bad in broken], indent=1))
        return 0
    if not found and not broken:
        print(f"no runs in {args.root or default_root()}; python -m fer_core train makes one")
    elif not runs and not broken:
        print("no run fits" if args.filter else "all runs are archived; --archived lists them")
    rows = [_row(run) for run in runs]
    if args.markdown:
        _print_markdown(rows)
    elif rows:
        _print_plain(rows)
    for bad in broken:
        print(f"left out: {bad.problem}")
    return 0


TITLES = {"data set": "data", "model": "network"} | {
    f"{split} accuracy": split for split in ("validation", "public", "private", "test")
}
"""Columns of `comparison.tables.runs_table` -> what the list calls them."""


def _table(runs: list["Run"]) -> "pd.DataFrame":
    """What a filter, an order or a group may name: the columns of the Runs page's table, and all of run.json."""
    from fer_core.comparison import curves, tables

    histories = {}
    for run in runs:
        with contextlib.suppress(FerError):  # a damaged history tells no losses; the run is listed all the same
            histories[run.name] = curves.read_history(run)
    table = tables.with_settings(tables.runs_table(runs, histories), {run.name: run.config for run in runs})
    return table.assign(run=table.index)


def _in_order(runs: list["Run"], table: "pd.DataFrame", args: argparse.Namespace) -> list["Run"]:
    from fer_core.comparison.filters import column_named, matching
    from fer_core.comparison.tables import sortable

    by_name = {run.name: run for run in runs}
    shown = table[matching(table, args.filter, TITLES)]
    if args.sort:
        column = column_named(table, args.sort, TITLES)
        shown = shown.sort_values(column, ascending=False, na_position="last", kind="stable", key=sortable)
    return [by_name[name] for name in shown.index]


def _print_groups(runs: list["Run"], table: "pd.DataFrame", by: str) -> int:
    """A line a group: its runs, and the mean of each split's accuracy with the deviation over the runs."""
    from fer_core.comparison import tables
    from fer_core.comparison.filters import column_named

    if by == "recipe":
        groups = tables.group_by({run.name: run.config for run in runs}, by)
    else:
        column = column_named(table, by, TITLES)
        groups = {run.name: f"{by} {table.loc[run.name, column]}" for run in runs}
    print("runs  " + "  ".join(f"{split:15}" for split in COLUMNS[5:]) + "  group")
    for of_set in tables.by_data({run.name: run for run in runs}).values():  # accuracies of two sets have no mean
        members: dict[str, list[Run]] = {}
        for name, run in of_set.items():
            members.setdefault(f"{run.dataset_name}: {groups[name]}", []).append(run)
        for title, own in members.items():
            cells = [_spread([run.scores.get(split, {}).get("accuracy") for run in own]) for split in COLUMNS[5:]]
            print(f"{len(own):4}  " + "  ".join(f"{cell:15}" for cell in cells) + f"  {title}")
    print("mean ± standard deviation over the runs of a group on one data set")
    return 0


def _spread(values: list[float | None]) -> str:
    there = [value for value in values if value is not None]
    if not there:
        return "-"
    mean = statistics.fmean(there)
    return f"{mean:.4f}" if len(there) < 2 else f"{mean:.4f} ± {statistics.stdev(there):.4f}"


def _print_mattered(runs: list["Run"], table: "pd.DataFrame", split: str) -> int:
    import pandas as pd

    from fer_core.comparison import tables
    from fer_core.comparison.filters import column_named
    from fer_core.comparison.importance import setting_importance
    from fer_core.comparison.recipes import recipe_settings

    score = column_named(table, split, TITLES)
    own = max(tables.by_data({run.name: run for run in runs}).values(), key=len)  # scores of two sets do not compare
    asked = pd.DataFrame({name: recipe_settings(run.config, name) for name, run in own.items()}).T.infer_objects()
    keys = [key for key in asked if key not in ("data", "parameters")]  # what follows from the others
    found, share = setting_importance(asked.assign(**{score: table[score]}), keys, score)
    for row in found.itertuples():
        print(f"{row.setting:36} {row.importance:7.3f}  (95% {row.low:.3f} to {row.high:.3f})")
    on = next(iter(own.values())).dataset_name
    print(
        f"how much worse {score} is foretold once a setting is shuffled among {len(own)} runs on {on}, as a share of "
        f"its variance; {share:.0%} of it is foretold at all"
        + ("" if share > 0 else ", so the figures above mean nothing")
    )
    return 0


def _print_views(root: Any) -> int:
    from urllib.parse import urlencode

    from fer_core.runs import views

    kept = views.read(Path(root))
    for name, view in kept.items():
        print(f"{name}: /{view.page}?{urlencode(view.query, doseq=True)}")
    if not kept:
        print(f"no view is saved in {root}; the pages save one from their sidebar")
    return 0


def _changed(args: argparse.Namespace) -> bool:
    """Renames, archives, throws away or fetches back what was asked for; False where nothing was."""
    from fer_core.runs import annotate, default_root, find_run, housekeeping

    for word, *names in filter(None, (args.tag, args.untag)):
        if not names:
            raise FerError(f"Name the runs after the word, as in --tag {word} compact.")
        for run in [find_run(name, args.root) for name in names]:
            tags = [tag for tag in run.config.get("tags") or [] if tag != word]
            print(f"{run.name}: {', '.join(annotate(run, tags=[*tags, word] if args.tag else tags).config['tags'])}")
    if args.note:
        name, text = args.note
        print(f"{name}: {annotate(find_run(name, args.root), note=text).config['note']}")
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
    return bool(
        args.tag
        or args.untag
        or args.note
        or args.rename
        or args.archive
        or args.unarchive
        or args.delete
        or args.restore
    )


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
    from fer_core.runs.housekeeping import is_archived

    def accuracy(split: str) -> str:
        value = run.scores.get(split, {}).get("accuracy")
        return f"{value:.4f}" if value is not None else "-"

    parameters = run.config["model"].get("parameters")
    marks = [run.status] * (run.status != "finished") + ["archived"] * is_archived(run)
    return {
        "run": f"{run.name} ({', '.join(marks)})" if marks else run.name,
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
