"""Which setting mattered: found where one does, unsure where none does, refused where nothing can be said."""

import numpy as np
import pandas as pd
import pytest

from fer_core.comparison.importance import setting_importance
from fer_core.errors import FerError


def _table(runs: int, effect: float) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    rate = rng.choice([0.001, 0.01, 0.1], runs)
    return pd.DataFrame(
        {
            "learning_rate": rate,
            "optimizer": rng.choice(["adam", "sgd"], runs),
            "same": "x",
            "score": 0.5 + effect * np.log10(rate) + rng.normal(0, 0.01, runs),
        }
    )


def test_the_setting_that_moves_the_score_comes_first() -> None:
    found, share = setting_importance(_table(40, 0.1), ["optimizer", "learning_rate", "same"], "score")
    assert found["setting"].tolist() == ["learning_rate", "optimizer"]
    assert found["low"][0] > 0.3 and abs(found["importance"][1]) < 0.1 and share > 0.8


def test_where_nothing_matters_nothing_is_foretold() -> None:
    _, share = setting_importance(_table(40, 0.0), ["optimizer", "learning_rate"], "score")
    assert share < 0.1


@pytest.mark.parametrize(
    ("table", "settings", "said"),
    [
        (_table(9, 0.1), ["learning_rate"], "from 10 runs on; 9 have"),
        (_table(20, 0.1), ["same"], "differ in no setting"),
        (_table(20, 0.1).assign(score=0.5), ["optimizer"], "the same score"),
    ],
)
def test_where_nothing_can_be_said_it_is_refused(table, settings, said) -> None:
    with pytest.raises(FerError, match=said):
        setting_importance(table, settings, "score")
