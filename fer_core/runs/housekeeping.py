"""Runs kept in order: renamed, archived, thrown away and fetched back. Nothing here deletes a file for good."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

from fer_core.errors import FerError
from fer_core.runs.folder import PARTIAL, Run, load_run, read_json, write_json
from fer_core.runs.names import check_name

TRASH = ".trash"
"""Below the folder of runs: what was thrown away, each under NAME.TIME."""


@dataclass(frozen=True)
class Thrown:
    """A run in the trash: its name, its folder there, and when it was thrown away (seconds since 1970)."""

    name: str
    folder: Path
    when: float


def rename(run: Run, name: str) -> Run:
    """Gives a run another name, its folder with it. Raises FerError where the name is none, or taken."""
    _not_in_training(run)
    name = check_name(name.strip())
    if name == run.name == run.folder.name:
        return run
    final = run.folder.with_name(name)
    if final != run.folder and (final.exists() or final.with_name(f"{name}{PARTIAL}").exists()):
        raise FerError(f"There is already a run {name!r} in {run.folder.parent}; choose another name.")
    record = read_json(run.folder / "run.json")
    # First the record: a folder that is called differently than its run is still a whole run.
    write_json(run.folder / "run.json", {**record, "name": name})
    run.folder.rename(final)
    return load_run(final)


def archive(run: Run, archived: bool = True) -> Run:
    """Puts a run away, or back: it stays where it is, and lists leave it out unless asked."""
    path = run.folder / "annotations.json"
    kept = read_json(path) if path.is_file() else {}
    write_json(path, {**kept, "archived": archived})
    return load_run(run.folder)


def is_archived(run: Run) -> bool:
    """Whether somebody put the run away."""
    return bool(run.config.get("archived"))


def throw_away(run: Run) -> Thrown:
    """Moves a run's folder into the trash beside it. Raises FerError where it is in training."""
    _not_in_training(run)
    trash = run.folder.parent / TRASH
    trash.mkdir(exist_ok=True)
    when = time.time()
    target = trash / f"{run.folder.name}.{when:.6f}"
    run.folder.rename(target)
    os.utime(target)
    return Thrown(run.folder.name, target, when)


def thrown_away(root: Path | str) -> list[Thrown]:
    """What the trash of a folder of runs holds, the latest first."""
    found = []
    trash = Path(root, TRASH)
    for folder in trash.iterdir() if trash.is_dir() else ():
        name, _, when = folder.name.rpartition(".")
        name, _, whole = name.rpartition(".")
        try:
            found.append(Thrown(name, folder, float(f"{whole}.{when}")))
        except ValueError:  # not put there by us
            continue
    return sorted(found, key=lambda thrown: -thrown.when)


def fetch_back(thrown: Thrown) -> Run:
    """Moves a run out of the trash. Raises FerError where its name is taken meanwhile."""
    target = thrown.folder.parent.parent / thrown.name
    if target.exists():
        raise FerError(f"There is a run {thrown.name!r} again in {target.parent}; rename that one first.")
    thrown.folder.rename(target)
    return load_run(target)


def _not_in_training(run: Run) -> None:
    if run.folder.name.endswith(PARTIAL) or run.status == "training":
        raise FerError(f"{run.name} is in training; stop it first.")
