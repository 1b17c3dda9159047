"""How often the tests between runs cry wolf, and how often they see a difference that is there.

    python benchmarks/false_alarms.py                 # some minutes
    python benchmarks/false_alarms.py --rounds 200

Two networks that are equally good are made from a run's stored probabilities on a split: each answers each picture by
a draw from them, so that hard pictures are hard for both. A better one gives the label in a share of the pictures where
it drew another answer. Families of K - 1 comparisons with one reference are corrected by Holm; a family errs where any
of its true nulls is called a difference. Seeds: scores of normal spread, three and five a recipe.
"""

import argparse
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from fer_core.evaluation.paired import permutation_macro_f1
from fer_core.evaluation.seeds import compare_seeds
from fer_core.evaluation.statistics import holm, mcnemar_exact
from fer_core.runs import find_run


def answers(probabilities: np.ndarray, labels: np.ndarray, gain: float, rng: np.random.Generator) -> np.ndarray:
    """One network's classes (N,): a draw for each picture, wrong ones put right with a chance `gain`."""
    cumulative = probabilities.cumsum(axis=1)
    drawn = (rng.random((len(labels), 1)) * cumulative[:, -1:] > cumulative).sum(axis=1)
    return np.where((drawn != labels) & (rng.random(len(labels)) < gain), labels, drawn)


def families(probabilities: np.ndarray, labels: np.ndarray, size: int, gain: float, rounds: int) -> dict[str, float]:
    """Share of rounds in which any of `size` comparisons is called a difference at 5%, by test."""
    rng = np.random.default_rng(0)
    found = {"McNemar, accuracy": 0, "permutation, macro F1": 0}
    for round_ in range(rounds):
        reference = answers(probabilities, labels, 0.0, rng)
        others = [answers(probabilities, labels, gain, rng) for _ in range(size)]
        accuracy = [mcnemar_exact(one == labels, reference == labels).p for one in others]
        f1 = [permutation_macro_f1(labels, one, reference, 999, round_) for one in others]
        for name, p in zip(found, (accuracy, f1), strict=True):
            found[name] += bool((holm(p) < 0.05).any())
    return {name: count / rounds for name, count in found.items()}


def seeds(count: int, shift: float, same: bool, rounds: int) -> float:
    """Share of rounds in which two recipes of `count` seeds are told apart; a seed moves both recipes by 0.3 points."""
    rng = np.random.default_rng(1)
    told = 0
    for _ in range(rounds):
        common = rng.normal(0, 0.003, count)
        a = 0.66 + shift + common + rng.normal(0, 0.004, count)
        b = 0.66 + (common if same else rng.normal(0, 0.003, count)) + rng.normal(0, 0.004, count)
        keys = range(count) if same else range(100, 100 + count)
        table = compare_seeds({"a": dict(enumerate(a)), "b": dict(zip(keys, b, strict=True))})
        told += bool(table["p_holm"].iloc[0] < 0.05)
    return told / rounds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", default="compact")
    parser.add_argument("--split", default="private")
    parser.add_argument("--rounds", type=int, default=400)
    args = parser.parse_args()
    stored = find_run(args.run).predictions(args.split)
    labels, probabilities = stored.labels.astype(int), stored.probabilities.astype(float)
    print(f"{args.run} on {args.split}, {len(labels):,} pictures, {args.rounds} rounds; calls at 5%\n")
    print("| comparisons with the reference | true difference in accuracy | McNemar, accuracy | permutation, macro F1 |"
          "\n|---|---|---|---|")  # fmt: skip
    wrong = 1 - np.mean(answers(probabilities, labels, 0.0, np.random.default_rng(2)) == labels)
    for size, points in ((1, 0), (5, 0), (1, 1), (1, 2), (1, 3)):
        found = families(probabilities, labels, size, points / 100 / wrong, args.rounds)
        print(f"| {size} | {points} points | {' | '.join(f'{share:.3f}' for share in found.values())} |", flush=True)
    print("\n| seeds a recipe | true difference | the same seeds (paired t) | other seeds (Welch) |\n|---|---|---|---|")
    for count in (3, 5):
        for points in (0, 1):
            shares = [seeds(count, points / 100, same, 5 * args.rounds) for same in (True, False)]
            print(f"| {count} | {points} points | {shares[0]:.3f} | {shares[1]:.3f} |", flush=True)


if __name__ == "__main__":
    main()
