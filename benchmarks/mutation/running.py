"""One fault planted in a copy of the tree and its tests run, in a fork of a process that has imported the libraries."""

import importlib
import inspect
import json
import os
import resource
import signal
import sys
import time
import warnings
from collections.abc import Set
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.mutation.choosing import by_likelihood, words

CAUGHT, PASSED, UNTESTED, LATE = "caught", "not caught", "no test", "out of time"
_LIBRARIES = ("pytest", "numpy", "pandas", "scipy.stats", "PIL.Image", "cv2", "plotly.graph_objects", "pyarrow")
_PAGES = ("streamlit", "streamlit.testing.v1")
_HEAVY = ("tensorflow", "keras")
_AT_FIRST = 2
"""Test files that are collected and run before the others are."""
_PASSED = (0, 5)
"""pytest's exit codes where no test failed; 5: there was none."""
_HOUSE = ("fer_core", "pages", "dashboard", "tests", "conftest")
_PYTEST = ("-q", "-x", "-p", "no:cacheprovider", "-p", "no:randomly", "-W", "ignore::pytest.PytestAssertRewriteWarning")
"""The warning is of plugins whose modules the libraries have already brought."""
_BUSY = "timed out"
"""What a test says that a machine was too busy for: no fault was seen."""
_SILENT = 240.0
"""Seconds without any use of the processor after which a fork is taken for stuck, also on a busy machine."""


@dataclass(frozen=True)
class Outcome:
    """What became of a fault: one of the four words above, the test that failed and its last line, and seconds."""

    word: str
    test: str = ""
    why: str = ""
    seconds: float = 0.0


def warm() -> None:
    """Imports what tests import, but nothing of the house, and runs no operation: TensorFlow's threads would not live
    through a fork."""
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "2")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    for name in (*_LIBRARIES, *_PAGES, *_HEAVY):
        with suppress(ImportError):
            importlib.import_module(name)


class Tree:
    """A copy of the tree in which faults are planted one at a time."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._stamp = int(time.time())

    def outcome(self, file: str, code: str, tests: list[str], limit: float, likely: Set[str] = frozenset()) -> Outcome:
        """Runs `tests` with the file's code replaced, those first that have the `likely` words; `limit` in seconds of
        the processor. The file is put back."""
        if not tests:
            return Outcome(UNTESTED)
        original = (self.root / file).read_text(encoding="utf-8")
        began = time.monotonic()
        self._write(file, code)
        try:
            word, test, why = _answer(self._forked(tests, limit, likely))
        finally:
            self._write(file, original)
        return Outcome(word, test, why, round(time.monotonic() - began, 1))

    def _write(self, file: str, code: str) -> None:
        """Every writing has a time of its own: Python takes compiled code for fresh by time and size alone."""
        self._stamp += 2
        (self.root / file).write_text(code, encoding="utf-8")
        os.utime(self.root / file, (self._stamp, self._stamp))

    def _forked(self, tests: list[str], limit: float, likely: Set[str]) -> dict[str, Any]:
        """{"code": pytest's exit code, "test": ..., "why": ...} of the first failure; {} where the time was up or the
        process ended itself."""
        said = self.root / ".mutation.json"
        said.unlink(missing_ok=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of threads beside a fork: see `warm`
            child = os.fork()
        if child == 0:
            _run(self.root, tests, limit, likely, said)
        _waited(child)
        return json.loads(said.read_text()) if said.exists() else {}


def _answer(said: dict[str, Any]) -> tuple[str, str, str]:
    if not said:
        return LATE, "", ""
    test, why = said["test"], said["why"]
    if said["code"] in _PASSED:
        return PASSED, "", ""
    return (LATE if _BUSY in why else CAUGHT), test, why


class _First:
    """A plugin of pytest that runs likely tests first and keeps the first failure; collecting counts, as a file that
    does not import fails too."""

    def __init__(self, likely: Set[str]) -> None:
        self.test, self.why = "", ""
        self._likely = likely

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        written = [words(f"{item.name} {inspect.getsource(item.function)}") for item in items]
        items[:] = [items[at] for at in by_likelihood(written, self._likely)]

    def _keep(self, report: Any) -> None:
        if report.failed and not self.test:
            lines = [line for line in str(report.longreprtext).splitlines() if line.startswith("E ")]
            self.test, self.why = report.nodeid, " ".join(lines[:1])[:200]
            self.why += f" {_BUSY}" if _BUSY in report.longreprtext and _BUSY not in self.why else ""

    pytest_runtest_logreport = _keep
    pytest_collectreport = _keep


def _run(root: Path, tests: list[str], limit: float, likely: Set[str], said: Path) -> None:
    """In the fork: the copy in place of the tree, the tests, and what they said into a file. Never returns."""
    try:
        os.setsid()
        ceiling = int(limit)
        resource.setrlimit(resource.RLIMIT_CPU, (ceiling, ceiling + 5))
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        os.chdir(root)
        sys.path[:] = [str(root), *(path for path in sys.path if "mutation" not in path and path not in ("", "."))]
        for name in [name for name in sys.modules if name.split(".")[0] in _HOUSE]:
            del sys.modules[name]
        import pytest

        first = _First(likely)
        code: int = pytest.ExitCode.OK
        for some in (tests[:_AT_FIRST], tests[_AT_FIRST:]):  # most faults are caught by the first: the rest is not read
            if some and code in _PASSED:
                code = pytest.main([*_PYTEST, *some], plugins=[first])
        kept = said.with_suffix(".partial")
        kept.write_text(json.dumps({"code": int(code), "test": first.test, "why": first.why}))
        kept.rename(said)
    finally:
        os._exit(0)


def _waited(child: int) -> None:
    """Waits for a fork and ends whatever is left of its group; the fork, too, where nothing of it has used the
    processor for so long that it waits for something that does not come."""
    used, since = 0.0, time.monotonic()
    while time.monotonic() - since < _SILENT:
        done, _ = os.waitpid(child, os.WNOHANG)
        if done:
            break
        time.sleep(0.2)
        if (now := _seconds_used(child)) > used:
            used, since = now, time.monotonic()
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
    with suppress(ChildProcessError):
        os.waitpid(child, 0)


def _seconds_used(child: int) -> float:
    """Seconds of the processor of a process and of those that it started."""
    import psutil

    total = 0.0
    with suppress(psutil.Error):
        one = psutil.Process(child)
        for process in (one, *one.children(recursive=True)):
            with suppress(psutil.Error):
                total += sum(process.cpu_times()[:4])
    return total
