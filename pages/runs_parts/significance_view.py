"""Section "Is it real?": paired tests and intervals between the chosen runs."""

import pandas as pd
import streamlit as st

from fer_core.comparison import reference, tables
from fer_core.evaluation import statistics
from fer_core.figures.forest import METRICS, accuracy_figure, against, forest_figure
from pages.runs_parts import aligned_predictions
from pages.runs_parts.aligned_predictions import Judged
from pages.runs_parts.choose import Choice
from pages.ui import address, downloads

RESAMPLES = 2000


def show(choice: Choice) -> None:
    """Accuracies with intervals, the forest plot, every pair tested, and recipes across seeds."""
    left, right = st.columns(2)
    with left:
        split = aligned_predictions.split_box(choice)
    if split is None:
        return
    metric = right.segmented_control(
        "Difference in", list(METRICS), format_func=METRICS.get, required=True,
        **address.keep("of", "accuracy", list(METRICS)),
    )  # fmt: skip
    found = aligned_predictions.judge(choice, split)
    if found is None:
        return
    alone, pairs = _tested(found.key, found)
    st.warning(statistics.CAVEAT, icon=":material/balance:")
    if len(pairs):
        _forest(pairs, choice.reference, metric or "accuracy")
        _pairs(pairs)
    else:
        st.info("Choose a second run that was judged on the same pictures to compare it.", icon=":material/add:")
    _accuracies(alone, split)
    _seeds(choice, split)


@st.cache_data(show_spinner="Testing every pair", max_entries=64)
def _tested(key: tuple, _found: Judged) -> tuple[pd.DataFrame, pd.DataFrame]:
    return statistics.accuracies(_found.aligned), statistics.compare_pairs(_found.aligned, RESAMPLES)


def verdict(row: pd.Series) -> str:
    """One sentence on the pair: what may be said at the 5% level after correction."""
    if row["p_holm"] >= 0.05:
        return f"No difference shown between {row['a']} and {row['b']}."
    better, worse = (row["a"], row["b"]) if row["only_a"] > row["only_b"] else (row["b"], row["a"])
    return f"{better} is better than {worse}."


def _forest(pairs: pd.DataFrame, name: str, metric: str) -> None:
    differences = against(pairs, name)
    st.subheader(f"Against the reference {name}", anchor=False)
    st.markdown(_in_short(differences, name))
    downloads.figure(forest_figure(differences, name, metric), f"forest-{metric}", key="forest")
    real = int((differences["p_holm"] < 0.05).sum())
    st.caption(
        f"Measured. Bars: 95% paired bootstrap interval, {RESAMPLES:,} resamples of the pictures, seed 0. Filled: "
        f"McNemar's p below 0.05 after Holm's correction over all pairs shown ({len(pairs)}); {real} of "
        f"{len(differences)} here. McNemar tests the accuracy, also where the bars show macro F1."
    )


def _in_short(differences: pd.DataFrame, name: str) -> str:
    """What may be said of each run against the reference, in a line or two."""
    sure = differences["p_holm"] < 0.05
    above = differences["only_run"] > differences["only_reference"]
    parts = []
    for rows, words in ((sure & above, "better"), (sure & ~above, "worse")):
        if rows.any():
            named = [f"**{r.run}** ({100 * r.accuracy:+.1f} points)" for r in differences[rows].itertuples()]
            parts.append(f":material/check: {words.capitalize()} than {name}: {', '.join(named)}.")
    open_ = differences[~sure]
    if len(open_):
        parts.append(f":material/question_mark: No difference shown: {', '.join(f'**{r}**' for r in open_['run'])}.")
    return "  \n".join(parts)


def _pairs(pairs: pd.DataFrame) -> None:
    st.subheader("Every pair", anchor=False)
    frame = pd.DataFrame(
        {
            "run A": pairs["a"],
            "run B": pairs["b"],
            "in words": [verdict(row) for _, row in pairs.iterrows()],
            "only A right": pairs["only_a"],
            "only B right": pairs["only_b"],
            "accuracy, A less B": _points(pairs, "accuracy"),
            "macro F1, A less B": _points(pairs, "macro_f1"),
            "p (exact McNemar)": pairs["p"].map(_p),
            "p (Holm)": pairs["p_holm"].map(_p),
        }
    )
    downloads.table(frame, "pairs", key="pairs", height="content" if len(frame) < 13 else 460)
    st.caption("Differences in percentage points with 95% intervals. Holm corrects over all pairs in this table.")


def _points(pairs: pd.DataFrame, metric: str) -> list[str]:
    rows = pairs[[metric, f"{metric}_low", f"{metric}_high"]].to_numpy() * 100
    return [f"{value:+.2f} ({low:+.2f} to {high:+.2f})" for value, low, high in rows]


def _p(value: float) -> str:
    return "< 0.0001" if value < 1e-4 else f"{value:.4f}"


def _accuracies(alone: pd.DataFrame, split: str) -> None:
    st.subheader("Each accuracy", anchor=False)
    quotes = {q.name: q.score(split) for q in reference.ALL if split in ("public", "private")}
    chosen = st.multiselect(
        "Figures of the report (quoted)", list(quotes), **address.keep("quoted_acc", [], list(quotes)),
        help="Its intervals are Wilson's, worked out here from the quoted accuracy and 3,589 pictures.",
    )  # fmt: skip
    quoted = []
    for name in chosen:
        correct = round(quotes[name] * reference.N_PER_HALF)
        quoted.append((name, quotes[name], *statistics.wilson(correct, reference.N_PER_HALF)))
    downloads.figure(accuracy_figure(alone, quoted, split), "accuracies", key="accuracies")
    shown = alone.round(5).rename(
        columns={"n": "pictures", "correct": "right", "low": "95% from", "high": "95% to", "macro_f1": "macro F1"}
    )
    downloads.table(shown, "accuracies-table", key="accuracies_t")


def _seeds(choice: Choice, split: str) -> None:
    st.subheader("Across seeds", anchor=False)
    runs = {n: r for n, r in choice.chosen.items() if (r.scores.get(split) or {}).get("accuracy") is not None}
    groups = tables.group_by({name: run.config for name, run in runs.items()}, "recipe")
    scores: dict[str, list[float]] = {}
    for name, group in groups.items():
        scores.setdefault(group, []).append(runs[name].scores[split]["accuracy"])
    table = statistics.compare_seeds(scores)
    if not len(table):
        counts = ", ".join(f"{_short(group)}: {len(values)}" for group, values in scores.items())
        st.info(
            f"Recipes are compared once two of them have {statistics.FEWEST_SEEDS} seeds or more among the chosen "
            f"runs; now {counts or 'none is scored'}.",
            icon=":material/casino:",
        )
        return
    frame = pd.DataFrame(
        {
            "recipe A": table["a"],
            "recipe B": table["b"],
            "A, mean ± sd": [_mean(r.mean_a, r.sd_a, r.seeds_a) for r in table.itertuples()],
            "B, mean ± sd": [_mean(r.mean_b, r.sd_b, r.seeds_b) for r in table.itertuples()],
            "A less B, points": [
                f"{100 * r.difference:+.2f} ({100 * r.low:+.2f} to {100 * r.high:+.2f})" for r in table.itertuples()
            ],
            "p (Welch)": table["p"].map(_p),
            "p (Holm)": table["p_holm"].map(_p),
        }
    )
    downloads.table(frame, "seeds", key="seeds")
    st.caption(
        "Accuracy over seeds: would training again give the same order on these pictures? Welch's t test, 95% "
        "intervals. A recipe is all settings but the seeds."
    )


def _short(words: str) -> str:
    """A recipe's name within a line."""
    return words if len(words) <= 48 else f"{words[:47].rstrip(', ')}…"


def _mean(mean: float, sd: float, seeds: int) -> str:
    return f"{100 * mean:.2f} ± {100 * sd:.2f} ({seeds} seeds)"
