"""Write what is derived from a run: the LiteRT copy of its network and its model card.

python -m fer_core export compact         # model.tflite and MODEL_CARD.md beside model.keras
python -m fer_core export --all --card    # the cards only
python -m fer_core export --all --stamp   # keep the copies that are there, where they answer as model.keras does
"""

import argparse
from typing import TYPE_CHECKING

from fer_core.errors import FerError

if TYPE_CHECKING:
    from fer_core.runs import Run

HELP = "write a run's LiteRT copy and its model card"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("runs", nargs="*", help="names of runs, or run folders")
    parser.add_argument("--all", action="store_true", help="every finished run below the root")
    parser.add_argument("--root", help="folder of runs (default: FER_RUNS, then checkpoints/)")
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--card", action="store_true", help="the model card only")
    ways.add_argument(
        "--stamp", action="store_true", help="write into run.json that model.tflite is a copy, after asking both"
    )


def run(args: argparse.Namespace) -> int:
    from fer_core.runs import discover, find_run
    from fer_core.runs.model_card import write_model_card

    if args.all:
        chosen = [run for run in discover(args.root)[0] if run.status != "training"]
    else:
        chosen = [find_run(name, args.root) for name in args.runs]
    if not chosen:
        raise FerError("Name a run, or ask for --all; `python -m fer_core runs` lists what there is.")
    if args.stamp:
        return _stamp([run for run in chosen if run.has_model])
    for chosen_run in chosen:
        print(f"wrote {write_model_card(chosen_run)}")
        if chosen_run.has_model and not args.card:
            _export(chosen_run)
    return 0


def _export(run: "Run") -> None:
    from fer_core.reading.inference import add_lite_copy
    from fer_core.runs import load_model
    from fer_core.runs.lite_copy import LITE_NAME

    print(f"wrote {add_lite_copy(run, load_model(run)).folder / LITE_NAME}")


def _stamp(runs: "list[Run]") -> int:
    """Gives 1 where a copy answers otherwise than its network; the others are stamped."""
    from fer_core.reading.inference import is_copy
    from fer_core.runs import load_model, stamp_copy
    from fer_core.runs.lite_copy import LITE_NAME

    wrong = 0
    for run in runs:
        if not (run.folder / LITE_NAME).is_file():
            print(f"{run.name}: no {LITE_NAME}")
        elif is_copy(run, load_model(run)):
            stamp_copy(run)
            print(f"{run.name}: {LITE_NAME} answers as model.keras does; run.json says so now")
        else:
            wrong += 1
            print(f"{run.name}: {LITE_NAME} answers otherwise than model.keras; `export {run.name}` writes it anew")
    return 1 if wrong else 0
