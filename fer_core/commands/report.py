"""Write the report that a student hands in, with a run's own figures: one HTML page that prints on A4.

python -m fer_core report compact --out report.html
python -m fer_core report report-final --variants report --language zh-TW --out report.html
python -m fer_core report compact --layers stem_relu stage2_block1_relu --rows 32300 32301

Five answers: the network and its training; normalisation and augmentation; which classes are confused; where the
network looks; what its filters see and would like to see. Every sentence is made from what was measured; places for
one's own words can be written into in the browser.
"""

import argparse
from pathlib import Path

from fer_core.commands.common import open_data, say_progress
from fer_core.errors import FerError

HELP = "write the report of a run: five answers with its own figures"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from fer_core.reports.student import LANGUAGES

    parser.add_argument("run_name", metavar="RUN", help="name of a run, or its folder")
    parser.add_argument("--root", help="folder of runs (default: FER_RUNS, then checkpoints/)")
    parser.add_argument("--data", help="data set: a path, or 'drawn' (default: the run's own, if at hand)")
    parser.add_argument(
        "--variants", nargs="+", default=[], metavar="RUN", help="other runs of the experiment, or 'report': all of its"
    )
    parser.add_argument("--language", choices=LANGUAGES, default="en")
    parser.add_argument(
        "--layers", nargs="+", default=[], metavar="LAYER", help="layers of the fifth answer (default: the first two)"
    )
    parser.add_argument(
        "--rows", nargs="+", type=int, default=[], metavar="N",
        help="rows of the data set whose maps are shown, at most 8 (default: four that are read rightly and surely)",
    )  # fmt: skip
    parser.add_argument(
        "--steps", type=int, help="steps of gradient ascent (default: the pictures kept beside the run, or 60)"
    )
    parser.add_argument("--out", type=Path, default=Path("report.html"), help="file to write (default report.html)")


def run(args: argparse.Namespace) -> int:
    from fer_core.comparison.beside_report import quoted_of
    from fer_core.reports.student import student_report
    from fer_core.runs import discover, find_run

    own = find_run(args.run_name, args.root)
    if args.variants == ["report"]:
        variants = [run for run in discover(args.root)[0] if quoted_of(run) is not None]
    else:
        variants = [find_run(name, args.root) for name in args.variants]
    try:
        dataset = open_data(args.data or ("drawn" if own.dataset_name == "drawn" else None))
    except FerError:
        if args.data:
            raise
        dataset = None  # drawn faces stand in, and the page says so

    def tell(share: float, what: str) -> None:
        say_progress(f"{share:4.0%} {what:.60}", last=share >= 1)

    page = student_report(own, dataset, variants, args.language, args.steps, tell, args.layers, args.rows)
    args.out.write_text(page, encoding="utf-8")
    print(f"wrote {args.out}")
    return 0
