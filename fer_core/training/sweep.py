"""Many runs, one after another or side by side, resumable: what is there already is kept, the rest is trained."""

import os
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from fer_core import models
from fer_core.data.dataset import Dataset
from fer_core.errors import FerError
from fer_core.parsed import parse_json
from fer_core.runs import PARTIAL, BrokenRun, Run, default_root, discover, load_run, write_json
from fer_core.training.config import TrainingConfig
from fer_core.training.run import train
from fer_core.training.sweep_file import ENGINES, SweepPlan

FOLDER = ".sweeps"
"""Below the folder of runs: a small file for each sweep that was begun there, for whoever watches."""

_FREE = ("name", "note", "tags", "precision")
"""What two runs may differ in and still be the same experiment."""


@dataclass(frozen=True)
class RunState:
    """How one run of a sweep stands.

    Attributes:
        name: the run's. state: "done", "stopped" (by hand, its best epoch kept), "training", "interrupted" (to be taken
            up) or "waiting". epochs, seconds: so far. validation: accuracy, 0 to 1, where it is known.
        seconds_left: an estimate, None where nothing is known.
    """

    name: str
    state: str
    epochs: int = 0
    seconds: float = 0.0
    validation: float | None = None
    seconds_left: float | None = None


def differences(run: Run, config: TrainingConfig, dataset: Dataset | None = None) -> list[str]:
    """In what a run differs from what is asked for, as "setting: what it has, not what is asked"; empty for the same.

    A setting that the run does not know, being older than it, counts as the default. dataset: the data asked for.
    """
    asked = _comparable(config)
    had = _comparable(_config_of(run))
    found = [f"{key}: {had[key]!r}, not {asked[key]!r}" for key in asked if had[key] != asked[key]]
    if dataset is not None and run.fingerprint != dataset.fingerprint:
        found.append(f"data: {run.dataset_name} ({run.fingerprint}), not {dataset.name} ({dataset.fingerprint})")
    return found


def _config_of(run: Run) -> TrainingConfig:
    """The configuration that a run.json was made from."""
    from fer_core.data.augmentation import Augmentation

    config, known = run.config, set(TrainingConfig.__dataclass_fields__)
    given = {key: value for key, value in config["training"].items() if key in known}
    validation = config["dataset"].get("validation") or {}
    augmentation = config.get("augmentation")
    return TrainingConfig(
        **{
            **given,
            "name": "run",
            "model": config["model"]["name"],
            "model_options": config["model"].get("options") or {},
            "normalisation": config["preprocessing"].get("normalisation", "none"),
            "augmentation": Augmentation(**augmentation) if augmentation else None,
            "epochs": config["training"].get("epochs_asked", config["training"].get("epochs_run", 1)),
            "validation_fraction": validation.get("fraction", 0.1),
            "split_seed": validation.get("seed", 0),
        }
    )


def _comparable(config: TrainingConfig) -> dict[str, Any]:
    settings = {key: value for key, value in config.as_dict().items() if key not in _FREE}
    settings["model_options"] = {**models.options(config.model), **config.model_options}
    return settings


def run_sweep(
    plan: SweepPlan,
    dataset: Dataset,
    root: Path | str | None = None,
    report: Callable[[str], None] = lambda line: None,
    jobs: int = 1,
    move_aside: bool = False,
    engine: str = "local",
) -> list[Run]:
    """Trains what is not there yet and gives all runs, in order; a killed run is taken up where it was.

    Args:
        plan: as from `fer_core.training.sweep_file.read`.
        jobs: how many train at a time, each in a process of its own where there are several.
        move_aside: whether a run under one of the names with other settings or data is renamed, to NAME-aside-1 and so
            on; otherwise it is named and nothing is trained.
        report: takes lines; with several jobs the processes print their own.
        engine: one of ENGINES: processes of this machine, or tasks on a Ray cluster, see `ray_engine`.

    Raises FerError before anything is trained where a name is taken; KeyboardInterrupt where the run under way was
    stopped: its best epoch is kept.
    """
    root = Path(root) if root else default_root()
    train_all = _engine(engine)
    _make_room(plan, dataset, root, move_aside, report)
    _announce(plan, root)
    firm = [planned for planned in plan.runs if not planned.waits_for]
    train_all([planned.config() for planned in firm], dataset, root, report, jobs)
    there = [load_run(root / planned.name) for planned in firm]
    for planned in plan.runs:
        if planned.waits_for:
            config = planned.config(there, plan.runs)
            _refuse_other(config, dataset, root, move_aside, report)
            train_all([config], dataset, root, report, 1)
    return [load_run(root / planned.name) for planned in plan.runs]


def _engine(name: str) -> Callable[..., None]:
    if name not in ENGINES:
        raise FerError(f"There is no engine {name!r}; there are: {', '.join(ENGINES)}.")
    if name == "local":
        return _train_all
    from fer_core.training.ray_engine import train_all

    return train_all


def _make_room(plan: SweepPlan, dataset: Dataset, root: Path, move_aside: bool, report: Callable[[str], None]) -> None:
    """Refuses, or moves aside, what stands under the plan's names and is something else."""
    for planned in plan.runs:
        if not planned.waits_for:
            _refuse_other(planned.config(), dataset, root, move_aside, report)


def _refuse_other(
    config: TrainingConfig, dataset: Dataset, root: Path, move_aside: bool, report: Callable[[str], None]
) -> None:
    folder = root / config.name
    if not folder.exists():
        return
    run = load_run(folder)
    found = differences(run, config, dataset)
    if not found:
        return
    if not move_aside:
        more = f" and {len(found) - 3} more" if len(found) > 3 else ""
        raise FerError(
            f"{folder} is another run than the sweep's ({'; '.join(found[:3])}{more}). Move or rename it, give another "
            f"--root, or have it moved aside with --move-aside."
        )
    number = next(n for n in range(1, 10_000) if not (root / f"{config.name}-aside-{n}").exists())
    folder.rename(folder.with_name(f"{config.name}-aside-{number}"))
    report(f"{config.name} moved aside to {config.name}-aside-{number}")


def _train_all(
    configs: Sequence[TrainingConfig], dataset: Dataset, root: Path, report: Callable[[str], None], jobs: int
) -> None:
    todo = [config for config in configs if not (root / config.name / "run.json").is_file()]
    report(f"{len(configs)} runs, {len(configs) - len(todo)} there already")
    if jobs == 1 or len(todo) < 2:
        for config in todo:
            run = train(config, dataset, root, partial(_labelled, report, config.name))
            if run.status == "stopped":
                raise KeyboardInterrupt
        return
    # Spawned, one run each: an accelerator's context can't be forked, and memory goes back when a run ends.
    with ProcessPoolExecutor(jobs, get_context("spawn"), max_tasks_per_child=1) as pool:
        for future in [pool.submit(_train_in_process, config, dataset, root) for config in todo]:
            future.result()


def _announce(plan: SweepPlan, root: Path) -> None:
    (root / FOLDER).mkdir(parents=True, exist_ok=True)
    names = [planned.name for planned in plan.runs]
    write_json(root / FOLDER / f"{plan.name}.json", {"title": plan.title, "runs": names, "begun": time.time()})


def begun(root: Path | str) -> dict[str, list[str]]:
    """Title -> names of the runs of each sweep that was begun in a folder of runs; an unreadable one is skipped."""
    found = {}
    for path in sorted(Path(root, FOLDER).glob("*.json")):
        if not path.is_file():
            continue
        try:
            record = parse_json(path.read_text(encoding="utf-8"))
            found[str(record["title"])] = [str(name) for name in record["runs"]]
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return found


def states(names: Iterable[str], root: Path | str) -> list[RunState]:
    """How each run of a sweep stands, in order; what is left is worked out from the runs that are done or under way."""
    from fer_core.training.jobs import progress

    root = Path(root)
    runs: dict[str, Run | BrokenRun] = {run.folder.name: run for run in discover(root)[0]}
    found = []
    for name in names:
        run, partial_folder = runs.get(name), root / f"{name}{PARTIAL}"
        if isinstance(run, Run):
            training = run.config["training"]
            score = (run.scores.get("validation") or {}).get("accuracy")
            kind = "done" if run.status == "finished" else run.status
            found.append(
                RunState(name, kind, training.get("epochs_run") or 0, float(run.config.get("seconds") or 0), score, 0)
            )
        elif partial_folder.is_dir():
            seen = progress(partial_folder)
            kind = "training" if seen.alive else "interrupted"
            found.append(RunState(name, kind, max(0, (seen.epoch or 1) - 1), seconds_left=seen.seconds_left))
        else:
            found.append(RunState(name, "waiting"))
    return _with_estimates(found)


def _with_estimates(found: list[RunState]) -> list[RunState]:
    """Waiting runs are taken to last as long as the runs that are done do on average."""
    done = [state.seconds for state in found if state.state == "done" and state.seconds]
    typical = sum(done) / len(done) if done else None
    return [
        RunState(s.name, s.state, s.epochs, s.seconds, s.validation, typical) if s.state == "waiting" else s
        for s in found
    ]


def lower_priority(amount: int) -> None:
    """Lets other work on the machine go first: 1 (a little) to 19 (as far as it goes)."""
    if hasattr(os, "nice") and amount:
        os.nice(amount)


def _labelled(report: Callable[[str], None], name: str, line: str) -> None:
    report(f"{name}: {line}")


def _train_in_process(config: TrainingConfig, dataset: Dataset, root: Path) -> None:
    train(config, dataset, root, partial(_labelled, partial(print, flush=True), config.name))
