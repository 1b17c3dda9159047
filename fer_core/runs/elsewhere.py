"""Predictions of a run on another data set than its own, kept beside it: elsewhere/<fingerprint of the set>.npz.

Row numbers there refer to that set, so they never stand among the run's own splits.
"""

import contextlib
import json
import os
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from fer_core.errors import FerError
from fer_core.runs.folder import MOST_PREDICTED_BYTES, Predictions, Run
from fer_core.runs.schema import ScoreRecord, problem_of, problem_of_predictions

FOLDER = "elsewhere"
_META = "about"


@dataclass(frozen=True)
class Elsewhere:
    """What a run said of another set.

    data: the set's name. fingerprint: of the set. when: UTC in ISO 8601. scores: by split, as
    `fer_core.evaluation.metrics.scores` gives them. arrays: as in predictions.npz.
    """

    data: str
    fingerprint: str
    when: str
    scores: dict[str, dict[str, Any]]
    arrays: dict[str, np.ndarray] = field(repr=False)

    def label(self, split: str) -> str:
        """What a split of it is called beside the run's own ones: "on ck (1d60): test"."""
        return f"on {self.data} ({self.fingerprint[:4]}): {split}"

    def predictions(self, split: str) -> Predictions:
        """Predictions on a split; rows are the other set's. Raises FerError where there are none."""
        if f"{split}_rows" not in self.arrays:
            raise FerError(f"No predictions on the {split} split of {self.data!r} are kept.")
        return Predictions(
            self.arrays[f"{split}_rows"].astype(np.int64),
            self.arrays[f"{split}_labels"].astype(np.int8),
            self.arrays[f"{split}_probabilities"].astype(np.float32),
        )


def write(
    run: Run, data: str, fingerprint: str, predictions: Mapping[str, Predictions], scores: Mapping[str, Any]
) -> Elsewhere:
    """Keeps what a run said of another set, in place of what it said of it before.

    Raises FerError where the folder can't be written, or the set is the run's own.
    """
    if fingerprint == run.fingerprint:
        raise FerError(f"{data!r} is the set of {run.name!r} itself; its scores stand in the run already.")
    arrays: dict[str, np.ndarray] = {}
    for split, one in predictions.items():
        arrays |= {
            f"{split}_rows": one.rows.astype(np.int64),
            f"{split}_labels": one.labels.astype(np.int8),
            f"{split}_probabilities": one.probabilities.astype(np.float32),
        }
    when = datetime.now(UTC).isoformat(timespec="seconds")
    about = json.dumps({"data": data, "fingerprint": fingerprint, "when": when, "scores": dict(scores)})
    folder = run.folder / FOLDER
    try:
        folder.mkdir(exist_ok=True)
        handle, half = tempfile.mkstemp(dir=folder, prefix=".half-")
        try:
            with os.fdopen(handle, "wb") as file:
                np.savez_compressed(file, **{_META: np.array(about)}, **arrays)  # type: ignore[arg-type]
            Path(half).replace(folder / f"{fingerprint}.npz")
        finally:
            with contextlib.suppress(FileNotFoundError):
                Path(half).unlink()
    except OSError as error:
        raise FerError(f"The scores could not be kept in {folder}: {error.strerror}.") from error
    return Elsewhere(data, fingerprint, when, dict(scores), arrays)


def read_all(run: Run) -> list[Elsewhere]:
    """What the run said of other sets, by the set's name. A file that is damaged or something else is passed over:
    it can be made anew, and stops nothing."""
    found = []
    for path in sorted((run.folder / FOLDER).glob("*.npz")):
        with contextlib.suppress(FerError):
            found.append(_read(path))
    return sorted(found, key=lambda one: (one.data, one.fingerprint))


def _read(path: Path) -> Elsewhere:
    try:
        with zipfile.ZipFile(path) as packed:
            if sum(info.file_size for info in packed.infolist()) > MOST_PREDICTED_BYTES:
                raise ValueError("it is too large")
        with np.load(path, allow_pickle=False) as file:
            arrays = {key: file[key] for key in file.files}
        about = json.loads(str(arrays.pop(_META)))
        data, fingerprint, when = (str(about[key]) for key in ("data", "fingerprint", "when"))
        scores = {str(split): dict(score) for split, score in about["scores"].items()}
    except Exception as error:  # zipfile, zlib, json and numpy each raise their own for damaged files
        raise FerError(f"{path} can't be used ({type(error).__name__}).") from None
    problems = [problem_of_predictions(arrays), *(problem_of(ScoreRecord, score) for score in scores.values())]
    problem = next(filter(None, problems), "")
    if problem or fingerprint != path.stem:
        raise FerError(f"{path} can't be used: {problem or 'it is about another set'}.")
    return Elsewhere(data, fingerprint, when, scores, arrays)
