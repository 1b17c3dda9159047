"""What a network let in may be called: checked before anything is computed or written."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from fer_core.errors import FerError
from fer_core.importing.keep import keep_network
from fer_core.runs.importers import write_run
from tests.conftest import tiny_faces

NOTHING: Any = None
"""No network is needed to refuse a name."""


@pytest.mark.parametrize("name", ["../outside", "a b", "", "x.partial"])
def test_a_name_that_is_no_folder_of_ours_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(FerError, match="A run's name is made of"):
        keep_network(NOTHING, NOTHING, name, "net.keras", tiny_faces(), tmp_path / "runs")
    assert not list(tmp_path.iterdir())


def test_the_name_of_a_run_in_training_is_taken(tmp_path: Path) -> None:
    (tmp_path / "busy.partial").mkdir()
    with pytest.raises(FerError, match="or one in training"):
        keep_network(NOTHING, NOTHING, "busy", "net.keras", tiny_faces(), tmp_path)
    with pytest.raises(FerError, match="or one in training"):
        write_run("busy", pd.DataFrame({"epoch": np.arange(3), "loss": 1.0}), "a test", tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["busy.partial"]
