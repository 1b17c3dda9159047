"""Training jobs: how they are started, watched and stopped. The trainer is stood in for by a small script."""

import json
import os
import stat
import subprocess
import sys
import time

import psutil
import pytest

from fer_core.errors import FerError
from fer_core.training import jobs

SCRIPT = """#!{python}
import json, os, pathlib, sys, time
name, root = sys.argv[sys.argv.index("--name") + 1], sys.argv[sys.argv.index("--root") + 1]
partial = pathlib.Path(root) / (name + ".partial")
partial.mkdir()
print("arguments", json.dumps(sys.argv[1:]))
(partial / "progress.json").write_text(json.dumps({{"epoch": 1, "epochs": 2, "batch": 1, "batches": 4,
    "images_per_second": 10.0, "seconds_left": 7, "updated": time.time(), "pid": os.getpid()}}))
while not (partial / "STOP").exists():
    time.sleep(0.02)
partial.rename(pathlib.Path(root) / name)
"""


@pytest.fixture
def trainer(tmp_path, monkeypatch):
    script = tmp_path / "trainer"
    script.write_text(SCRIPT.format(python=sys.executable))
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(jobs.sys, "executable", str(script))


def wait_for(path):
    until = time.time() + 20
    while not path.exists():
        assert time.time() < until, f"{path} never came"
        time.sleep(0.02)


def test_a_job_from_start_to_stop(tmp_path, trainer):
    root = tmp_path / "runs"
    process = jobs.start("mine", {"epochs": 2, "data": "drawn", "limit": None, "overwrite": True}, root)
    partial = root / "mine.partial"
    wait_for(partial / "progress.json")
    seen = jobs.progress(partial)
    assert (seen.epoch, seen.epochs, seen.seconds_left, seen.alive, seen.stopping) == (1, 2, 7, True, False)
    assert seen.share == pytest.approx(0.125)  # a quarter of the first of two epochs
    with pytest.raises(FerError, match="in training already"):
        jobs.start("mine", {}, root)
    jobs.stop(partial)
    assert process.wait(20) == 0
    wait_for(root / "mine")
    given = json.loads(jobs.log_tail("mine", root).removeprefix("arguments "))
    assert given == [
        "-m", "fer_core", "train", "--name", "mine", "--root", str(root),
        "--epochs", "2", "--data", "drawn", "--overwrite"
    ]  # fmt: skip
    with pytest.raises(FerError, match="already a run 'mine'"):
        jobs.start("mine", {}, root)
    with pytest.raises(FerError, match="not in training"):
        jobs.stop(partial)


@pytest.mark.parametrize("name", ["", "a/b", "../up", "two words", ".hidden"])
def test_bad_names(name, tmp_path):
    with pytest.raises(FerError, match="letters"):
        jobs.start(name, {}, tmp_path)


def dead_pid():
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


@pytest.mark.parametrize(
    ("pid", "age", "alive"),
    [("own", 0, True), ("dead", 30, False), ("dead", 0, True), (None, 30, True), (None, 1000, False)],
)
def test_alive_or_not(tmp_path, pid, age, alive):
    number = {"own": os.getpid(), "dead": dead_pid(), None: None}[pid]
    (tmp_path / "progress.json").write_text(json.dumps({"updated": time.time() - age, "pid": number}))
    assert jobs.progress(tmp_path).alive is alive


def test_a_process_that_is_silent_for_long_lives(tmp_path):
    began = psutil.Process().create_time()
    (tmp_path / "progress.json").write_text(json.dumps({"updated": began, "pid": os.getpid()}))
    assert jobs.progress(tmp_path).alive


def test_a_process_id_that_another_process_has_now_is_a_dead_runs(tmp_path):
    before = psutil.Process().create_time() - 600  # what wrote this ended, and this process was given its number
    (tmp_path / "progress.json").write_text(json.dumps({"updated": before, "pid": os.getpid()}))
    assert not jobs.progress(tmp_path).alive


def test_an_ended_child_that_nobody_collected_is_dead(tmp_path):
    child = subprocess.Popen([sys.executable, "-c", ""])
    while psutil.Process(child.pid).status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.02)
    (tmp_path / "progress.json").write_text(json.dumps({"updated": time.time() - 30, "pid": child.pid}))
    try:
        assert not jobs.progress(tmp_path).alive
    finally:
        child.wait()


def test_no_or_half_written_progress(tmp_path):
    assert jobs.progress(tmp_path).epoch is None
    (tmp_path / "progress.json").write_text('{"epoch": 1, "ep')
    seen = jobs.progress(tmp_path)
    assert (seen.epoch, seen.share, seen.alive) == (None, 0.0, True)
    assert jobs.log_tail("none", tmp_path) == ""
