"""One process that makes the calls: with a ceiling on its memory, a note of its peak, and an eye on what it touches."""

import contextlib
import io
import os
import resource
import shutil
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psutil

ACCEPTED, SENTENCE, TRACEBACK, LARGE = "accepted", "sentence", "traceback", "over 1 GB"
OUTSIDE, HUNG, CRASHED = "outside", "hung", "crashed"
OUTCOMES = (ACCEPTED, SENTENCE, TRACEBACK, LARGE, OUTSIDE, HUNG, CRASHED)
CEILING = 4 << 30
"""Bytes of address space that calls may take above what the process has before."""
LARGE_MB = 1000
_PATIENCE = 12
"""So many times its limit a call may take by the clock."""


@dataclass(frozen=True)
class Result:
    """What a call came to: one of OUTCOMES, the sentence or the end of the traceback, its peak in MB, its seconds."""

    outcome: str
    words: str = ""
    peak: int = 0
    seconds: float = 0.0


class Worker:
    """Makes calls in a process of its own, which is started anew after a hang or a crash."""

    def __init__(self) -> None:
        self._folder = tempfile.mkdtemp(prefix="fer-fuzz-")
        self._start()

    def _start(self) -> None:
        self._ours, theirs = get_context("spawn").Pipe()
        self._process = get_context("spawn").Process(target=serve, args=(self._folder, theirs), daemon=True)
        self._process.start()
        theirs.close()
        self._ours.recv()  # it is ready, or gone: EOFError

    def call(self, way: str, name: str, data: bytes, limit: float) -> Result:
        """The result of one call; limit: seconds of the processor that it may take."""
        try:
            self._ours.send((way, name, data))
            self._ours.recv()  # what the way needs is there
            begun, spent = time.monotonic(), self._spent()
            while time.monotonic() - begun < _PATIENCE * limit and self._spent() - spent < limit:
                if self._ours.poll(1):
                    return Result(*self._ours.recv())
            result = Result(HUNG, f"no answer in {limit:.0f} s of the processor", seconds=limit)
        except (EOFError, OSError, psutil.Error):
            self._process.join(5)
            result = Result(CRASHED, f"exit status {self._process.exitcode}")
        self._process.kill()
        self._process.join()
        self._start()
        return result

    def _spent(self) -> float:
        """Seconds that the worker has had of the processor: a busy machine hangs nothing."""
        times = psutil.Process(self._process.pid).cpu_times()
        return times.user + times.system

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.join()
        shutil.rmtree(self._folder, ignore_errors=True)


def serve(folder: str, pipe: Connection) -> None:
    """The worker's side: makes calls until the pipe is closed."""
    scratch, prepared = Path(folder) / "scratch", set[str]()
    _surroundings(folder)
    log = Path(folder, "log").open("w")  # noqa: SIM115 - for as long as the process lives
    os.dup2(log.fileno(), 2)
    os.dup2(log.fileno(), 1)
    from benchmarks.fuzzing.ways import WAYS

    watch = _Watch(folder)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pipe.send("ready")
    while True:
        try:
            way, name, data = pipe.recv()
        except EOFError:
            return
        if way not in prepared:
            prepared.add(way)
            _ceiling(None)
            WAYS[way].prepare(Path(folder) / "kept")
            _ceiling(CEILING)
        shutil.rmtree(scratch, ignore_errors=True)
        (scratch / "a/b/c/d").mkdir(parents=True)
        os.chdir(scratch / "a/b/c/d")
        pipe.send("prepared")
        pipe.send(_call(WAYS[way], name, data, scratch, watch))


def _ceiling(above: int | None) -> None:
    """So many bytes of address space above what there is now; None for no ceiling."""
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    size = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    resource.setrlimit(resource.RLIMIT_AS, (hard if above is None else size + above, hard))


def _surroundings(folder: str) -> None:
    """Nothing of the machine's own: home, cache, temporary files and runs lie in the worker's folder."""
    home = Path(folder) / "home"
    home.mkdir(exist_ok=True)
    sys.dont_write_bytecode = True
    for name in ("HOME", "TMPDIR", "FER_CACHE"):
        os.environ[name] = str(home)
    os.environ |= {"FER_WARM": "0", "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1", "COLUMNS": "80"}
    os.environ.pop("FER_DATA", None)
    tempfile.tempdir = str(home)


def _call(way: Any, name: str, data: bytes, scratch: Path, watch: "_Watch") -> tuple[str, str, int, float]:
    from fer_core.errors import FerError

    before, begun = _reset_peak(), time.perf_counter()
    watch.seen.clear()
    watch.on = True
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            outcome, words = way.call(name, data, scratch) or ACCEPTED, ""
    except FerError as error:
        outcome, words = SENTENCE, str(error)
    except MemoryError as error:
        outcome, words = LARGE, repr(error)
    except BaseException as error:
        outcome, words = TRACEBACK, _end(error)
    watch.on = False
    peak = _peak() - before
    if peak > LARGE_MB and outcome in (ACCEPTED, SENTENCE):
        outcome = LARGE
    if watch.seen:
        outcome, words = OUTSIDE, "; ".join(watch.seen[:3])
    return outcome, words[-2500:], peak, time.perf_counter() - begun


def _end(error: BaseException) -> str:
    return "".join(traceback.format_exception(error, chain=False)[-6:])


def _reset_peak() -> int:
    Path("/proc/self/clear_refs").write_text("5")
    return _peak()


def _peak() -> int:
    """Greatest resident memory since the last reset, MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) // 1000


class _Watch:
    """Notes what is written outside the worker's folder, unpickled, started or connected to during a call."""

    def __init__(self, folder: str) -> None:
        self.on, self.seen = False, list[str]()
        self._inside = (folder, "/dev/", "/proc/")
        sys.addaudithook(self._hook)

    def _hook(self, event: str, args: tuple[Any, ...]) -> None:
        if not self.on:
            return
        if event == "open" and _writes(args) and not self._is_inside(args[0]):
            self.seen.append(f"wrote {args[0]}")
        elif event in ("os.mkdir", "os.remove", "os.rmdir", "shutil.rmtree") and not self._is_inside(args[0]):
            self.seen.append(f"{event} {args[0]}")
        elif event == "os.rename" and not (self._is_inside(args[0]) and self._is_inside(args[1])):
            self.seen.append(f"{event} {args[0]} {args[1]}")
        elif event in ("pickle.find_class", "subprocess.Popen") and _is_harmless(event, args):
            return  # asked of these alone: looking at the stack is an event itself
        elif event in ("pickle.find_class", "subprocess.Popen", "os.system", "socket.connect"):
            self.seen.append(f"{event} {args[:2]}")

    def _is_inside(self, path: Any) -> bool:
        if isinstance(path, int):
            return True
        return os.path.realpath(os.fsdecode(path)).startswith(self._inside)


def _is_harmless(event: str, args: tuple[Any, ...]) -> bool:
    """`platform` asks for uname once; `st.cache_data` unpickles what it put into its own memory."""
    if event == "subprocess.Popen":
        return bool(args[0] == "uname")
    frame = sys._getframe()
    while event == "pickle.find_class" and frame.f_back is not None:
        frame = frame.f_back
        if frame.f_globals.get("__name__", "").startswith("streamlit.runtime.caching"):
            return True
    return False


def _writes(args: tuple[Any, ...]) -> bool:
    mode, flags = args[1], args[2]
    if isinstance(mode, str):
        return bool(set(mode) & set("wax+"))
    return bool((flags or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
