"""How often the tests between runs cry wolf, and how often they see a difference that is there.

    python benchmarks/false_alarms.py                 # some minutes
    python benchmarks/false_alarms.py --rounds 200
    python benchmarks/false_alarms.py --only merged   # one of the three tables

Two networks that are equally good are made from a run's stored probabilities on a split: each answers each picture by
a draw from them, so that hard pictures are hard for both. A better one gives the label in a share of the pictures where
it drew another answer. Families of K - 1 comparisons with one reference are corrected by Holm; a family errs where any
of its true nulls is called a difference. Merged classes: the same networks, labels and answers put into groups first;
"whichever differs most" is who looks at seven classes and at every grouping here and reports the smallest p-value.
Seeds: scores of normal spread, three and five a recipe.
"""

import argparse
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from fer_core.evaluation.merged import parse
from fer_core.evaluation.paired import permutation_macro_f1
from fer_core.evaluation.seeds import compare_seeds
from fer_core.evaluation.statistics import holm, mcnemar_exact
from fer_core.runs import find_run

MERGED = (("angry+disgust",), ("angry+disgust+fear+sad",), ("angry+disgust+fear+sad", "happy+surprise+neutral"))
"""Groupings that the pages have ready, as they are typed."""
TESTS = ("McNemar, accuracy", "permutation, macro F1")


def answers(probabilities: np.ndarray, labels: np.ndarray, gain: float, rng: np.random.Generator) -> np.ndarray:
    """One network's classes (N,): a draw for each picture, wrong ones put right with a chance `gain`."""
    cumulative = probabilities.cumsum(axis=1)
    drawn = (rng.random((len(labels), 1)) * cumulative[:, -1:] > cumulative).sum(axis=1)
    return np.where((drawn != labels) & (rng.random(len(labels)) < gain), labels, drawn)


def families(probabilities: np.ndarray, labels: np.ndarray, size: int, gain: float, rounds: int) -> dict[str, float]:
    """Share of rounds in which any of `size` comparisons is called a difference at 5%, by test."""
    rng = np.random.default_rng(0)
    found = dict.fromkeys(TESTS, 0)
    for round_ in range(rounds):
        reference = answers(probabilities, labels, 0.0, rng)
        others = [answers(probabilities, labels, gain, rng) for _ in range(size)]
        p_values = np.array([tests(labels, one, reference, round_) for one in others])
        for name, p in zip(TESTS, p_values.T, strict=True):
            found[name] += bool((holm(p) < 0.05).any())
    return {name: count / rounds for name, count in found.items()}


def tests(labels: np.ndarray, one: np.ndarray, other: np.ndarray, seed: int) -> tuple[float, float]:
    """The p-values of TESTS."""
    return mcnemar_exact(one == labels, other == labels).p, permutation_macro_f1(labels, one, other, 999, seed)


def after_looking(probabilities: np.ndarray, labels: np.ndarray, rounds: int) -> dict[str, float]:
    """Share of rounds in which the smallest p-value over seven classes and all of MERGED is under 5%, by test, between
    networks that are equally good."""
    rng = np.random.default_rng(0)
    views = [np.arange(probabilities.shape[1]), *(parse(groups).of for groups in MERGED)]
    found = dict.fromkeys(TESTS, 0)
    for round_ in range(rounds):
        one, other = (answers(probabilities, labels, 0.0, rng) for _ in range(2))
        p_values = np.array([tests(of[labels], of[one], of[other], round_) for of in views])
        for name, p in zip(TESTS, p_values.T, strict=True):
            found[name] += bool(p.min() < 0.05)
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
    parser.add_argument("--only", choices=("plain", "merged", "seeds"))
    args = parser.parse_args()
    stored = find_run(args.run).predictions(args.split)
    labels, probabilities = stored.labels.astype(int), stored.probabilities.astype(float)
    print(f"{args.run} on {args.split}, {len(labels):,} pictures, {args.rounds} rounds; calls at 5%")
    if args.only in (None, "plain"):
        print_plain(probabilities, labels, args.rounds)
    if args.only in (None, "merged"):
        print_merged(probabilities, labels, args.rounds)
    if args.only in (None, "seeds"):
        print_seeds(args.rounds)


def gain_for(probabilities: np.ndarray, labels: np.ndarray, points: int) -> float:
    """The share of wrong answers that must be put right for so many points of accuracy."""
    wrong = 1 - np.mean(answers(probabilities, labels, 0.0, np.random.default_rng(2)) == labels)
    return float(points / 100 / wrong)


def in_row(found: dict[str, float]) -> str:
    return " | ".join(f"{share:.3f}" for share in found.values())


def print_plain(probabilities: np.ndarray, labels: np.ndarray, rounds: int) -> None:
    print(
        f"\n| comparisons with the reference | true difference in accuracy | {' | '.join(TESTS)} |\n|---|---|---|---|"
    )
    for size, points in ((1, 0), (5, 0), (1, 1), (1, 2), (1, 3)):
        found = families(probabilities, labels, size, gain_for(probabilities, labels, points), rounds)
        print(f"| {size} | {points} points | {in_row(found)} |", flush=True)


def print_merged(probabilities: np.ndarray, labels: np.ndarray, rounds: int) -> None:
    print(
        f"\n| groups | comparisons | true difference in the groups' accuracy | {' | '.join(TESTS)} |"
        "\n|---|---|---|---|---|"
    )
    for groups in MERGED:
        merged = parse(groups)
        shares, true = merged.probabilities(probabilities).astype(float), merged.labels(labels)
        for size, points in ((1, 0), (5, 0), (1, 1), (1, 2)):
            found = families(shares, true, size, gain_for(shares, true, points), rounds)
            print(f"| {', '.join(groups)} | {size} | {points} points | {in_row(found)} |", flush=True)
    found = after_looking(probabilities, labels, rounds)
    print(f"| whichever differs most, seven classes among them | 1 | 0 points | {in_row(found)} |", flush=True)


def print_seeds(rounds: int) -> None:
    print("\n| seeds a recipe | true difference | the same seeds (paired t) | other seeds (Welch) |\n|---|---|---|---|")
    for count in (3, 5):
        for points in (0, 1):
            shares = [seeds(count, points / 100, same, 5 * rounds) for same in (True, False)]
            print(f"| {count} | {points} points | {shares[0]:.3f} | {shares[1]:.3f} |", flush=True)


if __name__ == "__main__":
    main()
