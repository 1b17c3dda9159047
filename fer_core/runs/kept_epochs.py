"""Networks of single epochs, kept beside a run's best one, so that what training changes can be looked at.

<run>/epochs/<number>/ is a small run folder of its own, with run.json and model.keras and nothing else: whatever takes
a run takes an epoch too. Epochs are counted from 1, as `Run.best_epoch` is.
"""

from pathlib import Path
from typing import Any

from fer_core.errors import FerError
from fer_core.runs import Run, load_run, read_json, write_json

FOLDER = "epochs"


def keep_epoch(folder: Path, model: Any, epoch: int) -> Path:
    """Keeps the model as it is now, weights as float16, as the given epoch of the run in the folder; gives its folder.

    folder must hold a run.json. Raises FerError for an epoch below 1.
    """
    from fer_core.models.half import save_at_half_size

    if epoch < 1:
        raise FerError(f"Epochs are counted from 1; there is no epoch {epoch}.")
    details = read_json(folder / "run.json")
    own = folder / FOLDER / f"{epoch:04d}"
    own.mkdir(parents=True, exist_ok=True)
    save_at_half_size(model, own / "model.keras")
    drop = ("scores", "calibration")  # of other weights
    kept = {key: value for key, value in details.items() if key not in drop}
    write_json(
        own / "run.json",
        {**kept, "name": f"{details['name']}, epoch {epoch}", "status": "stopped", "best_epoch": epoch},
    )
    return own


def kept_epochs(run: Run) -> dict[int, Run]:
    """Epoch number -> that epoch as a run, ascending; empty where none was kept. Damaged folders are left out."""
    found: dict[int, Run] = {}
    for folder in sorted((run.folder / FOLDER).glob("[0-9]*")):
        try:
            kept = load_run(folder)
        except FerError:
            continue
        if kept.has_model and kept.best_epoch:
            found[kept.best_epoch] = kept
    return dict(sorted(found.items()))


def epochs_of(run: Run) -> dict[int, Run]:
    """As `kept_epochs`, and the run itself at its best epoch; empty where no epoch was kept beside it."""
    found = kept_epochs(run)
    if found and run.best_epoch and run.has_model:
        found[run.best_epoch] = run
    return dict(sorted(found.items()))


def accuracies_of(run: Run) -> dict[int, float]:
    """Epoch number, from 1 -> validation accuracy as history.csv has it; empty where it has none."""
    try:
        table = run.history()
    except FerError:
        return {}
    if not {"epoch", "val_accuracy"} <= set(table):
        return {}
    known = table[["epoch", "val_accuracy"]].dropna()
    return {int(epoch) + 1: float(value) for epoch, value in known.itertuples(index=False)}
