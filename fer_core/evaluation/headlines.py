"""What a view's figures come to, in one sentence, for people who know none of their names.

Each takes the table or counts that the view shows and gives plain text. Nothing is claimed that the statistics below
the sentence do not carry: where nothing can be said, that is the sentence.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from fer_core.evaluation.calibration import Reliability
from fer_core.labels import CLASSES
from fer_core.types import Integers

_SURE = 0.05


def matrix(counts: Integers, names: Sequence[str] = CLASSES) -> str:
    """Of a confusion matrix i64 (K, K): what is known best, and the most frequent confusion by its share."""
    counts = np.asarray(counts)
    support = counts.sum(axis=1)
    if not support.sum():
        return "There is no labelled picture here."
    shares = counts / np.maximum(support[:, None], 1)
    best = int(np.argmax(np.where(support > 0, np.diag(shares), -1)))
    known = f"It knows {names[best]} best: {shares[best, best]:.0%} recognised."
    wrong = shares.copy()
    np.fill_diagonal(wrong, 0)
    true, taken = divmod(int(np.argmax(wrong)), len(counts))
    if wrong[true, taken] == 0:
        return f"{known} Nothing is confused."
    return f"{known} Its greatest confusion: {wrong[true, taken]:.0%} of {names[true]} is taken for {names[taken]}."


def per_class(frame: pd.DataFrame) -> str:
    """Of `per_class.table`: the best and the worst class by F1, and whether their intervals lie apart."""
    there = frame[frame["support"] > 0].dropna(subset=["f1"])
    if len(there) < 2:
        return "There are pictures of one class at most, so no two can be compared."
    best, worst = there.loc[there["f1"].idxmax()], there.loc[there["f1"].idxmin()]
    apart = best["f1_low"] > worst["f1_high"]
    return f"It is best at {best['class']} (F1 {best['f1']:.0%}) and worst at {worst['class']} ({worst['f1']:.0%})" + (
        "." if apart else "; on so few pictures that could be chance."
    )


def two_runs(a: str, b: str, only_a: int, only_b: int, p: float) -> str:
    """Of two runs: how often only one is right, and whether that is more than chance (McNemar's p)."""
    told = f"{a} alone is right on {only_a:,} pictures, {b} alone on {only_b:,}"
    if p >= _SURE:
        return f"{told}: no difference is shown."
    return f"{told}: {a if only_a > only_b else b} is better."


def of_groups(sentence: str, told: str) -> str:
    """A sentence about runs whose classes were merged, with what was taken together (`Grouping.told`) before it."""
    return f"With {told}: {sentence}"


def over_epochs(counts: Integers, epochs: Sequence[int]) -> str:
    """Of confusion matrices i64 (E, 7, 7): when it knew most of what it knows, and the class that came last."""
    accuracy = np.trace(counts, axis1=1, axis2=2) / np.maximum(1, counts.sum(axis=(1, 2)))
    top = float(accuracy.max())
    when = int(np.flatnonzero(accuracy >= 0.9 * top)[0])
    text = f"Nine tenths of its best ({top:.0%}) it reached by epoch {epochs[when]} of {epochs[-1]}"
    recall = np.diagonal(counts, axis1=1, axis2=2) / np.maximum(1, counts.sum(axis=2))
    gain = recall[-1] - recall[when]
    late = int(gain.argmax())
    if gain[late] < 0.02:
        return f"{text}; no class was learned much better after that."
    return f"{text}; after that {CLASSES[late]} gained most, from {recall[when, late]:.0%} to {recall[-1, late]:.0%}."


def abstaining(answered: int, pictures: int, accuracy: float, without: float, threshold: float) -> str:
    """Of a threshold of confidence: what is answered, and how much more often it is right then."""
    if not answered:
        return f"No answer is as sure as {threshold:.0%}."
    text = f"Asked to be {threshold:.0%} sure, it answers {answered / pictures:.0%} of the pictures"
    gain = accuracy - without
    if gain < 0.005:
        return f"{text} and is right in {accuracy:.0%} of them: silence buys nothing here."
    return f"{text} and is right in {accuracy:.0%} of them instead of {without:.0%}."


def doubtful(flagged: int, pictures: int, outvoted: int | None) -> str:
    """Of labels that look wrong. outvoted: of the flagged ones, how many FER+'s votes outvote; None without votes."""
    if not flagged:
        return f"None of the {pictures:,} labels looks wrong to this network."
    text = f"{flagged:,} of {pictures:,} labels look wrong to this network"
    if outvoted is None:
        return f"{text}; no people's votes are here to check it."
    return f"{text}; of these, people outvote {outvoted / flagged:.0%}."


def slices(frames: Mapping[str, pd.DataFrame]) -> str:
    """Of accuracies in bins of measures (`slices.accuracy_by_bin`): the measure along which it differs most."""
    found = {name: frame for name, frame in frames.items() if len(frame) > 1}
    if not found:
        return "There are too few pictures for bins."

    def reach(frame: pd.DataFrame) -> float:
        return float(frame["accuracy"].max() - frame["accuracy"].min())

    name = max(found, key=lambda one: reach(found[one]))
    frame = found[name]
    best, worst = frame.loc[frame["accuracy"].idxmax()], frame.loc[frame["accuracy"].idxmin()]
    if best["accuracy_low"] <= worst["accuracy_high"]:
        return "Brightness, contrast and sharpness make no difference that is shown here."
    return (
        f"{name.capitalize()} matters most: right in {worst['accuracy']:.0%} of pictures from {worst['low']:,.0f} "
        f"to {worst['high']:,.0f} and in {best['accuracy']:.0%} from {best['low']:,.0f} to {best['high']:,.0f}."
    )


def best_run(scores: Mapping[str, float], pairs: pd.DataFrame, split: str, metric: str = "accuracy") -> str:
    """Which run is best, and which are not shown to be worse.

    scores: by run, of those judged on the same pictures, in the metric, "accuracy" or "macro_f1", whose own test
    decides. pairs: `paired.compare` of each other run (column a) against the best (column b), those judged on other
    pictures included: each is held against the best on what the two share.
    """
    if not scores:
        return "No run can be judged here."
    best = max(scores, key=scores.__getitem__)
    value = f"{scores[best]:.1%}" if metric == "accuracy" else f"macro F1 {scores[best]:.3f}"
    alone = len(scores) == 1 and len(pairs) > 0  # the others' scores are of other pictures
    first = f"{best} {'stands' if alone else 'is best'} on the {split} split ({value})"
    if not len(pairs):
        return f"{first}; there is no other run to hold against it."
    against = pairs[pairs["b"] == best]
    sure, less = against[f"holm_{metric}"] < _SURE, against[metric] < 0
    open_, worse, better = (list(against.loc[rows, "a"]) for rows in (~sure, sure & less, sure & ~less))
    ahead = f"; on the pictures that both were judged on, {_listed(better)} {_is(better)} better" if better else ""
    if not open_ and not better:
        return f"{first}; each of the others is shown to be worse."
    words = [f"{_listed(open_)} {_is(open_)} not shown to be worse"] if open_ else []
    words += [f"{_listed(worse)} {_is(worse)}" + ("" if open_ else " worse")] if worse else []
    return f"{first}; {', '.join(words)}{ahead}." if words else f"{first}{ahead}."


def _is(names: list[str]) -> str:
    return "is" if len(names) == 1 else "are"


def curves(best: Mapping[str, tuple[float, int]], gaps: Mapping[str, float], others: Sequence[str] = ()) -> str:
    """Of training curves. best: run -> (best validation accuracy, its epoch). gaps: run -> train less validation
    accuracy there. others: runs whose accuracy counts something else, agreement with voters say."""
    aside = f" {_listed(list(others))}: judged by other targets, so not compared." if others else ""
    if not best:
        return f"No run here has a validation accuracy yet.{aside}"
    top = max(best, key=lambda name: best[name][0])
    text = f"{top} comes highest on pictures held out: {best[top][0]:.1%}, at epoch {best[top][1]}."
    if not gaps:
        return text + aside
    widest = max(gaps, key=gaps.__getitem__)
    if gaps[widest] < 0.05:
        return f"{text} None of them learned its pictures by heart.{aside}"
    more = f"{100 * gaps[widest]:.0f} points more often"
    return f"{text} {widest} learned its own pictures by heart most: right on them {more}.{aside}"


def settings(different: Sequence[str], runs: int) -> str:
    """Of what differs between runs, names of settings."""
    if runs < 2:
        return "One run alone differs from none; choose a second one."
    if not different:
        return f"These {runs} runs were asked for with the same settings."
    if len(different) == 1:
        return f"These {runs} runs differ in one setting alone, {different[0]}; the rest is its doing, or chance."
    return (
        f"These {runs} runs differ in {len(different)} settings, {_listed(list(different[:3]))}"
        f"{' and more' if len(different) > 3 else ''}: which of them did what can't be told from these alone."
    )


def calibration(name: str, one: Reliability) -> str:
    """Of a reliability diagram: whether the network is as right as it is sure."""
    filled = one.counts > 0
    weights = one.counts[filled] / one.counts.sum()
    sure, right = float(weights @ one.confidence[filled]), float(weights @ one.accuracy[filled])
    told = f"{name} says {sure:.0%} on average and is right in {right:.0%}"
    if abs(sure - right) < 0.02:
        return f"{told}: its probabilities can be taken at their word, by and large."
    return f"{told}: it is {'too sure of itself' if sure > right else 'surer than it dares to say'}."


def report(lines: pd.DataFrame) -> str:
    """Of the report's variants beside ours (`beside_report.summary`)."""
    ours = lines[lines["seeds"] > 0].dropna(subset=["mean", "quoted"]) if "quoted" in lines else lines[:0]
    if not len(ours):
        return "None of the report's networks was trained here for this split yet."
    apart = ours[(ours["low"] > 0) | (ours["high"] < 0)]
    if not len(apart):
        return f"Of {len(ours)} networks trained as in the report, none differs from its figure by more than chance."
    line = apart.loc[apart["difference"].abs().idxmax()]
    word = "above" if line["difference"] > 0 else "below"
    return (
        f"{len(apart)} of {len(ours)} networks differ from the report by more than chance; most of all "
        f"{line['variant']}, {abs(100 * line['difference']):.1f} points {word} it."
    )


def table(accuracy: Mapping[str, float], split: str) -> str:
    """Of the table of runs: which of those on one data set scores highest on a split."""
    there = {name: value for name, value in accuracy.items() if value == value}
    if not there:
        return "No run here has a score yet."
    best = max(there, key=there.__getitem__)
    return (
        f"Of {len(there)} run{'s' if len(there) != 1 else ''} on the same pictures, {best} is right most often: "
        f"{there[best]:.1%} on the {split} split."
    )


def elsewhere(accuracy: Mapping[tuple[str, str], float]) -> str:
    """Of scores on sets that a network was not trained on. accuracy: by run and set."""
    if not accuracy:
        return "None of the chosen runs was asked about faces from elsewhere yet."
    run, on = max(accuracy, key=accuracy.__getitem__)
    told = f"{run} on {on} is right in {accuracy[run, on]:.1%}"
    if len(accuracy) == 1:
        return f"Asked about faces from elsewhere, {told}."
    last, there = min(accuracy, key=accuracy.__getitem__)
    lowest = f"{last} on {there} in {accuracy[last, there]:.1%}"
    return f"Of {len(accuracy)} answers about faces from elsewhere, {told}, {lowest}."


def map_part(label: str, shares: Mapping[str, float], areas: Mapping[str, float], words: str) -> str:
    """Of a saliency map: the part of the face where it is densest. words: what is explained, say "happy"."""
    times = {name: shares[name] / areas[name] for name in shares if name != "rest" and areas.get(name)}
    if not times:
        return f"No part of a face is known in this picture, so {label} can't be laid on one."
    most = max(times, key=times.__getitem__)
    text = (
        f"Why {words}? By {label}, the {most}: {shares[most]:.0%} of the map lies on {areas[most]:.0%} of the picture"
    )
    return f"{text}." if times[most] >= 1.5 else f"{text}, hardly more than an even map puts there."


def answer(probabilities: Sequence[float]) -> str:
    """Of seven probabilities: the answer and the next likeliest."""
    order = np.argsort(-np.asarray(probabilities))
    first, second = int(order[0]), int(order[1])
    return (
        f"It says {CLASSES[first]} ({probabilities[first]:.0%}); next comes {CLASSES[second]} "
        f"({probabilities[second]:.0%})."
    )


def hiding(label: str, words: str, before: float, by_map: float, chance: tuple[float, float]) -> str:
    """Of hiding what a map marks: the probability before, after, and the range that random hidings give."""
    told = f"Hiding what {label} marks takes {words} from {before:.0%} to {by_map:.0%}"
    low, high = chance
    if by_map < low:
        return f"{told}, further than hiding at random ({low:.0%} to {high:.0%}): here it marks what counts."
    if by_map > high:
        return f"{told}, less far than hiding at random ({low:.0%} to {high:.0%}): here it marks what does not count."
    return f"{told}, as hiding at random does ({low:.0%} to {high:.0%}): here it tells nothing."


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
