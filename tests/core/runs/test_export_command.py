"""`export` in the shell: a card for each run that is named, a LiteRT copy where there is a network."""

from pathlib import Path
from typing import Any

import pytest

from fer_core.cli import main
from fer_core.runs.lite_copy import LITE_NAME
from tests.conftest import write_run


@pytest.fixture
def two(tmp_path: Path, tiny_model: Any) -> Path:
    """A root with two runs: `bare` has scores alone, `whole` a network too."""
    write_run(tmp_path, "bare", seed=1)
    tiny_model.save(write_run(tmp_path, "whole", seed=2) / "model.keras")
    return tmp_path


def test_each_run_named_gets_its_card_and_a_copy_of_its_network(two: Path, capsys: pytest.CaptureFixture) -> None:
    assert main(["export", "whole", "bare", "--root", str(two)]) == 0
    said = capsys.readouterr().out
    for name in ("whole", "bare"):
        card = two / name / "MODEL_CARD.md"
        assert card.is_file() and name in card.read_text(encoding="utf-8") and f"wrote {card}" in said
    assert f"wrote {two / 'whole' / LITE_NAME}" in said and (two / "whole" / LITE_NAME).stat().st_size > 1000
    assert not (two / "bare" / LITE_NAME).exists()


def test_a_card_alone_on_request_and_nothing_without_a_name(two: Path, capsys: pytest.CaptureFixture) -> None:
    assert main(["export", "whole", "--card", "--root", str(two)]) == 0
    assert not (two / "whole" / LITE_NAME).exists() and (two / "whole" / "MODEL_CARD.md").is_file()
    assert not (two / "bare" / "MODEL_CARD.md").exists()
    assert main(["export", "--root", str(two)]) == 1
    assert "Name a run" in capsys.readouterr().err
    assert main(["export", "--all", "--card", "--root", str(two)]) == 0
    assert (two / "bare" / "MODEL_CARD.md").is_file()
