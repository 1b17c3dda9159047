"""One rule for names, wherever a run comes from."""

import numpy as np
import pytest

from fer_core.errors import FerError
from fer_core.runs.importers import import_path, write_run
from fer_core.runs.names import as_name, check_name
from fer_core.training import TrainingConfig, jobs
from fer_core.training.run_logger import RunLogger

BAD = ["", "../x", "a/b", ".hidden", "-x", "grüße", "x.partial", "X.PARTIAL", "a b", "x" * 101, "a\n"]


@pytest.mark.parametrize("name", BAD)
def test_every_way_in_refuses_the_same_names(name, tmp_path) -> None:
    ways = (
        lambda: check_name(name),
        lambda: TrainingConfig(name=name),
        lambda: jobs.start(name, {}, tmp_path),
        lambda: RunLogger(name, tmp_path),
        lambda: write_run(name, __import__("pandas").DataFrame({"epoch": [0], "loss": [1.0]}), "x", tmp_path),
    )
    for way in ways:
        with pytest.raises(FerError, match="name is made of"):
            way()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("grüße (2)", "grusse-2"),
        ("x.partial", "x-partial"),
        ("a.partial.partial", "a-partial-partial"),
        ("../../etc", "etc"),
        ("模型", "run"),
        ("mine_1.2", "mine_1.2"),
    ],
)
def test_any_text_becomes_a_name(text, name) -> None:
    assert as_name(text) == check_name(name)


def test_a_file_of_an_unlucky_name_is_no_run_in_training(tmp_path) -> None:
    """It was: `x.partial.csv` became the run `x.partial`, which the training of `x` then removed."""
    path = tmp_path / "x.partial.csv"
    path.write_text("epoch,loss\n0,1.0\n1,0.5\n")
    run = import_path(path, root=tmp_path / "runs")
    assert run.name == "x-partial" and np.isfinite(run.history()["loss"]).all()


def test_names_from_outside_are_no_markup(tmp_path) -> None:
    """A picture in Markdown would make the browser fetch it from whoever named the run."""
    from fer_core.runs import discover, read_json, write_json
    from tests.conftest import write_run as fake_run

    folder = fake_run(tmp_path, "odd")
    record = read_json(folder / "run.json")
    data = {**record["dataset"], "name": "![m](http://host/x.png)<b>"}
    write_json(folder / "run.json", {**record, "name": "![m](http://host/x.png)", "dataset": data})
    (run,) = discover(tmp_path)[0]
    assert run.name == "m-http-host-x.png"
    assert not set(run.dataset_name) & set("![]<>:/*`")
