"""Look at a data set before training on it.

  python -m fer_core data info data/fer2013.csv     what the file holds, and what is wrong with it
  python -m fer_core data find                      which data set the dashboard and `train` would take
  python -m fer_core data export IN OUT.npz         any layout into one file of numpy arrays
  python -m fer_core data drawn OUT.npz             the drawn faces, which need no download

A data set may be Kaggle's fer2013.csv or icml_face_data.csv, the homework's train.csv and test.csv, a folder tree
train/CLASS/*, test/CLASS/* of images, an .npz, or any of these zipped.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np

from fer_core import data
from fer_core.data.csv_columns import VOTES_FILE
from fer_core.data.dataset import ORDERS, SPLITS, Dataset, reread
from fer_core.data.quality import counts_table, summary
from fer_core.errors import FerError
from fer_core.labels import CLASSES
from fer_core.types import Json

HELP = "show what a data set holds, find it, convert it, draw one"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Four commands below `data`."""
    commands = parser.add_subparsers(dest="data_command", required=True, metavar="WHAT")
    info = commands.add_parser("info", help="what a file or folder holds, and what is wrong with the set")
    info.add_argument("path", metavar="PATH", nargs="?", help="file or folder; default: what `data find` finds")
    info.add_argument("--json", action="store_true", help="print JSON")
    find = commands.add_parser("find", help="which data set is used: FER_DATA, else data/ of the repository")
    find.add_argument("--json", action="store_true", help="print JSON")
    export = commands.add_parser("export", help="write a data set as .npz")
    export.add_argument("path", metavar="IN", help="file or folder")
    export.add_argument("out", metavar="OUT.npz", type=Path)
    export.add_argument("--numbers", choices=list(ORDERS), help="order of the classes where folders are named 0 to 6")
    export.add_argument("--split", choices=list(SPLITS), help="the split of all pictures, where the source tells none")
    drawn = commands.add_parser("drawn", help="write the drawn faces as .npz")
    drawn.add_argument("out", metavar="OUT.npz", type=Path)
    drawn.add_argument("--count", type=int, default=3500, help="how many faces (default 3500)")
    drawn.add_argument("--seed", type=int, default=0, help="another seed, other faces (default 0)")


def run(args: argparse.Namespace) -> int:
    """Runs the command that the arguments name."""
    return {"info": _info, "find": _find, "export": _export, "drawn": _drawn}[args.data_command](args)


def _info(args: argparse.Namespace) -> int:
    path = args.path or data.find()
    if path is None:
        raise FerError("There is no data set: name a PATH, set FER_DATA, or put fer2013.csv into data/.")
    started = time.perf_counter()
    dataset = data.load(path)
    seconds = time.perf_counter() - started
    facts = {
        "path": str(path),
        "name": dataset.name,
        "layout": dataset.layout,
        "pictures": len(dataset),
        "fingerprint": dataset.fingerprint,
        "votes": dataset.votes is not None,
        "votes_beside": _votes_beside(Path(path)),
        "taken": list(dataset.taken),
        "counts": counts_table(dataset),
        **summary(dataset),
        "seconds": round(seconds, 3),
    }
    print(json.dumps(facts, indent=1) if args.json else _text(facts))
    return 0


def _votes_beside(path: Path) -> bool:
    """Whether FER+'s file lies where it is looked for."""
    return ((path if path.is_dir() else path.parent) / VOTES_FILE).exists()


def _text(facts: Json) -> str:
    """The facts as lines for people."""
    votes = "yes" if facts["votes"] else "no"
    if facts["votes_beside"] and not facts["votes"]:
        votes = f"no ({VOTES_FILE} is there, but its rows are not those of this set)"
    lines = [
        f"{facts['path']}: {facts['name']}, layout {facts['layout']}",
        f"  {facts['pictures']:,} pictures of 48 x 48, opened in {facts['seconds']:.2f} s",
        f"  fingerprint {facts['fingerprint']}, FER+ votes: {votes}",
        *(f"  taken: {clause}" for clause in facts["taken"]),
        "",
        *_count_lines(facts["counts"]),
        "",
    ]
    for key, words in (("all_zero", "all-zero"), ("constant", "of one other gray")):
        under = ", ".join(f"{name} {count}" for name, count in facts[key]["labels"].items())
        lines.append(f"  {words} pictures: {facts[key]['count']}{f' (under {under})' if under else ''}")
    for split, twin in facts["twins"].items():
        lines.append(
            f"  {split} pictures identical to a training picture: {twin['count']}, "
            f"{twin['other_label']} of them under another label"
        )
    copies = facts["duplicates"]
    lines.append(
        f"  pictures that occur more than once: {copies['pictures']:,} ({copies['copies']:,} copies), "
        f"{copies['several_labels']} with more than one label"
    )
    return "\n".join(lines)


def _count_lines(counts: dict[str, dict[str, int]]) -> list[str]:
    names = [*CLASSES, *(["unlabelled"] if any("unlabelled" in row for row in counts.values()) else [])]
    lines = ["  " + " " * 8 + "".join(f"{name:>11}" for name in [*names, "all"])]
    for split, row in counts.items():
        numbers = [row.get(name, 0) for name in names]
        lines.append(f"  {split:<8}" + "".join(f"{number:>11,}" for number in [*numbers, sum(numbers)]))
    return lines


def _find(args: argparse.Namespace) -> int:
    path = data.find()
    if args.json:
        print(json.dumps({"path": None if path is None else str(path)}))
    elif path is None:
        print("There is no data set: set FER_DATA, or put fer2013.csv into data/. The drawn faces are used instead.")
    else:
        print(path)
    return 0


def _export(args: argparse.Namespace) -> int:
    return _save(reread(data.load(args.path), args.numbers, args.split), args.out)


def _drawn(args: argparse.Namespace) -> int:
    if args.count < 1:
        raise FerError(f"--count is {args.count}; at least 1 face is needed.")
    return _save(data.drawn_dataset(count=args.count, seed=args.seed), args.out)


def _save(dataset: Dataset, out: Path) -> int:
    """Writes under a temporary name and renames, so that a stop leaves no half file."""
    out = out if out.suffix == ".npz" else out.with_name(out.name + ".npz")
    arrays = {
        "pixels": dataset.pixels,
        "emotion": dataset.labels,
        "usage": dataset.split,
        "rows": dataset.rows,
    }
    if dataset.votes is not None:
        arrays["votes"] = dataset.votes
    half = out.with_name(out.name + ".half")
    try:
        with half.open("wb") as stream:
            np.savez_compressed(stream, **arrays)  # type: ignore[arg-type]
        half.replace(out)
    except OSError as error:
        raise FerError(f"{out} can't be written: {error.strerror or error}.") from error
    finally:
        half.unlink(missing_ok=True)
    print(f"wrote {out}: {len(dataset):,} pictures, {', '.join(f'{k} {v:,}' for k, v in dataset.counts().items())}")
    return 0
