"""A training killed at any write ends, when its command is given again, in the run of a training that was not.

Writes are counted and one of them is made to fail, before it or just after it, as a kill would: from then on nothing
reaches the disk. All instants are tried with FER_ALL_INSTANTS=1; otherwise some, spread over the whole training.
"""

import builtins
import errno
import io
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fer_core.errors import FerError
from fer_core.runs import Run, load_run
from fer_core.training import finish, train
from fer_core.training.system_figures import NAMES as SYSTEM
from tests.conftest import tiny_faces
from tests.core.training.test_training import config

# A killed process closes no file; here the interpreter lives on and says so of each.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

EPOCHS = 2
SOME = 4


class Killed(BaseException):
    """What a killed process does: nothing more."""


@contextmanager
def failing(root: Path, at: int, after: bool, kind: Callable[[], BaseException]) -> Iterator[list[int]]:
    """Within it the at-th write below root fails, before it or after it, with Killed every one behind it; [count]."""
    count, broken = [0], [False]
    real: dict[str, Any] = {
        name: getattr(os, name) for name in ("replace", "rename", "unlink", "mkdir", "rmdir", "link")
    }
    real_open = builtins.open

    def watch(run: Callable[[], Any], path: Any) -> Any:
        if not str(path).startswith(str(root)) or ".locks" in str(path):
            return run()
        if broken[0]:
            raise Killed
        count[0] += 1
        here = count[0] == at
        fails = kind() if here else None
        if here and isinstance(fails, Killed):
            broken[0] = True
        if here and not after:
            raise fails  # type: ignore[misc]
        done = run()
        if here:
            if hasattr(done, "close"):
                done.close()
            raise fails  # type: ignore[misc]
        return done

    def patched(name: str) -> Callable[..., Any]:
        return lambda path, *args, **more: watch(lambda: real[name](path, *args, **more), path)

    def opened(path: Any, mode: str = "r", *args: Any, **more: Any) -> Any:
        if set(mode) & set("wax+"):
            return watch(lambda: real_open(path, mode, *args, **more), path)
        return real_open(path, mode, *args, **more)

    with pytest.MonkeyPatch.context() as patch:
        for name in real:
            patch.setattr(os, name, patched(name))
        patch.setattr(builtins, "open", opened)
        patch.setattr(io, "open", opened)
        yield count


def asked() -> Any:
    return config("run", epochs=EPOCHS, batch_size=42)


@pytest.fixture(scope="module", autouse=True)
def _no_copy() -> Iterator[None]:
    """No LiteRT copy: its making takes longer than the training."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(finish, "LITE_PARAMETERS", 0)
        yield


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> tuple[Run, int]:
    """The run of a training that nothing happens to, and the number of its writes."""
    root = tmp_path_factory.mktemp("whole")
    with failing(root, -1, False, Killed) as count:
        run = train(asked(), tiny_faces(), root)
    return run, count[0]


def same(run: Run, other: Run) -> None:
    """History, predictions, scores and files are those of the other run; only how long it took may differ."""
    left, right = (one.history().drop(columns=["seconds", *SYSTEM]) for one in (run, other))
    assert left["epoch"].tolist() == list(range(EPOCHS))
    np.testing.assert_allclose(left.to_numpy(), right.to_numpy(), rtol=1e-4)
    for split in other.splits():
        np.testing.assert_allclose(
            run.predictions(split).probabilities, other.predictions(split).probabilities, atol=1e-4
        )
        assert run.scores[split]["accuracy"] == other.scores[split]["accuracy"]
    assert (run.epoch_classes()[1] == other.epoch_classes()[1]).all()  # type: ignore[index]
    assert {p.name for p in run.folder.iterdir()} == {p.name for p in other.folder.iterdir()}
    assert (run.status, run.best_epoch) == ("finished", other.best_epoch)
    assert not [p.name for p in run.folder.parent.iterdir() if p.name not in ("run", ".locks")]


def instants(count: int) -> list[tuple[int, bool]]:
    every = [(at, after) for at in range(1, count + 1) for after in (False, True)]
    if os.environ.get("FER_ALL_INSTANTS"):
        return every
    return [every[i] for i in np.linspace(0, len(every) - 1, SOME).astype(int)]


def test_whatever_instant_the_kill_comes_at_the_same_command_ends_in_the_same_run(whole, tmp_path) -> None:
    plain, count = whole
    assert count > 20
    for at, after in instants(count):
        root = tmp_path / f"{at}-{after}"
        root.mkdir()
        with failing(root, at, after, Killed), pytest.raises(Killed):
            train(asked(), tiny_faces(), root)
        try:
            run = train(asked(), tiny_faces(), root)
        except FerError as error:  # the kill came when all was done
            assert "already a run 'run'" in str(error)
            run = load_run(root / "run")
        same(run, plain)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_a_full_or_failing_disk_is_a_sentence_and_nothing_is_lost(whole, tmp_path, number) -> None:
    plain, count = whole
    for at in [at for at, _ in instants(count)] if os.environ.get("FER_ALL_INSTANTS") else [count // 2]:
        root = tmp_path / f"{at}"
        root.mkdir()
        said = pytest.raises(FerError, match=f"{os.strerror(number)}.*same command again")
        with failing(root, at, False, lambda: OSError(number, os.strerror(number))), said:
            train(asked(), tiny_faces(), root)
        same(train(asked(), tiny_faces(), root), plain)


LONG = """
import sys
from fer_core.training import train
from tests.conftest import tiny_faces
from tests.core.training.test_kills import config
train(config("run", epochs=200, batch_size=42), tiny_faces(), sys.argv[1])
"""


def test_a_second_training_of_one_name_is_refused_and_a_dead_ones_lock_is_taken_over(tmp_path) -> None:
    # A program of its own: multiprocessing would run the page that an earlier test left as __main__.
    process = subprocess.Popen([sys.executable, "-c", LONG, str(tmp_path)])
    try:
        deadline = time.monotonic() + 120
        while not list(tmp_path.glob("run.partial/state-*/state.json")) and time.monotonic() < deadline:
            time.sleep(0.2)
        with pytest.raises(FerError, match=rf"being written by another process \(process {process.pid}\)"):
            train(config("run", epochs=200, batch_size=42), tiny_faces(), tmp_path)
    finally:
        process.kill()
        process.wait()
    lines: list[str] = []
    (tmp_path / "run.partial" / "STOP").unlink(missing_ok=True)

    def stop(line: str) -> None:
        lines.append(line)
        if line.startswith("epoch "):
            raise KeyboardInterrupt

    run = train(config("run", epochs=200, batch_size=42), tiny_faces(), tmp_path, stop)
    assert "taking up run after epoch" in lines[0] and run.status == "stopped"
    epochs = load_run(tmp_path / "run").history()["epoch"].tolist()
    assert epochs == list(range(len(epochs)))


def test_the_hdf5_library_writes_nothing_into_the_run_itself(tmp_path) -> None:
    """Where the disk runs full under its own hands, the library ends the process as it closes (measured: SIGSEGV)."""
    from fer_core.training.callback import _write_weights

    asked: list[Path] = []

    class Model:
        def save_weights(self, path: Path) -> None:
            asked.append(path)
            path.write_bytes(b"weights")

    _write_weights(Model(), tmp_path / "best.new.weights.h5")
    assert (tmp_path / "best.new.weights.h5").read_bytes() == b"weights"
    assert asked[0].parent != tmp_path and asked[0].name == "best.new.weights.h5" and not asked[0].exists()


def test_a_published_run_is_cleared_of_what_only_training_needed(tmp_path, monkeypatch) -> None:
    from fer_core.training import run as training_run

    monkeypatch.setattr(training_run, "load_run", lambda folder: folder)
    monkeypatch.setattr(training_run, "load_model", lambda run: None)
    monkeypatch.setattr(training_run, "add_derived", lambda run, model: run)
    for name in ("state-3", "state-12"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "weights").write_text("w")
    for name in ("progress.json", "STOP", "best.new.npz", "asked.json", "run.json", "model.keras", "history.csv"):
        (tmp_path / name).write_text(name)
    assert training_run._complete(tmp_path) == tmp_path
    assert {path.name for path in tmp_path.iterdir()} == {"run.json", "model.keras", "history.csv"}
