"""Sweeps: what a file plans, how it goes on after a kill, and what it does with other runs under its names."""

import pytest

from fer_core import cli, runs
from fer_core.data.augmentation import PRESETS
from fer_core.errors import FerError
from fer_core.training import TrainingConfig, train
from fer_core.training.recipes import RECIPES
from fer_core.training.sweep import begun, differences, run_sweep, states
from fer_core.training.sweep_file import read
from tests.conftest import REPO, tiny_faces, write_run

TINY = {"model": "mini_xception", "model_options": {"width": 0.25, "blocks": 1}, "batch_size": 16, "epochs": 1}


def _file(tmp_path, text: str):
    path = tmp_path / "plan.toml"
    path.write_text(text)
    return read(str(path), TINY)


def test_the_reports_sweep_differs_in_preprocessing_and_seed_only() -> None:
    plan = read("report")
    configs = [planned.config() for planned in plan.runs if not planned.waits_for and "keras2" not in planned.name]
    assert len({config.name for config in configs}) == len(configs) == 15
    assert [c.name for c in configs[:3]] == ["report-baseline", "report-baseline-seed1", "report-baseline-seed2"]
    own = {"name", "note", "seed", "normalisation", "augmentation"}
    shared = [{key: value for key, value in c.as_dict().items() if key not in own} for c in configs]
    assert all(settings == shared[0] for settings in shared)
    assert {c.name for c in configs if c.augmentation} == {f"report-augmentation{s}" for s in ("", "-seed1", "-seed2")}


def test_the_reports_sweep_is_its_protocol() -> None:
    config = read("report").runs[0].config()
    assert (config.model, config.model_options, config.optimizer) == ("report_cnn", {}, "nadam")
    assert (config.learning_rate, config.batch_size, config.validation_fraction) == (0.002, 128, 0.1)
    assert (config.epochs, config.patience, config.monitor) == (200, 30, "val_loss")


def test_every_built_in_sweep_can_be_read() -> None:
    for name in ("report", "field"):
        assert read(name).runs


def _scored(root, name: str, accuracy: float, normalisation: str) -> runs.Run:
    folder = write_run(root, name)
    config = runs.read_json(folder / "run.json")
    config["preprocessing"] = {"normalisation": normalisation}
    config["scores"]["validation"]["accuracy"] = accuracy
    runs.write_json(folder / "run.json", config)
    return runs.load_run(folder)


def test_the_final_network_takes_the_normalisation_with_the_best_mean(tmp_path) -> None:
    plan = read("report")
    final = next(planned for planned in plan.runs if planned.name == "report-final")
    found = [
        _scored(tmp_path, "report-baseline", 0.60, "none"),
        _scored(tmp_path, "report-augmentation", 0.90, "none"),  # the best of all, but not among the candidates
        _scored(tmp_path, "report-featurewise", 0.70, "featurewise"),
        _scored(tmp_path, "report-featurewise-seed1", 0.50, "featurewise"),
        _scored(tmp_path, "report-samplewise", 0.65, "samplewise"),
        _scored(tmp_path, "report-samplewise-seed1", 0.63, "samplewise"),
        _scored(tmp_path, "report-samplewise-featurewise", 0.61, "samplewise+featurewise"),
    ]
    config = final.config(found, plan.runs)
    assert config.normalisation == "samplewise" and config.augmentation == PRESETS["report"] and config.seed == 0
    with pytest.raises(FerError, match="not there yet: report-samplewise-featurewise"):
        final.config(found[:-1], plan.runs)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[run]\nname = 3", "two brackets"),
        ("[settings]\nrecipe = 'none such'", "none such"),
        ("[settings]\naugmentation = 'wild'", "wild"),
        ("[settings]\ncolour = 'red'", "colour"),
        ("[settings]\nepochs = 0\n", "epochs must lie"),
        ("[extras]\na = 1", "extras"),
        ("[[run]]\nname = 'a'\n[[run]]\nname = 'a'", "two runs the name 'a'"),
        ("[[run", "no sweep that can be read"),
        ("a = " + "[" * 5000, "nested too deeply"),
        ("[settings]\nepochs = " + "9" * 5000, "4300 digits"),
        ("[grid]\nseed = [" + "1," * 5001 + "]", "gives 5,001 runs; a sweep has at most 5,000"),
        ("[grid]\n" + "".join(f"s{i} = [1,2,3,4,5,6,7,8,9]\n" for i in range(12)), "gives 282,429,536,481 runs"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_before_anything_is_trained(tmp_path, text, said) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(text)
    with pytest.raises(FerError, match=said):
        read(str(path))


def test_a_grid_makes_every_combination_and_a_run_that_fixes_a_setting_one(tmp_path) -> None:
    plan = _file(tmp_path, "[grid]\nseed=[0,1]\nema=[0.0,0.9]\n[[run]]\nname='a'\n[[run]]\nname='b'\nseed=5\nema=0.5")
    assert [one.name for one in plan.runs] == ["a", "a-ema-0.9", "a-seed1", "a-seed1-ema-0.9", "b"]
    assert [(c.seed, c.ema) for c in (one.config() for one in plan.runs)] == [
        (0, 0),
        (0, 0.9),
        (1, 0),
        (1, 0.9),
        (5, 0.5),
    ]


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    root, lines = tmp_path_factory.mktemp("swept"), []
    text = "title='Two'\n[grid]\nseed=[0,1]\n[[run]]\nname='a'\n"
    text += "[[run]]\nname='best'\nseed=0\nnormalisation={best_of=['a']}"
    plan = _file(root, text)
    train(plan.runs[0].config(), tiny_faces(), root)
    before = (root / "a" / "run.json").read_text()
    found = run_sweep(plan, tiny_faces(), root, lines.append)
    return root, plan, found, lines, before


def test_what_is_there_is_kept_and_the_rest_is_trained(swept) -> None:
    root, _, found, lines, before = swept
    assert [run.name for run in found] == ["a", "a-seed1", "best"]
    assert lines[0] == "2 runs, 1 there already" and any(line.startswith("a-seed1: epoch 1/1") for line in lines)
    assert (root / "a" / "run.json").read_text() == before
    assert found[2].config["preprocessing"]["normalisation"] == "samplewise"


def test_another_run_under_a_name_is_refused_before_anything_is_trained(swept) -> None:
    root, plan, _, _, _ = swept
    other = read(str(root / "plan.toml"), {**TINY, "epochs": 3})
    with pytest.raises(FerError, match=r"epochs: 1, not 3.*--move-aside"):
        run_sweep(other, tiny_faces(), root)
    with pytest.raises(FerError, match="data: tiny"):
        run_sweep(plan, tiny_faces(seed=1), root)
    assert not list(root.glob("*.partial"))


def test_a_run_of_other_data_is_moved_aside_on_request(tmp_path) -> None:
    plan = _file(tmp_path, "[[run]]\nname='a'")
    train(plan.runs[0].config(), tiny_faces(), tmp_path)
    lines: list[str] = []
    found = run_sweep(plan, tiny_faces(seed=1), tmp_path, lines.append, move_aside=True)
    assert found[0].fingerprint == tiny_faces(seed=1).fingerprint
    assert (tmp_path / "a-aside-1" / "run.json").is_file() and "a moved aside to a-aside-1" in lines


def test_how_a_sweep_stands_can_be_read_by_anybody(swept) -> None:
    root, _, found, _, _ = swept
    assert begun(root) == {"Two": ["a", "a-seed1", "best"]}
    table = states([*begun(root)["Two"], "later"], root)
    assert [one.state for one in table] == ["done", "done", "done", "waiting"]
    assert table[3].seconds_left == pytest.approx(sum(one.seconds for one in table[:3]) / 3)
    assert table[0].validation == found[0].scores["validation"]["accuracy"]


def test_shipped_runs_are_what_their_recipes_ask_for() -> None:
    """Else `sweep field` would train `fast` anew, or take something else for it."""
    for name in ("compact", "fast", "mini_xception"):
        run = runs.load_run(REPO / "checkpoints" / name)
        assert differences(run, TrainingConfig(name=name, **RECIPES[name])) == []
        assert differences(run, TrainingConfig(name=name, **{**RECIPES[name], "seed": 9})) == ["seed: 0, not 9"]


def test_the_table_stands_beside_the_quoted_figures(tmp_path, capsys) -> None:
    config = read("report", {"model_options.width": 0.05, "epochs": 1}).runs[3].config()
    run = train(config, tiny_faces(), tmp_path)
    assert cli.main(["sweep", "report", "--table", "--root", str(tmp_path)]) == 0
    head, _, *rows = capsys.readouterr().out.splitlines()
    assert "private, quoted" in head
    cells = [cell.strip() for cell in rows[-1].split("|")[1:-1]]
    assert cells[0] == "report-augmentation" and cells[-1] == "0.6617"
    assert cells[5] == f"{run.scores['private']['accuracy']:.4f}"


def test_a_stopped_run_ends_the_sweep_and_is_kept(tmp_path) -> None:
    def stop(line: str) -> None:
        if "epoch 1/" in line:
            raise KeyboardInterrupt

    plan = _file(tmp_path, "[[run]]\nname='a'\nepochs=9\n[[run]]\nname='b'")
    with pytest.raises(KeyboardInterrupt):
        run_sweep(plan, tiny_faces(), tmp_path, stop)
    assert [run.status for run in runs.discover(tmp_path)[0]] == ["stopped"]


def test_the_shell_says_how_a_sweep_stands(swept, capsys) -> None:
    root, _, found, _, _ = swept
    assert cli.main(["sweep", str(root / "plan.toml"), "--status", "--root", str(root)]) == 0
    rows = capsys.readouterr().out.splitlines()[2:]
    assert [row.split(" | ")[:2] for row in rows] == [["| a", "done"], ["| a-seed1", "done"], ["| best", "done"]]
    assert f"{found[0].scores['validation']['accuracy']:.4f}" in rows[0]
    assert cli.main(["sweep", "nowhere.toml", "--status"]) == 1
    assert "no sweep 'nowhere.toml'" in capsys.readouterr().err
