"""What all commands have in common."""

import ast

import numpy as np
import pytest

from fer_core.cli import main
from fer_core.pictures import encode_png
from tests.conftest import REPO, tiny_faces

FILES = sorted((REPO / "fer_core" / "commands").glob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_whatever_looks_runs_up_by_name_can_be_told_where_they_are(path) -> None:
    """Every `find_run(name, ...)` gets the folder that `--root` names."""
    source = path.read_text(encoding="utf-8")
    calls = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "find_run"
    ]
    assert all(ast.unparse(call.args[-1]) == "args.root" for call in calls)
    assert not calls or '"--root"' in source


LINES = {
    "a folder of copies that is a file": ["predict", "{picture}", "--run", "tiny", "--out", "{text}"],
    "a rate that is no number": ["predict", "{picture}", "--run", "tiny", "--rate", "nan"],
    "a run's name of 5,000 letters": ["predict", "{picture}", "--run", "x" * 5000],
    "a file's name of 5,000 letters": ["predict", "x" * 5000, "--run", "tiny"],
    "a name for a run of 5,000 letters": ["train", "--name", "x" * 5000, "--data", "{data}"],
    "a root that is a file": ["train", "--name", "a", "--data", "{data}", "--root", "{text}"],
    "a table in a folder that is not there": ["doubtful", "tiny", "--data", "{data}", "--csv", "missing/x.csv"],
    "a data set's name of 5,000 letters": ["data", "info", "x" * 5000],
}


@pytest.mark.parametrize("what", LINES)
def test_a_line_that_can_not_be_gets_a_sentence(what, model_root, data_path, tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("FER_RUNS", str(model_root))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.txt").write_text("text")
    (tmp_path / "a.png").write_bytes(encode_png(np.zeros((60, 60), np.uint8)))
    named = {"picture": tmp_path / "a.png", "text": tmp_path / "text.txt", "data": data_path}
    assert main([part.format(**named) for part in LINES[what]]) == 1
    said = capsys.readouterr().err.splitlines()
    assert said[-1].startswith("error: ") and len(said) <= 2


@pytest.mark.parametrize(
    ("line", "lacks"),
    [
        ("data", "WHAT"),
        ("features", "--run"),
        ("import a.keras", "--name"),
        ("predict a.png", "--run"),
        ("predict", "FILE"),
    ],
)
def test_what_a_line_lacks_is_named_with_the_usage(line, lacks, capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        main(line.split())
    usage, *_, said = capsys.readouterr().err.splitlines()
    assert ended.value.code == 2 and usage.startswith("usage: ")
    assert "the following arguments are required: " in said and lacks in said.split("required: ")[1]


@pytest.fixture
def data_path(tmp_path):
    """The set of the runs in `model_root`, as an .npz."""
    there = tiny_faces()
    path = tmp_path / "tiny.npz"
    np.savez(path, pixels=there.pixels, emotion=there.labels, usage=there.split)
    return path
