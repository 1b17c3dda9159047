"""A sweep on two Ray nodes, started as processes of their own; one of them is killed on the way. Needs Ray."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from fer_core.data.dataset import Dataset
from fer_core.runs import Run, load_run
from fer_core.training import ray_engine, sweep_file
from fer_core.training.sweep import run_sweep
from tests.conftest import REPO, tiny_faces

ray = pytest.importorskip("ray", reason="Ray is an extra: requirements-ray.txt")

PLAN = """
[settings]
model = "compact"
model_options = { width = 0.1 }
epochs = 3
batch_size = 42
[grid]
seed = [0, 1]
[[run]]
name = "tiny"
"""


def _plan(folder: Path, changes: dict[str, Any] | None = None) -> sweep_file.SweepPlan:
    (folder / "plan.toml").write_text(PLAN)
    return sweep_file.read(str(folder / "plan.toml"), changes or {})


HERE = ray.util.get_node_ip_address()


class Node:
    """A machine of the cluster: `ray start`, and everything that it starts."""

    def __init__(self, *options: str) -> None:
        environment = {**os.environ, "PYTHONPATH": str(REPO), "RAY_raylet_start_wait_time_s": "300"}
        command = [sys.executable, "-m", "ray.scripts.scripts", "start", "--block", "--num-cpus", "1",
                   "--node-ip-address", HERE, "--disable-usage-stats", *options]  # fmt: skip
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet, start_new_session=True)

    def kill(self) -> None:
        """The plug is pulled."""
        if not psutil.pid_exists(self._process.pid):
            return
        own = psutil.Process(self._process.pid)
        for process in [own, *own.children(recursive=True)]:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue
        self._process.wait()


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Node]]:
    """Two nodes with a processor each, the first of them this test's own."""
    folder = tempfile.mkdtemp(prefix="ray", dir="/tmp")  # sockets lie in it: a path must be short
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"{HERE}:{probe.getsockname()[1]}"
    nodes = [Node("--head", "--port", address.split(":")[1], "--include-dashboard=false", "--temp-dir", folder)]
    monkeypatch.setenv("RAY_ADDRESS", address)
    try:
        _until(lambda: _joined() >= 1, 600)
        nodes.append(Node("--address", address))
        _until(lambda: _joined() >= 2, 600)
        yield nodes
    finally:
        ray.shutdown()
        for node in reversed(nodes):
            node.kill()
        shutil.rmtree(folder, ignore_errors=True)


def _joined() -> int:
    """Nodes of the cluster that are alive; 0 where none answers yet."""
    try:
        ray_engine._connected()
        return sum(node["Alive"] for node in ray.nodes())
    except Exception:  # it is not up yet
        return 0


def _until(done: Any, seconds: float) -> None:
    until = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < until, "it did not come about in time"
        time.sleep(0.5)


def _same(one: Run, other: Run) -> None:
    a, b = one.predictions("private"), other.predictions("private")
    assert np.array_equal(a.rows, b.rows) and np.array_equal(a.labels, b.labels)
    assert np.allclose(a.probabilities, b.probabilities, atol=1e-4)
    columns = ["epoch", "accuracy", "loss", "val_accuracy", "val_loss"]
    assert np.allclose(one.history()[columns], other.history()[columns], atol=1e-3)


def test_a_node_that_is_killed_costs_no_run(tmp_path: Path, cluster: list[Node]) -> None:
    """The runs of the node that is lost are taken up on the other, and all equal those of the local engine."""
    root, lines = tmp_path / "cluster", list[str]()

    def pull_the_plug() -> None:
        _until(lambda: sum("epoch 1" in line.lower() for line in lines) >= 1 and len(_begun(root)) >= 2, 900)
        cluster[1].kill()

    threading.Thread(target=pull_the_plug, daemon=True).start()
    runs = run_sweep(_plan(tmp_path), tiny_faces(), root, lines.append, engine="ray")
    said = "\n".join(lines)
    print(said)
    assert "its node was lost" in said and "it is taken up elsewhere" in said, said
    assert [run.status for run in runs] == ["finished"] * 2
    assert not list(root.glob("*.partial")) and not list(root.glob(".ray-*"))
    for run, alone in zip(runs, run_sweep(_plan(tmp_path), tiny_faces(), tmp_path / "local"), strict=True):
        _same(run, alone)


def _begun(root: Path) -> list[Path]:
    return [*root.glob("*.partial"), *root.glob("tiny*/run.json")]


def test_a_folder_that_nodes_do_not_see_is_sent_back(tmp_path: Path, cluster: list[Node]) -> None:
    """Without the mark in the folder of runs a node trains in a folder of its own, and the run comes back whole."""
    dataset, root, lines = tiny_faces(), tmp_path / "runs", list[str]()
    root.mkdir()
    configs = [planned.config() for planned in _plan(tmp_path, {"epochs": 1}).runs[:1]]
    ray_engine._Sweep(ray_engine._connected(), dataset, root, "no such mark", lines.append).run(configs, 1)
    assert [path.name for path in root.iterdir()] == [configs[0].name]
    run = load_run(root / configs[0].name)
    assert run.status == "finished" and len(run.history()) == 1 and run.has_model
    _same(run, _alone(tmp_path, dataset))


def _alone(tmp_path: Path, dataset: Dataset) -> Run:
    return run_sweep(_plan(tmp_path, {"epochs": 1}), dataset, tmp_path / "local")[0]
