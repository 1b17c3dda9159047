"""The engine ray: what is said without Ray, and what a run sent back from a node must be."""

import sys
from types import SimpleNamespace

import pytest

from fer_core.errors import FerError
from fer_core.runs import load_run
from fer_core.training import ray_engine, sweep_file
from fer_core.training.sweep import run_sweep
from tests.conftest import REPO, tiny_faces, write_run


def _plan(tmp_path):
    path = tmp_path / "plan.toml"
    path.write_text("[settings]\nepochs = 1\n[[run]]\nname = 'a'\n")
    return sweep_file.read(str(path))


def test_without_ray_it_says_how_to_get_it(tmp_path, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(FerError, match=r"pip install -r requirements-ray\.txt"):
        run_sweep(_plan(tmp_path), tiny_faces(), tmp_path / "runs", engine="ray")


def test_an_engine_that_is_none_is_said_before_anything_is_trained(tmp_path) -> None:
    with pytest.raises(FerError, match="There is no engine 'steam'; there are: local, ray"):
        run_sweep(_plan(tmp_path), tiny_faces(), tmp_path / "runs", engine="steam")
    assert not (tmp_path / "runs").exists()


def test_what_is_there_already_needs_no_cluster(tmp_path, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    write_run(tmp_path, "a")
    lines: list[str] = []
    configs = [planned.config() for planned in _plan(tmp_path).runs]
    ray_engine.train_all(configs, tiny_faces(), tmp_path, lines.append, 1)
    assert lines == ["1 runs, 1 there already"]


def test_a_run_folder_arrives_as_it_was_sent(tmp_path) -> None:
    folder = write_run(tmp_path / "node", "a")
    (folder / "epochs" / "1").mkdir(parents=True)
    (folder / "epochs" / "1" / "run.json").write_bytes(b"{}")
    (tmp_path / "runs").mkdir()
    ray_engine.unpack(ray_engine.pack(folder), tmp_path / "runs" / "a")
    run = load_run(tmp_path / "runs" / "a")
    assert run.predictions("private").labels.tolist() == load_run(folder).predictions("private").labels.tolist()
    assert (run.folder / "epochs" / "1" / "run.json").read_bytes() == b"{}"
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["a"]


def test_ray_is_pinned_in_a_list_of_its_own() -> None:
    lines = [line for line in (REPO / "requirements-ray.txt").read_text().splitlines() if not line.startswith("#")]
    assert len(lines) == 1 and lines[0].startswith("ray==")
    assert "ray==" not in (REPO / "requirements.txt").read_text()


def test_a_run_whose_node_was_lost_is_begun_again_and_the_next_is_taken(tmp_path) -> None:
    """In one look: the first was lost, the second has come. Lost as often as it may be, that is said."""

    class Lost(Exception):
        pass

    class Ray:
        exceptions = SimpleNamespace(RayTaskError=KeyError, RayError=Lost)

        def wait(self, futures, timeout):
            return futures, []

        def get(self, future):
            if future == "lost":
                raise Lost
            return ["b: epoch 1/1"] if future == "lines" else None

    said: list[str] = []
    write_run(tmp_path, "b")
    sweep = object.__new__(ray_engine._Sweep)
    sweep.ray, sweep.root, sweep.report = Ray(), tmp_path, said.append
    sweep.board = SimpleNamespace(lines=SimpleNamespace(remote=lambda: "lines"))
    lost, whole = SimpleNamespace(name="a"), SimpleNamespace(name="b")
    sweep.under_way = {"lost": (lost, 1), "whole": (whole, 1)}
    assert sweep._look() == [(lost, 2)] and sweep.under_way == {}
    assert said[0] == "b: epoch 1/1" and said[-1] == "b: finished"
    assert said[1] == "a: its node was lost (Lost); it is taken up elsewhere"
    sweep.under_way = {"lost": (lost, ray_engine.ATTEMPTS)}
    with pytest.raises(FerError, match=f"a was lost {ray_engine.ATTEMPTS} times"):
        sweep._look()
