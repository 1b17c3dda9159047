"""A dashboard to measure: started on a free port, ended with the measurement."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Dashboard:
    """Where it answers, and its process: `address` as http://127.0.0.1:PORT."""

    address: str
    pid: int


@contextmanager
def dashboard(
    script: str | Path = "dashboard.py", up: bool = True, without: tuple[str, ...] = (), **surroundings: str
) -> Iterator[Dashboard]:
    """The app of this repository as `streamlit run` starts it, until the end of the block.

    script: another one of Streamlit's, in place of the app's. up: wait until it answers.
    without: environment variables that it must not see; surroundings: those that it has.
    """
    port = free_port()
    env = {key: value for key, value in os.environ.items() if key not in without} | surroundings
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    process = subprocess.Popen(
        [*command, "--server.headless", "true"], cwd=REPO, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    there = Dashboard(f"http://127.0.0.1:{port}", process.pid)
    try:
        if up:
            _wait_until_up(there.address, process)
        yield there
    finally:
        process.terminate()
        process.wait(60)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def chromium() -> str | None:
    """The path of a Chromium: FER_CHROMIUM's, or the first that is installed."""
    return os.environ.get("FER_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


def _wait_until_up(address: str, process: subprocess.Popen) -> None:
    for _ in range(480):
        try:
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=5).close()
            return
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.25)
    raise SystemExit("the dashboard did not start; `python -m streamlit run dashboard.py` says why")
