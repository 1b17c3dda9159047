"""The report's experiment: five variants of preprocessing, then the final network, as one resumable sweep.

All variants share network, optimiser, validation part, seeds and initial weights; only preprocessing and augmentation
differ. The final one trains with augmentation and the normalisation that the variants' validation accuracy prefers.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from fer_core.comparison.beside_report import PREPARATIONS, quoted_of
from fer_core.data.augmentation import PRESETS
from fer_core.data.dataset import Dataset
from fer_core.errors import FerError
from fer_core.runs import Run, default_root, load_run
from fer_core.training.config import TrainingConfig
from fer_core.training.run import train

PREFIX = "report-"
NORMALISING = tuple(variant for variant, (_, augmentation) in PREPARATIONS.items() if augmentation == "none")


@dataclass(frozen=True)
class Size:
    """How much of the report's experiment is run.

    Attributes:
        width: factor on the variants' filter and unit counts, 1 is the report's network.
        epochs: at most; patience: epochs without a lower validation loss before stopping.
        seeds: runs of each variant, seeds 0, 1, ... final_width, final_epochs: of the final network, one run.
    """

    width: float = 1.0
    epochs: int = 200
    patience: int = 30
    seeds: int = 3
    final_width: float = 1.0
    final_epochs: int = 200


SIZES = {"full": Size(), "small": Size(width=0.25, epochs=20, seeds=1, final_epochs=10)}
"""Named sizes: "full" is the report's protocol, for an accelerator; "small" is what two processor cores manage."""


def variant_configs(size: Size) -> list[TrainingConfig]:
    """The five variants with each seed, all variants of a seed before the next one."""
    return [_config(variant, seed, size) for seed in range(size.seeds) for variant in PREPARATIONS]


def final_config(runs: Iterable[Run], size: Size) -> TrainingConfig:
    """The final network: augmentation, with the normalisation whose runs have the highest mean validation accuracy.

    Args:
        runs: the variants' finished runs. Raises FerError where those without augmentation are not all there.
    """
    scores = {variant: [] for variant in NORMALISING}
    for run in runs:
        quoted = quoted_of(run)
        if quoted is not None and quoted.name in scores and "validation" in run.scores:
            scores[quoted.name].append(run.scores["validation"]["accuracy"])
    missing = [variant for variant, found in scores.items() if not found]
    if missing:
        raise FerError(
            f"The final network's normalisation is chosen among the variants; not there: {', '.join(missing)}."
        )
    best = max(NORMALISING, key=lambda variant: float(np.mean(scores[variant])))
    return TrainingConfig(
        name=f"{PREFIX}final",
        model_options={"width": size.final_width},
        normalisation=PREPARATIONS[best][0],
        augmentation=PRESETS["report"],
        epochs=size.final_epochs,
        patience=size.patience,
        note=_note(f"final network (augmentation, normalisation as in {best})", size.final_width, size.final_epochs),
        tags=("report",),
    )


def run_sweep(
    configs: Iterable[TrainingConfig],
    dataset: Dataset,
    root: Path | str | None = None,
    report: Callable[[str], None] = lambda line: None,
    jobs: int = 1,
) -> list[Run]:
    """Trains what is not there yet and gives all runs, in order; a killed run is taken up where it was.

    Args:
        configs: runs that exist already, finished or stopped by hand, are kept as they are.
        jobs: how many train at a time, each in a process of its own where there are several.
        report: takes lines; with several jobs the processes print their own.

    Raises KeyboardInterrupt where the run under way was stopped; its best epoch is kept.
    """
    configs, root = list(configs), Path(root) if root else default_root()
    todo = [config for config in configs if not (root / config.name / "run.json").is_file()]
    report(f"{len(configs)} runs, {len(configs) - len(todo)} there already")
    if jobs == 1 or len(todo) < 2:
        for config in todo:
            run = train(config, dataset, root, partial(_labelled, report, config.name))
            if run.status == "stopped":
                raise KeyboardInterrupt
    else:
        # Spawned, one run each: an accelerator's context can't be forked, and memory goes back when a run ends.
        with ProcessPoolExecutor(jobs, get_context("spawn"), max_tasks_per_child=1) as pool:
            for future in [pool.submit(_train_in_process, config, dataset, root) for config in todo]:
                future.result()
    return [load_run(root / config.name) for config in configs]


def _config(variant: str, seed: int, size: Size) -> TrainingConfig:
    normalisation, augmentation = PREPARATIONS[variant]
    return TrainingConfig(
        name=f"{PREFIX}{variant.replace(' + ', '-')}" + (f"-seed{seed}" if seed else ""),
        model_options={"width": size.width},
        normalisation=normalisation,
        augmentation=PRESETS[augmentation],
        epochs=size.epochs,
        patience=size.patience,
        seed=seed,
        note=_note(f"variant '{variant}'", size.width, size.epochs),
        tags=("report",),
    )


def _note(what: str, width: float, epochs: int) -> str:
    how = "at full width" if width == 1 else f"with its filter and unit counts times {width:g}"
    return f"The report's {what}, {how}, for at most {epochs} epochs."


def _labelled(report: Callable[[str], None], name: str, line: str) -> None:
    report(f"{name}: {line}")


def _train_in_process(config: TrainingConfig, dataset: Dataset, root: Path) -> None:
    train(config, dataset, root, partial(_labelled, partial(print, flush=True), config.name))
