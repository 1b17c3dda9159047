"""`runs` in a shell: what is listed, filtered, put in order, grouped, tagged and noted."""

import json
from pathlib import Path

import pytest

from fer_core.cli import main
from fer_core.comparison.tables import settings
from fer_core.errors import FerError
from fer_core.runs import find_run, load_run, views
from tests.conftest import tiny_faces, write_run


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Three runs on one set and one on another, with accuracies on private of .5, .7, .9 and .1."""
    for name, optimizer, private, epochs, created in (
        ("a", "sgd", 0.5, 9, "2026-01-03"), ("b", "adam", 0.7, 10, "2026-01-01"), ("c", "adam", 0.9, 100, "2026-01-02"),
    ):  # fmt: skip
        _write(tmp_path, name, optimizer, private, epochs, created, tiny_faces())
    _write(tmp_path, "other", "adam", 0.1, 10, "2025-12-01", tiny_faces(seed=9))
    return tmp_path


def _write(root: Path, name: str, optimizer: str, private: float, epochs: int, created: str, data: object) -> None:
    folder = write_run(root, name, data)
    config = json.loads((folder / "run.json").read_text())
    config["training"] |= {"optimizer": optimizer, "epochs_run": epochs, "seed": 4}
    config |= {"scores": {"private": {"accuracy": private}}, "created": created}
    (folder / "run.json").write_text(json.dumps(config))


def listed(root: Path, capsys, *line: str) -> list[str]:
    assert main(["runs", "--root", str(root), *line]) == 0
    return [row.split()[0] for row in capsys.readouterr().out.splitlines()[1:] if row.strip()]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("epochs < 50", ["a", "b", "other"]),  # as numbers: as words "100" would come before "50"
        ("private > 0.6 and not optimizer = sgd", ["b", "c"]),
        ("optimizer = sgd or private < 20%", ["a", "other"]),
        ("seed = 4 and (run = a or run = c)", ["a", "c"]),
        ("note holds hand and tags = mine", ["b"]),
        ("private accuracy >= 0.9", ["c"]),
    ],
)
def test_filters_name_whatever_the_page_s_table_and_run_json_have(root, capsys, words, names) -> None:
    main(["runs", "--root", str(root), "--tag", "mine", "b"])
    main(["runs", "--root", str(root), "--note", "b", "the one to hand in"])
    capsys.readouterr()
    assert listed(root, capsys, "--filter", words) == names


def test_a_filter_that_nothing_fits_says_so_and_does_not_speak_of_an_empty_folder(root, capsys) -> None:
    assert main(["runs", "--root", str(root), "--filter", "epochs = 7"]) == 0
    assert capsys.readouterr().out == "no run fits\n"
    for name in ("a", "b", "c", "other"):
        main(["runs", "--root", str(root), "--archive", name])
    capsys.readouterr()
    main(["runs", "--root", str(root)])
    assert capsys.readouterr().out == "all runs are archived; --archived lists them\n"


def test_runs_are_put_in_order_by_any_column(root, capsys) -> None:
    assert listed(root, capsys, "--sort", "private") == ["c", "b", "a", "other"]
    assert listed(root, capsys, "--sort", "epochs")[0] == "c"
    assert main(["runs", "--root", str(root), "--sort", "nosuch"]) == 1
    assert capsys.readouterr().err.startswith("error: The table has no column 'nosuch'")


def test_groups_have_mean_and_deviation_and_never_mix_two_sets(root, capsys) -> None:
    assert main(["runs", "--root", str(root), "--group", "optimizer"]) == 0
    lines = capsys.readouterr().out.splitlines()
    adam = [line for line in lines if line.endswith("optimizer adam")]
    assert (
        len(adam) == 2 and any("0.8000 ± 0.1414" in line for line in adam) and any(" 0.1000 " in line for line in adam)
    )
    assert any("0.5000" in line and line.endswith("optimizer sgd") for line in lines)
    assert main(["runs", "--root", str(root), "--group", "recipe"]) == 0


def test_words_are_put_on_runs_and_taken_off(root, capsys) -> None:
    main(["runs", "--root", str(root), "--tag", "mine", "a", "b"])
    main(["runs", "--root", str(root), "--tag", "mine", "a"])
    main(["runs", "--root", str(root), "--untag", "mine", "b"])
    assert load_run(root / "a").config["tags"].count("mine") == 1 and "mine" not in load_run(root / "b").config["tags"]
    assert main(["runs", "--root", str(root), "--tag", "mine"]) == 1
    assert main(["runs", "--root", str(root), "--tag", "mine", "a", "nosuch"]) == 1


def test_which_setting_mattered_is_refused_below_ten_runs(root, capsys) -> None:
    assert main(["runs", "--root", str(root), "--mattered", "private"]) == 1
    assert "from 10 runs on; 3 have" in capsys.readouterr().err


def test_which_setting_mattered_is_told_of_what_was_asked_for(tmp_path, capsys) -> None:
    """Twelve runs whose accuracy follows the learning rate; their copies' hashes and the archive are no settings."""
    for i in range(12):
        folder = write_run(tmp_path, f"r{i}")
        config = json.loads((folder / "run.json").read_text())
        config["training"] |= {"learning_rate": 0.1 * (i % 2), "batch_size": 8 * (1 + i % 3), "seed": i}
        config |= {"scores": {"private": {"accuracy": 0.5 + 0.3 * (i % 2)}}, "lite": {"network": str(i)}}
        (folder / "run.json").write_text(json.dumps(config))
    main(["runs", "--root", str(tmp_path), "--archive", "r3"])
    capsys.readouterr()
    assert main(["runs", "--root", str(tmp_path), "--archived", "--mattered", "private"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("learning_rate") and lines[1].startswith("batch_size") and len(lines) == 3
    assert "among 12 runs" in lines[-1] and "mean nothing" not in lines[-1]
    assert not {"lite.network", "archived"} & set(settings(load_run(tmp_path / "r3").config))


def test_saved_views_are_listed_as_addresses(root, capsys) -> None:
    main(["runs", "--root", str(root), "--views"])
    assert "no view is saved" in capsys.readouterr().out
    views.save(root, "my view", "runs", {"runs": ["a", "b"], "view": ["Is it real?"]})
    main(["runs", "--root", str(root), "--views"])
    assert capsys.readouterr().out == "my view: /runs?runs=a&runs=b&view=Is+it+real%3F\n"


def test_latest_is_the_run_begun_last_unless_one_is_called_so(root) -> None:
    assert find_run("latest", root).name == "a"
    write_run(root, "latest")
    assert find_run("latest", root).name == "latest"


def test_without_a_run_latest_is_none(tmp_path) -> None:
    with pytest.raises(FerError, match="none yet"):
        find_run("latest", tmp_path)
