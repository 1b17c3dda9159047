"""Train a network and write a run folder.

The defaults are the report's protocol: report_cnn, Nadam 0.002, batch 128, up to 200 epochs, patience 30 on the
validation loss, a seeded stratified 10% held out, rotation 20 degrees, shifts 0.1, flips.

  python -m fer_core train --name first                        # on FER2013 (FER_DATA or data/), else says how
  python -m fer_core train --name quick --recipe compact       # our recipe for two cores
  python -m fer_core train --name drawn --data drawn --recipe drawn

Killed? The same command goes on after the last whole epoch. Ctrl-C keeps the best epoch so far.
"""

import argparse
from typing import TYPE_CHECKING

from fer_core.commands.common import open_data
from fer_core.errors import FerError
from fer_core.parsed import parse_json

if TYPE_CHECKING:
    from fer_core.training import TrainingConfig

HELP = "train a network and write a run folder"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from fer_core import models
    from fer_core.data.augmentation import PRESETS
    from fer_core.models.preprocessing import NORMALISATIONS
    from fer_core.training.config import MONITORS, NADAM_WARMUPS, OPTIMIZERS, SCHEDULES, TARGETS
    from fer_core.training.precision import PRECISIONS
    from fer_core.training.recipes import RECIPES

    parser.add_argument("--name", help="name of the run and its folder (default: the recipe's or the network's name)")
    parser.add_argument("--recipe", choices=sorted(RECIPES), help="a named set of settings; what follows overrides it")
    parser.add_argument("--data", help="data set: a path, or 'drawn' (default: FER_DATA, then data/)")
    parser.add_argument("--root", help="folder of runs (default: FER_RUNS, then checkpoints/)")
    parser.add_argument("--model", choices=models.names())
    parser.add_argument("--option", action="append", metavar="KEY=VALUE", help="option of the network, say width=0.5")
    parser.add_argument("--normalisation", choices=tuple(NORMALISATIONS))
    parser.add_argument("--augmentation", choices=tuple(PRESETS))
    parser.add_argument("--optimizer", choices=OPTIMIZERS)
    parser.add_argument("--nadam-warmup", choices=NADAM_WARMUPS, help="momentum schedule of Keras 3, or the report's")
    parser.add_argument("--precision", choices=PRECISIONS, help="bfloat16 trains faster where the processor has it")
    parser.add_argument("--learning-rate", type=float)
    parser.add_argument("--schedule", choices=SCHEDULES)
    parser.add_argument("--warmup-epochs", type=float)
    parser.add_argument("--weight-decay", type=float)
    parser.add_argument("--batch-size", type=int)
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--patience", type=int)
    parser.add_argument("--monitor", choices=MONITORS)
    parser.add_argument("--validation-fraction", type=float)
    parser.add_argument("--mixup", type=float, metavar="ALPHA", help="mix pairs of pictures, 0 for none")
    parser.add_argument("--cutmix", type=float, metavar="ALPHA", help="paste part of another picture, 0 for none")
    parser.add_argument("--class-weight", type=float, metavar="POWER", help="weigh rare classes, 0 (not) to 1")
    parser.add_argument("--label-smoothing", type=float)
    parser.add_argument("--ema", type=float)
    parser.add_argument(
        "--teacher",
        help="a run whose probabilities are mixed into the targets, or several with commas: their mean (distillation)",
    )
    parser.add_argument("--teacher-share", type=float, help="by how much, 0 to 1")
    parser.add_argument("--targets", choices=TARGETS, help="labels, or the shares of FER+'s votes")
    parser.add_argument(
        "--verdicts", metavar="FILE", help="decisions about single pictures; see the Data page's Review"
    )
    parser.add_argument("--start-from", metavar="RUN", help="begin with the weights of a run of the same network")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--split-seed", type=int)
    parser.add_argument("--limit", type=int, help="use only so many training images")
    parser.add_argument(
        "--keep-epochs", default="", metavar="N,N", help="also keep these epochs' networks, say 1,5,20-22, to compare"
    )
    parser.add_argument("--note", help="free text kept with the run")
    parser.add_argument("--tag", action="append", dest="tags", metavar="WORD")
    parser.add_argument("--overwrite", action="store_true", help="replace a run of that name")


def run(args: argparse.Namespace) -> int:
    from fer_core.features.numbers import parse_numbers
    from fer_core.training import train

    config = config_from(args)
    keep = parse_numbers(args.keep_epochs, config.epochs + 1, "epoch", 1) if args.keep_epochs else []
    dataset = open_data(args.data)
    counts = ", ".join(f"{count:,} {name}" for name, count in dataset.counts().items())
    print(f"{config.name}: {config.model} on {dataset.name} ({counts})", flush=True)
    result = train(config, dataset, args.root, lambda line: print(line, flush=True), args.overwrite, keep)
    for split, score in result.scores.items():
        if score["n"]:
            low, high = score["accuracy_interval"]
            print(f"{split}: accuracy {score['accuracy']:.4f} (95% {low:.4f} to {high:.4f}), n = {score['n']:,}")
    print(f"wrote {result.folder}")
    return 0


def config_from(args: argparse.Namespace) -> "TrainingConfig":
    """The TrainingConfig that the arguments ask for: recipe first, then what was given on top."""
    from fer_core.data.augmentation import PRESETS
    from fer_core.training import TrainingConfig
    from fer_core.training.recipes import RECIPES

    settings = dict(RECIPES[args.recipe]) if args.recipe else {}
    plain = [
        "model",
        "normalisation",
        "optimizer",
        "nadam_warmup",
        "precision",
        "learning_rate",
        "schedule",
        "warmup_epochs",
        "weight_decay",
        "batch_size",
        "epochs",
        "patience",
        "monitor",
        "validation_fraction",
        "mixup",
        "cutmix",
        "class_weight",
        "label_smoothing",
        "ema",
        "teacher",
        "teacher_share",
        "targets",
        "verdicts",
        "start_from",
        "seed",
        "split_seed",
        "limit",
        "note",
    ]
    settings.update({key: getattr(args, key) for key in plain if getattr(args, key) is not None})
    if args.augmentation is not None:
        settings["augmentation"] = PRESETS[args.augmentation]
    if args.option:
        settings["model_options"] = {**settings.get("model_options", {}), **_options(args.option)}
    if args.tags:
        settings["tags"] = tuple(args.tags)
    name = args.name or args.recipe or settings.get("model", "report_cnn")
    return TrainingConfig(name=name, **settings)


def _options(given: list[str]) -> dict[str, object]:
    options = {}
    for text in given:
        key, found, value = text.partition("=")
        if not found:
            raise FerError(f"--option takes KEY=VALUE, say width=0.5, not {text!r}.")
        try:
            options[key] = parse_json(value)
        except ValueError:
            raise FerError(f"--option {key} needs a number, not {value!r}.") from None
    return options
