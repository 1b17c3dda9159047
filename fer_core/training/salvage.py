"""What a fit that died under RunLogger has left becomes a run of its own."""

import shutil
from pathlib import Path

from fer_core.runs import PARTIAL, read_json, write_json

STOP_FILE = "STOP"
"""Put into the folder of a run in training, it ends the training after the batch."""


def free_name(partial: Path, why: str) -> Path:
    """NAME-why-1 beside the folder of a run in training, or the first number that nothing has."""
    name = partial.name.removesuffix(PARTIAL)
    return next(there for n in range(1, 10_000) if not (there := partial.with_name(f"{name}-{why}-{n}")).exists())


def salvage(partial: Path) -> Path | None:
    """Keeps what a fit that died has left: its folder becomes a run of its own, NAME-interrupted-1 and so on, with the
    epochs it had. None, and the folder gone, where there is nothing of it."""
    if not partial.is_dir():
        return None
    if not (partial / "history.csv").is_file() or not (partial / "run.json").is_file():
        shutil.rmtree(partial)
        return None
    final = free_name(partial, "interrupted")
    record = read_json(partial / "run.json")
    epochs = max(0, len((partial / "history.csv").read_text(encoding="utf-8").splitlines()) - 1)
    training = {**record.get("training", {}), "epochs_run": epochs}
    note = f"{record.get('note') or ''} Interrupted: its process died; predictions and network were not kept.".strip()
    write_json(
        partial / "run.json", {**record, "name": final.name, "status": "stopped", "note": note, "training": training}
    )
    for left in ("progress.json", STOP_FILE):
        (partial / left).unlink(missing_ok=True)
    partial.rename(final)
    return final
