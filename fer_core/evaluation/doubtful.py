"""Labels that may be wrong, found by confident learning and checked against FER+ votes.

Northcutt, Jiang and Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels", JAIR 2021, by the
authors' library cleanlab. The probabilities must come from a network that has not trained on these pictures.
"""

import numpy as np
import pandas as pd

from fer_core.errors import FerError
from fer_core.labels import CLASSES

RANKINGS = ("self_confidence", "normalized_margin", "confidence_weighted_entropy", "confident_joint")
"""The label quality scores of cleanlab, and its off-diagonal pictures of the confident joint first."""

FERPLUS_COLUMNS = (4, 5, 6, 1, 3, 2, 0)
"""Column of the FER+ votes that belongs to each of our classes (contempt, unknown, not a face have none)."""


def rank(
    labels: np.ndarray,
    probabilities: np.ndarray,
    by: str = "normalized_margin",
    constant: np.ndarray | None = None,
) -> pd.DataFrame:
    """All labelled pictures, the most doubtful label first.

    Args:
        labels: int (N,), 0 to 6, -1 where not given.
        probabilities: f32 (N, 7), from a network that has not trained on these pictures.
        by: "self_confidence" (probability of the given label), "normalized_margin" (that minus the greatest other
            one), "confidence_weighted_entropy", or "confident_joint": the pictures that the confident joint puts
            off its diagonal first, each part by margin.
        constant: bool (N,), pictures whose pixels are all alike: nobody can label them, so they come first.

    Returns: columns position (in the arrays given), label and suggested (names; the most probable other class),
    self_confidence (0 to 1), quality (0 to 1, the score ranked by; lower is more doubtful), confident_error
    (whether the confident joint counts the picture off its diagonal), constant.
    Raises FerError where nothing is labelled or `by` is another word.
    """
    if by not in RANKINGS:
        raise FerError(f"Doubtful labels are ranked by {', '.join(RANKINGS)}, not by {by!r}.")
    positions, labels, probabilities = _labelled(labels, probabilities)
    every = np.arange(len(labels))
    others = probabilities.copy()
    others[every, labels] = -1
    error = np.zeros(len(labels), bool)
    error[_off_diagonal(labels, probabilities)] = True
    quality = _quality(labels, probabilities, "normalized_margin" if by == "confident_joint" else by)
    flat = np.zeros(len(labels), bool) if constant is None else np.asarray(constant)[positions]
    parts = (quality, ~error, ~flat) if by == "confident_joint" else (quality, ~flat)
    order = np.lexsort(parts)
    names = np.array(CLASSES)
    return pd.DataFrame(
        {
            "position": positions[order],
            "label": names[labels[order]],
            "suggested": names[others.argmax(axis=1)[order]],
            "self_confidence": probabilities[every, labels][order],
            "quality": quality[order],
            "confident_error": error[order],
            "constant": flat[order],
        }
    )


def expected_wrong(labels: np.ndarray, probabilities: np.ndarray) -> int:
    """How many labels the calibrated confident joint puts off its diagonal (equation 3 of the paper)."""
    from cleanlab.count import compute_confident_joint

    _, labels, probabilities = _labelled(labels, probabilities)
    joint = compute_confident_joint(labels, probabilities, calibrate=True)
    return int(joint.sum() - np.trace(joint))


def class_votes(votes: np.ndarray) -> np.ndarray:
    """FER+ votes u8 (N, 7) in the order of CLASSES, from all ten columns u8 (N, 10)."""
    return np.asarray(votes)[:, list(FERPLUS_COLUMNS)]


def outvoted(labels: np.ndarray, votes: np.ndarray) -> np.ndarray:
    """Bool (N,): another of the seven classes has more FER+ votes than the label. A tie is not a contradiction.

    labels: int (N,), 0 to 6; votes: u8 (N, 10).
    """
    by_class = class_votes(votes)
    result: np.ndarray = by_class.max(axis=1) > _own_votes(labels, by_class)
    return result


def unvoted(labels: np.ndarray, votes: np.ndarray) -> np.ndarray:
    """Bool (N,): not one of the ten FER+ annotators chose the label. labels: int (N,), 0 to 6; votes: u8 (N, 10)."""
    result: np.ndarray = _own_votes(labels, class_votes(votes)) == 0
    return result


def precision_at(confirmed: np.ndarray, k: int) -> float:
    """The share confirmed among the first k of a ranking. confirmed: bool (N,) in the ranking's order; k >= 1."""
    if k < 1 or len(confirmed) == 0:
        raise FerError(f"Precision at k needs a k of at least 1 and a ranking, not {k} and {len(confirmed)} pictures.")
    return float(np.mean(confirmed[:k]))


def precision_by_rank(confirmed: np.ndarray) -> np.ndarray:
    """f64 (N,): entry k - 1 is `precision_at` of k. confirmed: bool (N,) in the ranking's order."""
    confirmed = np.asarray(confirmed, dtype=np.float64)
    return np.cumsum(confirmed) / np.arange(1, len(confirmed) + 1)


def check(frame: pd.DataFrame, labels: np.ndarray, votes: np.ndarray, k: int = 100) -> dict[str, tuple[float, float]]:
    """How far FER+ votes bear a ranking out: by statement, the share among its first k and among all.

    Statements: "outvoted" (another class has more votes than the label), "unvoted" (the label has none), "agreed"
    (the class with the most votes, the first of several, is the one suggested). Constant pictures are left out:
    that nobody can label them is known without a network.

    frame: from `rank`. labels: int (N,) and votes: u8 (N, 10), as they were before ranking.
    """
    positions = frame.position.to_numpy()[~frame.constant.to_numpy()]
    suggested = frame.suggested.to_numpy()[~frame.constant.to_numpy()]
    own_labels, own_votes = np.asarray(labels)[positions], np.asarray(votes)[positions]
    most = np.array(CLASSES)[class_votes(own_votes).argmax(axis=1)]
    statements = {
        "outvoted": outvoted(own_labels, own_votes),
        "unvoted": unvoted(own_labels, own_votes),
        "agreed": most == suggested,
    }
    return {name: (precision_at(true, k), float(np.mean(true))) for name, true in statements.items()}


def _own_votes(labels: np.ndarray, by_class: np.ndarray) -> np.ndarray:
    return by_class[np.arange(len(labels)), np.asarray(labels).astype(np.int64)]


def _labelled(labels: np.ndarray, probabilities: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    positions = np.flatnonzero(np.asarray(labels) >= 0)
    if positions.size == 0:
        raise FerError("None of these pictures has a label, so none can be doubtful.")
    chosen = np.asarray(probabilities, dtype=np.float64)[positions]
    # float32 rows sum to 1 within 1e-6 only; cleanlab wants better.
    chosen = chosen / chosen.sum(axis=1, keepdims=True)
    return positions, np.asarray(labels)[positions].astype(np.int64), chosen


def _quality(labels: np.ndarray, probabilities: np.ndarray, by: str) -> np.ndarray:
    from cleanlab.rank import get_label_quality_scores

    return np.asarray(get_label_quality_scores(labels, probabilities, method=by))


def _off_diagonal(labels: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    from cleanlab.count import compute_confident_joint

    _, indices = compute_confident_joint(labels, probabilities, calibrate=False, return_indices_of_off_diagonals=True)
    indices = np.asarray(indices, dtype=np.int64)
    # A picture may pass another class's threshold and still be most probably what its label says: no error then, as
    # cleanlab's own find_label_issues has it.
    result: np.ndarray = indices[probabilities[indices].argmax(axis=1) != labels[indices]]
    return result
