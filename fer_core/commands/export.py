"""Write what is derived from a run: the LiteRT copy of its network and its model card.

python -m fer_core export compact         # model.tflite and MODEL_CARD.md beside model.keras
python -m fer_core export --all --card    # the cards only
"""

import argparse

from fer_core.errors import FerError

HELP = "write a run's LiteRT copy and its model card"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("runs", nargs="*", help="names of runs, or run folders")
    parser.add_argument("--all", action="store_true", help="every finished run below the root")
    parser.add_argument("--root", help="folder of runs (default: FER_RUNS, then checkpoints/)")
    parser.add_argument("--card", action="store_true", help="the model card only")


def run(args: argparse.Namespace) -> int:
    from fer_core.runs import discover, find_run
    from fer_core.runs.model_card import write_model_card

    if args.all:
        chosen = [run for run in discover(args.root)[0] if run.status != "training"]
    else:
        chosen = [find_run(name, args.root) for name in args.runs]
    if not chosen:
        raise FerError("Name a run, or ask for --all; `python -m fer_core runs` lists what there is.")
    for chosen_run in chosen:
        print(f"wrote {write_model_card(chosen_run)}")
        if chosen_run.has_model and not args.card:
            _export(chosen_run)
    return 0


def _export(run: object) -> None:
    from fer_core.reading.inference import LITE_NAME, export_tflite
    from fer_core.runs import load_model

    print(f"wrote {export_tflite(load_model(run), run.folder / LITE_NAME)}")
