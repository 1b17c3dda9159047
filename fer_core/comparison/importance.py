"""Which setting mattered: how much worse a score is foretold when a setting's values are shuffled among the runs."""

import numpy as np
import pandas as pd

from fer_core.errors import FerError

FEWEST = 10
"""Below so many runs nothing can be said."""

TREES, REPEATS = 200, 30


def setting_importance(
    table: pd.DataFrame, settings: list[str], score: str, seed: int = 0
) -> tuple[pd.DataFrame, float]:
    """Permutation importance of settings for a score (Breiman 2001, "Random Forests", section 10).

    A forest learns to foretell the score from the settings of four fifths of the runs. A setting's importance is by how
    much the squared error on the other fifth grows when its values are shuffled, as a share of the scores' variance.

    Args:
        table: a row a run. settings: columns; words count as categories, missing values as a value of their own.
        score: a column of numbers; runs without one are left out.

    Returns: (columns setting, importance (mean), low, high (2.5 and 97.5% over the shuffles and five divisions of the
    runs), the most important first), and the share of the variance that is foretold at all, at most 1; at 0 or below
    the importances mean nothing.

    Raises FerError for fewer than ten runs, no setting that varies, or scores that are all alike.
    """
    from sklearn.ensemble import RandomForestRegressor
    from sklearn.inspection import permutation_importance
    from sklearn.model_selection import KFold

    frame = table.dropna(subset=[score])
    varying = [name for name in settings if frame[name].map(repr).nunique() > 1]
    if len(frame) < FEWEST:
        raise FerError(f"Which setting mattered can be said from {FEWEST} runs on; {len(frame)} have a {score}.")
    if not varying:
        raise FerError("These runs differ in no setting.")
    y = frame[score].to_numpy(float)
    if np.ptp(y) == 0:
        raise FerError(f"All these runs have the same {score}.")
    x = np.column_stack([_codes(frame[name]) for name in varying])
    drops, foretold = [], np.empty(len(y))
    for train, held in KFold(5, shuffle=True, random_state=seed).split(x):
        forest = RandomForestRegressor(TREES, random_state=seed, min_samples_leaf=2).fit(x[train], y[train])
        foretold[held] = forest.predict(x[held])
        found = permutation_importance(
            forest, x[held], y[held], scoring="neg_mean_squared_error", n_repeats=REPEATS, random_state=seed
        )
        drops.append(found.importances / np.var(y))
    shuffled = np.concatenate(drops, axis=1)
    low, high = np.quantile(shuffled, [0.025, 0.975], axis=1)
    out = pd.DataFrame({"setting": varying, "importance": shuffled.mean(axis=1), "low": low, "high": high})
    share = 1 - float(np.mean((foretold - y) ** 2) / np.var(y))
    return out.sort_values("importance", ascending=False, kind="stable", ignore_index=True), share


def _codes(column: pd.Series) -> np.ndarray:
    """Numbers as they are, a missing one far below; words by their places in order."""
    if pd.api.types.is_numeric_dtype(column):
        values = column.to_numpy(float)
        low = np.nanmin(values) if np.isfinite(values).any() else 0.0
        result: np.ndarray = np.where(np.isnan(values), low - 1 - abs(low), values)
        return result
    return np.asarray(pd.Categorical(column.astype(str)).codes, float)
