"""What people decided about single pictures: how many, how far readers agree, and the corrected set.

  python -m fer_core verdicts                                  # of the set that FER_DATA or data/ names
  python -m fer_core verdicts --out fer2013-corrected.csv      # FER2013's own layout, labels as decided
  python -m fer_core verdicts --rows changed.csv               # row, label, verdict

Decisions are made on the Data page under Review and lie beside the set; `train --verdicts FILE` learns from them,
`evaluate --verdicts FILE` scores by them. A picture on which readers differ stays as it is.
"""

import argparse
from collections import Counter
from pathlib import Path

import numpy as np

from fer_core.commands.common import open_data
from fer_core.errors import FerError
from fer_core.spreadsheet import csv_text

HELP = "decisions about single pictures: readers' agreement, the corrected set"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", help="data set: a path, or 'drawn' (default: FER_DATA, then data/)")
    parser.add_argument("--verdicts", type=Path, metavar="FILE", help="default: the file beside the set")
    parser.add_argument("--who", help="only this reader's decisions; without it those on which all readers agree")
    parser.add_argument("--out", type=Path, metavar="CSV", help="write the corrected set here")
    parser.add_argument("--rows", type=Path, metavar="CSV", help="write row, label and verdict of each decision here")


def run(args: argparse.Namespace) -> int:
    from fer_core.data import find, readers, verdicts

    dataset = open_data(args.data)
    source = None if args.data == "drawn" else Path(args.data).expanduser() if args.data else find()
    path = args.verdicts or verdicts.file_for(dataset, source)
    found = verdicts.read(path, dataset.fingerprint)
    if args.who is not None and args.who not in verdicts.readers(found):
        raise FerError(f"{args.who!r} has decided nothing in {path}; readers are: {_names(verdicts.readers(found))}.")
    decided = verdicts.latest(found, args.who)
    dataset.index_of(np.array(sorted(decided), np.int64))
    print(f"{path}: {len(decided):,} pictures decided on by {_names(verdicts.readers(found))}")
    if differ := verdicts.disputed(found):
        print(f"{len(differ):,} pictures on which readers differ" + (" are left as they are" if not args.who else ""))
    for word, count in Counter(decided.values()).most_common():
        print(f"  {word:12} {count:,}")
    for pair in readers.agreements(found).to_dict("records"):
        print(
            f"{pair['reader']} and {pair['other']}: {pair['alike']:.1%} alike on {pair['pictures']:,} pictures, "
            f"Cohen's kappa {pair['kappa']:.2f} (95% {pair['low']:.2f} to {pair['high']:.2f})"
        )
    if dataset.votes is not None and decided:
        after, before, count = verdicts.against_votes(dataset, decided)
        print(f"FER+'s voters confirm {after:,} of {count:,} verdicts, and {before:,} of the labels before them")
    if args.out:
        _write(args.out, b"".join(verdicts.corrected_csv(dataset, decided)))
    if args.rows:
        _write(args.rows, csv_text(readers.table(dataset, decided)).encode("utf-8"))
    return 0


def _names(names: list[str]) -> str:
    return ", ".join(names) or "nobody"


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise FerError(f"{path} can't be written ({error.strerror}); name another file.") from None
    print(f"wrote {path}")
