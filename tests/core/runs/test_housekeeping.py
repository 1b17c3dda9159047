"""Runs renamed, archived, thrown away and fetched back."""

import pytest

from fer_core.errors import FerError
from fer_core.runs import discover, load_run
from fer_core.runs.housekeeping import archive, fetch_back, is_archived, rename, throw_away, thrown_away


def test_a_renamed_run_keeps_everything_but_its_name(runs_root) -> None:
    run = load_run(runs_root / "weak")
    before = run.predictions("private").probabilities
    new = rename(run, " weaker ")
    assert new.name == "weaker" and new.folder == runs_root / "weaker" and not (runs_root / "weak").exists()
    assert (load_run(runs_root / "weaker").predictions("private").probabilities == before).all()
    assert rename(new, "weaker").folder == new.folder


@pytest.mark.parametrize(
    ("name", "said"), [("strong", "already a run"), ("../out", "made of letters"), ("x.partial", "made")]
)
def test_a_name_that_is_taken_or_none_is_refused(runs_root, name, said) -> None:
    with pytest.raises(FerError, match=said):
        rename(load_run(runs_root / "weak"), name)
    assert load_run(runs_root / "weak").name == "weak"


def test_an_archived_run_says_so_and_comes_back(runs_root) -> None:
    run = archive(load_run(runs_root / "weak"))
    assert is_archived(run) and not is_archived(archive(run, False))


def test_what_is_thrown_away_is_no_run_any_more_and_can_be_fetched_back(runs_root) -> None:
    run = load_run(runs_root / "weak")
    history = run.history()
    throw_away(run)
    assert [found.name for found in discover(runs_root)[0]] == ["middling", "strong"] and not discover(runs_root)[1]
    (thrown,) = thrown_away(runs_root)
    assert thrown.name == "weak"
    assert fetch_back(thrown).history().equals(history)
    assert thrown_away(runs_root) == []


def test_a_name_with_dots_survives_the_trash_and_a_taken_one_is_said(runs_root) -> None:
    run = rename(load_run(runs_root / "weak"), "v1.2.3")
    throw_away(run)
    rename(load_run(runs_root / "strong"), "v1.2.3")
    (thrown,) = thrown_away(runs_root)
    assert thrown.name == "v1.2.3"
    with pytest.raises(FerError, match=r"run 'v1.2.3' again"):
        fetch_back(thrown)


def test_a_run_in_training_stays(runs_root) -> None:
    folder = (runs_root / "weak").rename(runs_root / "weak.partial")
    for change in (throw_away, lambda run: rename(run, "other")):
        with pytest.raises(FerError, match="in training"):
            change(load_run(folder))


def test_the_shell_does_the_same(runs_root, capsys) -> None:
    from fer_core.cli import main

    root = ["--root", str(runs_root)]
    assert main(["runs", *root, "--rename", "weak", "feeble"]) == 0
    assert main(["runs", *root, "--archive", "feeble"]) == 0
    assert main(["runs", *root, "--delete", "middling"]) == 0
    capsys.readouterr()
    assert main(["runs", *root]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["run", "strong"]
    assert main(["runs", *root, "--restore", "middling"]) == 0
    capsys.readouterr()
    assert main(["runs", *root, "--archived", "--filter", "private < 0.9 and optimizer = nadam and not strong"]) == 0
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert listed == ["run", "feeble", "middling"]
    assert main(["runs", *root, "--restore", "nobody"]) == 1
    assert "no run 'nobody' in the trash" in capsys.readouterr().err
