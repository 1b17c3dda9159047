"""The report's experiment: the runs it makes, how it goes on after a kill, the table beside the quoted figures."""

from dataclasses import asdict, replace

import pytest

from fer_core import cli, runs
from fer_core.data.augmentation import PRESETS
from fer_core.errors import FerError
from fer_core.training.sweep import SIZES, Size, final_config, run_sweep, variant_configs
from tests.conftest import tiny_faces, write_run

TINY = Size(width=0.05, epochs=1, patience=5, seeds=1, final_width=0.05, final_epochs=1)


def test_variants_differ_in_preprocessing_and_seed_only() -> None:
    configs = variant_configs(replace(SIZES["full"], seeds=2))
    assert len({config.name for config in configs}) == len(configs) == 10
    assert configs[4].name == "report-samplewise-featurewise"
    assert [c.name for c in configs[:2]] == ["report-baseline", "report-augmentation"]
    assert configs[5].name == "report-baseline-seed1" and configs[5].seed == 1
    own = {"name", "note", "seed", "normalisation", "augmentation"}
    shared = [{key: value for key, value in c.as_dict().items() if key not in own} for c in configs]
    assert all(settings == shared[0] for settings in shared)
    assert [c.augmentation is not None for c in configs[:5]] == [False, True, False, False, False]


def test_the_full_size_is_the_reports_protocol() -> None:
    config = variant_configs(SIZES["full"])[0]
    assert (config.model, config.model_options) == ("report_cnn", {"width": 1.0})
    assert (config.optimizer, config.learning_rate, config.batch_size) == ("nadam", 0.002, 128)
    assert (config.epochs, config.patience, config.monitor) == (200, 30, "val_loss")


def _scored(root, scores: list[tuple[str, str, float]]) -> list[runs.Run]:
    """Runs of the report's network with a normalisation, an augmentation and a validation accuracy."""
    found = []
    for i, (normalisation, augmentation, accuracy) in enumerate(scores):
        folder = write_run(root, f"run{i}")
        config = runs.read_json(folder / "run.json")
        config["model"]["name"] = "report_cnn"
        config["training"]["optimizer"] = "nadam"
        config["preprocessing"] = {"normalisation": normalisation}
        config["augmentation"] = asdict(PRESETS[augmentation]) if augmentation != "none" else None
        config["scores"]["validation"]["accuracy"] = accuracy
        runs.write_json(folder / "run.json", config)
        found.append(runs.load_run(folder))
    return found


def test_the_final_network_takes_the_normalisation_with_the_best_mean(tmp_path) -> None:
    found = _scored(
        tmp_path,
        [
            ("none", "none", 0.60),
            ("none", "report", 0.90),  # the best of all, but it says nothing of normalisation
            ("featurewise", "none", 0.70),
            ("featurewise", "none", 0.50),
            ("samplewise", "none", 0.65),
            ("samplewise", "none", 0.63),
            ("samplewise+featurewise", "none", 0.61),
        ],
    )
    config = final_config(found, SIZES["small"])
    assert config.normalisation == "samplewise" and config.augmentation == PRESETS["report"]
    assert config.model_options == {"width": 1.0} and config.name == "report-final"
    with pytest.raises(FerError, match=r"samplewise \+ featurewise"):
        final_config(found[:-1], SIZES["small"])


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    root, lines = tmp_path_factory.mktemp("swept"), []
    kept = write_run(root, "report-baseline")
    before = (kept / "run.json").read_text()
    found = run_sweep(variant_configs(TINY)[:2], tiny_faces(), root, lines.append)
    return root, found, lines, before


def test_what_is_there_is_kept_and_the_rest_is_trained(swept) -> None:
    root, found, lines, before = swept
    assert [run.name for run in found] == ["report-baseline", "report-augmentation"]
    assert lines[0] == "2 runs, 1 there already"
    assert any(line.startswith("report-augmentation: epoch 1/1") for line in lines)
    assert (root / "report-baseline" / "run.json").read_text() == before
    assert "width" not in before or found[1].config["model"]["options"]["width"] == 0.05
    assert "counts times 0.05" in found[1].config["note"]


def test_the_table_stands_beside_the_quoted_figures(swept, capsys) -> None:
    root, found, _, _ = swept
    assert cli.main(["sweep", "report", "--table", "--root", str(root)]) == 0
    head, _, *rows = capsys.readouterr().out.splitlines()
    assert "private, quoted" in head
    cells = [cell.strip() for cell in rows[-1].split("|")[1:-1]]
    assert cells[0] == "report-augmentation" and cells[-1] == "0.6617"
    assert cells[5] == f"{found[1].scores['private']['accuracy']:.4f}"


def test_a_stopped_run_ends_the_sweep_and_is_kept(tmp_path) -> None:
    def stop(line: str) -> None:
        if "epoch 1/" in line:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_sweep(variant_configs(replace(TINY, epochs=9)), tiny_faces(), tmp_path, stop)
    assert [run.status for run in runs.discover(tmp_path)[0]] == ["stopped"]
