"""`tags` in the shell: names of pictures, their rows, and what a run makes of them."""

import numpy as np
import pytest

from fer_core.cli import main
from fer_core.data import load, selections
from fer_core.runs import load_run
from tests.conftest import tiny_faces, write_run


@pytest.fixture
def there(tmp_path):
    """A set as a file, a run on it, and where the set's tags lie."""
    tiny = tiny_faces()
    source = tmp_path / "set.npz"
    np.savez(source, pixels=tiny.pixels, emotion=tiny.labels, usage=tiny.split)
    data = load(source)
    write_run(tmp_path / "runs", "one", data, seed=1, skill=1.0)
    return source, data, tmp_path / "runs"


def said(there, capsys, *line: str) -> str:
    source, _, root = there
    assert main(["tags", *line, "--data", str(source), "--root", str(root)]) == 0
    return capsys.readouterr().out


def test_pictures_are_named_listed_and_forgotten(there, capsys):
    source, data, _ = there
    first, second = data.rows[[8, 2]].tolist()
    assert "no picture of set bears a name" in said(there, capsys)
    assert said(there, capsys, "odd", "--add", str(first), str(second)) == "2 pictures bear 'odd' now\n"
    assert said(there, capsys) == "      2  odd\n"
    assert said(there, capsys, "odd") == f"{second}\n{first}\n"
    assert selections.read(selections.file_for(data, source), data.fingerprint)["odd"].tolist() == [second, first]
    said(there, capsys, "odd", "--forget")
    assert "no picture" in said(there, capsys)


def test_a_run_is_scored_on_them_by_its_kept_predictions(there, capsys):
    source, data, root = there
    kept = load_run(root / "one").predictions("private")
    rows = [*kept.rows[:9].tolist(), int(data.rows[data.split == 0][0])]
    selections.keep(selections.file_for(data, source), data.fingerprint, "ten", rows)
    right = int((kept.predicted == kept.labels)[:9].sum())
    told = said(there, capsys, "ten", "--run", "one")
    assert f"private     {right} of 9 right, {right / 9:.1%}" in told
    assert "validation" in told or "1 of its 10 pictures are in no split that one was judged on" in told


@pytest.mark.parametrize(
    "line", [["nosuch"], ["odd", "--add", "123456789"], ["nosuch", "--forget"], ["--forget"], ["x" * 70, "--add", "0"]]
)
def test_what_can_not_be_is_one_sentence(there, capsys, line):
    source, data, root = there
    assert main(["tags", *line, "--data", str(source), "--root", str(root)]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not selections.file_for(data, source).exists()
