"""Section "Is it real?": paired tests and intervals between the chosen runs."""

from itertools import combinations

import pandas as pd
import streamlit as st

from fer_core.comparison import recipes, reference, tables
from fer_core.errors import FerError
from fer_core.evaluation import headlines, paired, seeds, statistics
from fer_core.evaluation.intervals import wilson
from fer_core.figures.forest import METRICS, TESTS, accuracy_figure, against, forest_figure
from pages.runs_parts import aligned_predictions
from pages.runs_parts.aligned_predictions import Gathered
from pages.runs_parts.choose import ChosenRuns
from pages.ui import downloads, layout, merging
from pages.ui.plain import plain
from pages.ui.states import RUNS

RESAMPLES = 2000
MOST = 20
"""At most so many runs are tested each against each: 190 pairs."""


def show(choice: ChosenRuns) -> None:
    """Accuracies with intervals, the forest plot, every pair tested, and recipes across seeds."""
    left, right = st.columns(2)
    with left:
        split = aligned_predictions.split_box(choice)
    if split is None:
        return
    metric = right.segmented_control(
        "Difference in", list(METRICS), format_func=METRICS.__getitem__, required=True,
        **RUNS.widget("of"),
    )  # fmt: skip
    groups = merging.switched(RUNS)
    found = aligned_predictions.gather(choice, split)
    if found is None:
        return
    found = found.merged(groups)
    metric = metric or "accuracy"
    _headline(found, metric)
    st.warning(statistics.CAVEAT, icon=":material/balance:")
    compared = _against(found.key, choice.reference, found)
    aligned_predictions.say_left_out(compared.left_out)
    if len(compared.table):
        _forest(compared.table, choice.reference, metric, found)
        _pairs(found, metric)
    else:
        st.info("Choose a second run that was judged on the same pictures to compare it.", icon=":material/add:")
    _accuracies(found)
    _seeds(choice, found)


@st.cache_data(show_spinner="Testing against the reference", max_entries=64)
def _against(key: tuple, name: str, _found: Gathered) -> paired.Pairs:
    return paired.compare(_found.predictions, paired.against(name, list(_found.predictions)), _found.data, RESAMPLES)


@st.cache_data(show_spinner="Testing every pair", max_entries=32)
def _every(key: tuple, _found: Gathered) -> paired.Pairs:
    return paired.compare(_found.predictions, list(combinations(_found.predictions, 2)), _found.data, RESAMPLES)


def _headline(found: Gathered, metric: str) -> None:
    """Which run is best in the metric in view, and which are not shown to be worse."""
    scores = {name: found.score(name, metric) for name in found.alike()}
    known = {name: score for name, score in scores.items() if score is not None}
    best = max(known, key=known.__getitem__, default="")
    pairs = _against(found.key, best, found).table if best else pd.DataFrame()
    layout.headline(
        found.says(headlines.best_run(known, pairs, found.split, metric)),
        "interval", "p-value", "McNemar's test", "Holm's correction", "bootstrap", "permutation", "macro F1",
    )  # fmt: skip


def verdict(row: pd.Series, metric: str) -> str:
    """One sentence on the pair: what may be said at the 5% level after correction."""
    if row[f"holm_{metric}"] >= 0.05:
        return f"No difference shown between {row['a']} and {row['b']}."
    better, worse = (row["a"], row["b"]) if row[metric] > 0 else (row["b"], row["a"])
    return f"{better} is better than {worse}."


def _forest(pairs: pd.DataFrame, name: str, metric: str, found: Gathered) -> None:
    differences = against(pairs, name, metric)
    st.subheader(f"Against the reference {name}", anchor=False)
    st.markdown(_in_short(differences, name, metric))
    few = pairs[pairs["n"] < paired.FEW]
    if len(few):
        st.warning(
            f"{', '.join(few['a'])}: compared on fewer than {paired.FEW} pictures; little can be shown on so few.",
            icon=":material/group_off:",
        )
    downloads.figure(
        forest_figure(differences, name, metric),
        f"forest-{metric}",
        key="forest",
        split=found.split,
        note=_forest_note(pairs, metric, found),
    )
    st.caption(_forest_note(pairs, metric, found))


def _forest_note(pairs: pd.DataFrame, metric: str, found: Gathered) -> str:
    counts = sorted(set(pairs["n"]))
    on = f"{counts[0]:,}" if len(counts) == 1 else f"{counts[0]:,} to {counts[-1]:,}"
    return found.says(
        f"Measured, on the {on} labelled pictures that a run shares with the reference. Bars: 95% paired bootstrap "
        f"interval, {RESAMPLES:,} resamples of the pictures, seed 0. Filled: {TESTS[metric]}, p below 0.05 after "
        f"Holm's correction over the {len(pairs)} comparisons with the reference."
    )


def _in_short(differences: pd.DataFrame, name: str, metric: str) -> str:
    """What may be said of each run against the reference, in a line or two."""
    sure = differences["p_holm"] < 0.05
    above = differences[metric] > 0
    parts = []
    for rows, words in ((sure & above, "better"), (sure & ~above, "worse")):
        if rows.any():
            chosen = differences[rows]
            named = [
                f"**{run}** ({100 * value:+.1f} points)"
                for run, value in zip(chosen["run"], chosen[metric], strict=True)
            ]
            parts.append(f":material/check: {words.capitalize()} than {name} in {METRICS[metric]}: {', '.join(named)}.")
    open_ = differences[~sure]
    if len(open_):
        parts.append(
            f":material/question_mark: No difference in {METRICS[metric]} shown: "
            f"{', '.join(f'**{r}**' for r in open_['run'])}."
        )
    return "  \n".join(parts)


def _pairs(found: Gathered, metric: str) -> None:
    st.subheader("Every pair", anchor=False)
    if len(found.predictions) > MOST:
        st.caption(f"Choose at most {MOST} runs to have each tested against each; now {len(found.predictions)}.")
        return
    if len(found.predictions) > 8 and not st.toggle(
        "Test each against each", help="Takes some seconds.", **RUNS.widget("pairs")
    ):
        return
    pairs = _every(found.key, found).table
    frame = pd.DataFrame(
        {
            "run A": pairs["a"],
            "run B": pairs["b"],
            "in words": [verdict(row, metric) for _, row in pairs.iterrows()],
            "pictures": pairs["n"],
            "only A right": pairs["only_a"],
            "only B right": pairs["only_b"],
            **{f"{METRICS[m]}, A less B{end}": 100 * pairs[f"{m}{column}"]
               for m in METRICS for column, end in (("", ", points"), ("_low", ", 95% from"), ("_high", ", 95% to"))},
            **{f"p, {METRICS[m]}": pairs[f"p_{m}"] for m in METRICS},
            **{f"p (Holm), {METRICS[m]}": pairs[f"holm_{m}"] for m in METRICS},
        }
    )  # fmt: skip
    shapes = {
        c: st.column_config.NumberColumn(format="%.4f" if c.startswith("p") else "%+.2f") for c in frame.columns[6:]
    }
    downloads.table(
        frame,
        "pairs",
        key="pairs",
        split=found.split,
        height="content" if len(frame) < 13 else 460,
        column_config=shapes,
    )
    note = (
        f"Differences in percentage points. Accuracy: {TESTS['accuracy']}; macro F1: {TESTS['macro_f1']}. Holm "
        f"corrects each over the {len(frame)} pairs of this table, more than against the reference alone: a difference "
        f"shown there may be open here. The words are about {METRICS[metric]}."
    )
    st.caption(found.says(note))


def _accuracies(found: Gathered) -> None:
    """Each run by itself, on all the labelled pictures that it was judged on."""
    st.subheader("Each accuracy", anchor=False)
    split, records = found.split, []
    for name, one in found.predictions.items():
        try:
            records.append(statistics.accuracies(statistics.align({name: one})))
        except FerError as error:
            st.caption(f"{plain(name)}: {plain(error)}")
    if not records:
        return
    alone = pd.concat(records, ignore_index=True)
    scores = {q.name: q.score(split) for q in reference.ALL if split in ("public", "private")}
    quotes = {name: score for name, score in scores.items() if score is not None}
    chosen: list[str] = []
    if found.groups is None:  # what the report's networks would score on groups nobody knows
        chosen = st.multiselect(
            "Figures of the report (quoted)", list(quotes), **RUNS.widget("quoted_acc", options=list(quotes)),
            help="Its intervals are Wilson's, worked out here from the quoted accuracy and 3,589 pictures.",
        )  # fmt: skip
    quoted = []
    for name in chosen:
        correct = round(quotes[name] * reference.N_PER_HALF)
        quoted.append((name, quotes[name], *wilson(correct, reference.N_PER_HALF)))
    downloads.figure(
        accuracy_figure(alone, quoted, split),
        "accuracies",
        key="accuracies",
        split=split,
        note="Bars: Wilson's 95% intervals.",
        tabled=True,
    )
    shown = alone.rename(
        columns={"n": "pictures", "correct": "right", "low": "95% from", "high": "95% to", "macro_f1": "macro F1"}
    )
    downloads.table(shown, "accuracies-table", key="accuracies_t", split=split)


def _seed_score(choice: ChosenRuns, name: str, found: Gathered) -> float | None:
    """A run's accuracy: as it is kept, or, of merged classes, by its predictions."""
    if found.groups is None:
        return aligned_predictions.kept_accuracy(choice.chosen[name], found.split)
    return found.score(name, "accuracy") if name in found.predictions else None


def _seeds(choice: ChosenRuns, found: Gathered) -> None:
    st.subheader("Across seeds", anchor=False)
    split = found.split
    tables_by_set = []
    counts: dict[str, int] = {}
    for of_set in tables.by_data(choice.chosen).values():
        accuracy = {name: _seed_score(choice, name, found) for name in of_set}
        runs = {name: run for name, run in of_set.items() if accuracy[name] is not None}
        groups = tables.group_by({name: run.config for name, run in runs.items()}, "recipe")
        scores: dict[str, dict] = {}
        for name, group in groups.items():
            seed = recipes.seed_of(runs[name].config, name)
            scores.setdefault(group, {})[seed] = accuracy[name]
        counts |= {group: len(values) for group, values in scores.items()}
        tables_by_set.append(seeds.compare_seeds(scores))
    table = pd.concat(tables_by_set, ignore_index=True) if tables_by_set else pd.DataFrame()
    if not len(table):
        seeds_found = ", ".join(f"{_short(group)}: {count}" for group, count in counts.items())
        st.info(
            f"Recipes are compared once two of them, scored on one data set, have {statistics.FEWEST_SEEDS} seeds or "
            f"more among the chosen runs; now {seeds_found or 'none is scored'}.",
            icon=":material/casino:",
        )
        return
    frame = pd.DataFrame(
        {
            "recipe A": table["a"],
            "recipe B": table["b"],
            "A, mean, %": 100 * table["mean_a"],
            "A, sd": 100 * table["sd_a"],
            "A, seeds": table["seeds_a"],
            "B, mean, %": 100 * table["mean_b"],
            "B, sd": 100 * table["sd_b"],
            "B, seeds": table["seeds_b"],
            "A less B, points": 100 * table["difference"],
            "95% from": 100 * table["low"],
            "95% to": 100 * table["high"],
            "test": table["test"],
            "p": table["p"],
            "p (Holm)": table["p_holm"],
        }
    )
    shapes = {c: st.column_config.NumberColumn(format="%.2f") for c in frame.columns if c[0] in "AB9"}
    shapes |= {c: st.column_config.NumberColumn(format="%.4f") for c in ("p", "p (Holm)")}
    downloads.table(frame, "seeds", key="seeds", split=split, column_config=shapes)
    note = (
        "Accuracy over seeds: would training again give the same order on these pictures? Paired t test where both "
        "recipes have the same seeds, else Welch's; 95% intervals. A recipe is what was asked for, all but the seeds; "
        "runs of different data sets are not compared."
    )
    st.caption(found.says(note))


def _short(words: str) -> str:
    """A recipe's name within a line."""
    return words if len(words) <= 48 else f"{words[:47].rstrip(', ')}…"
