"""Predict a data set with a run's stored weights and score the result, beside the scores that the run keeps.

python -m fer_core evaluate compact                # every split of FER2013, stored scores beside them
python -m fer_core evaluate compact --flip         # averaged over the picture and its mirror image
python -m fer_core evaluate compact --verdicts FILE     # scored by the labels that people decided on, see `verdicts`
python -m fer_core evaluate --all                  # every run that has weights
python -m fer_core evaluate compact --store        # plain, flip and ten-crop scores into its run.json and model card
python -m fer_core evaluate drawn --data data/ --store  # scores on another set, kept beside the run as "on SET"
"""

import argparse
import json
import sys
from typing import TYPE_CHECKING

from fer_core.commands.common import open_data
from fer_core.errors import FerError
from fer_core.types import Json

if TYPE_CHECKING:
    from fer_core.data import Dataset
    from fer_core.runs import Run

HELP = "score a run's stored weights on every split, beside its stored scores"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("runs", nargs="*", help="names of runs, or run folders")
    parser.add_argument("--all", action="store_true", help="every run below the root that has weights")
    parser.add_argument("--root", help="folder of runs (default: FER_RUNS, then checkpoints/)")
    parser.add_argument("--data", help="data set: a path, or 'drawn' (default: what the run was trained on)")
    parser.add_argument("--split", action="append", help="only this split; may be given several times")
    parser.add_argument("--verdicts", metavar="FILE", help="score by labels after these decisions, see `verdicts`")
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--flip", action="store_true", help="average over the picture and its mirror image")
    ways.add_argument("--ten-crop", action="store_true", help="average over five shifts and their mirror images")
    parser.add_argument(
        "--store",
        action="store_true",
        help="keep the scores: averaged ones too in run.json; of another set beside the run",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")


def run(args: argparse.Namespace) -> int:
    from fer_core.runs import discover, find_run

    if args.all:
        chosen = [run for run in discover(args.root)[0] if run.can_predict]
    else:
        chosen = [find_run(name, args.root) for name in args.runs]
    if not chosen:
        raise FerError("Name a run, or ask for --all; `python -m fer_core runs` lists what there is.")
    averaging = "flip" if args.flip else "ten-crop" if args.ten_crop else "none"
    if args.store and args.verdicts:
        raise FerError("Scores by corrected labels are shown, not stored: leave --store or --verdicts out.")
    if args.store:
        chosen = [_store(run, args) for run in chosen]
    results = _results(chosen, args, averaging)
    if args.json:
        print(json.dumps(results, indent=1))
    else:
        _print(results)
    return 0


def _results(chosen: list["Run"], args: argparse.Namespace, averaging: str) -> dict[str, Json]:
    """Scores by run; of several runs one that can't be scored is said and does not stop the others."""
    results, problems = {}, []
    for run in chosen:
        try:
            results[run.name] = _evaluate(run, args, averaging)
        except FerError as error:
            if len(chosen) == 1:
                raise
            problems.append(f"{run.name}: {error}")
    for problem in problems:
        print(problem, file=sys.stderr)
    if not results:
        raise FerError("None of these runs could be scored.")
    return results


def _evaluate(run: "Run", args: argparse.Namespace, averaging: str) -> Json:
    from fer_core.evaluation.evaluate import evaluate
    from fer_core.training.targets import decisions

    dataset = _data_of(run, args)
    return evaluate(run, dataset, args.split, averaging, decisions(args.verdicts or "", dataset))


def _store(run: "Run", args: argparse.Namespace) -> "Run":
    from fer_core.evaluation.evaluate import evaluate_elsewhere, store_scores
    from fer_core.runs.model_card import write_model_card

    dataset = _data_of(run, args)
    if dataset.fingerprint != run.fingerprint:
        found = evaluate_elsewhere(run, dataset)
        print(
            f"{run.name}: kept beside it as {', '.join(found.label(split) for split in found.scores)}", file=sys.stderr
        )
        return run
    run = store_scores(run, dataset)
    write_model_card(run)
    return run


def _data_of(run: "Run", args: argparse.Namespace) -> "Dataset":
    return open_data(args.data or ("drawn" if run.dataset_name == "drawn" else None))


def _print(results: dict[str, Json]) -> None:
    print(f"{'run':24} {'split':12} {'n':>6} {'accuracy':>9} {'95% interval':>18} {'stored':>8} {'difference':>10}")
    for name, splits in results.items():
        for split, score in splits.items():
            if not score["n"]:
                print(f"{name:24} {split:12} {score['pictures']:>6} no labels")
                continue
            low, high = score["accuracy_interval"]
            stored = score["stored_accuracy"]
            compared = (
                f"{stored:8.4f} {score['accuracy'] - stored:+10.4f}" if stored is not None else f"{'-':>8} {'-':>10}"
            )
            print(f"{name:24} {split:12} {score['n']:6} {score['accuracy']:9.4f} {low:8.4f} to {high:.4f} {compared}")
