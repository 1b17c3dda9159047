"""Section "Curves"."""

import pandas as pd
import streamlit as st

from fer_core.comparison import curves, reference
from fer_core.comparison.beside_report import quoted_of
from fer_core.evaluation import headlines
from fer_core.figures.curves import SINGLE_LINES, curves_figure, ranges
from fer_core.figures.in_words import in_words
from fer_core.figures.palette import RUN_COLOURS, looks
from fer_core.runs import Run
from fer_core.runs.history import is_higher_better
from fer_core.training.system_figures import NAMES as SYSTEM_FIGURES
from pages.runs_parts import choose
from pages.runs_parts.choose import ChosenRuns
from pages.ui import downloads, layout
from pages.ui.states import RUNS

_SHOWN = {"validation": ["validation"], "train": ["train"], "both": ["validation", "train"]}
_PANELS = 24
REFRESH_SECONDS = 3.0
_NOTE = "Dotted: train, all other lines: validation."


def show(choice: ChosenRuns) -> None:
    """Controls above, then the figures, redrawn by themselves while a chosen run is in training."""
    _headline(choice)
    settings = _controls(choice)
    live = any(run.status == "training" for run in choice.chosen.values())
    st.fragment(_draw, run_every=REFRESH_SECONDS if live else None)(choice, settings)


def _headline(choice: ChosenRuns) -> None:
    """Who comes highest, and who learned by heart, among runs on the reference's data that are judged by its targets:
    agreement with voters is no accuracy by labels."""
    asked = _targets(choice.every[choice.reference]) if choice.reference in choice.every else "labels"
    alike = {name: run for name, run in choice.comparable.items() if _targets(run) == asked}
    best, gaps = {}, {}
    for name, (_, history) in choice.histories(alike).items():
        if "val_accuracy" not in history or history["val_accuracy"].isna().all():
            continue
        row = history.loc[history["val_accuracy"].idxmax()]
        best[name] = (float(row["val_accuracy"]), int(row["epoch"]) + 1)
        if "accuracy" in history and row["accuracy"] == row["accuracy"]:
            gaps[name] = float(row["accuracy"] - row["val_accuracy"])
    others = [name for name in choice.comparable if name not in alike]
    layout.headline(headlines.curves(best, gaps, others), "accuracy", "validation", "epoch", "overfitting", "loss")


def _targets(run: Run) -> str:
    return str((run.config.get("training") or {}).get("targets") or "labels")


def _controls(choice: ChosenRuns) -> dict:
    metrics = curves.base_metrics(history for _, history in choice.histories().values())
    last = ("learning_rate", *SYSTEM_FIGURES)
    metrics = [m for m in metrics if m not in last] + [m for m in last if m in metrics]
    one, two, three, four = st.columns([1.4, 1, 1, 1.2])
    with one:
        first = [m for m in ("accuracy", "loss") if m in metrics] or metrics[:1]
        chosen = st.multiselect("Metrics", metrics, **RUNS.widget("metric", default=first, options=metrics))
    with two:
        part = st.selectbox("Part", list(_SHOWN), **RUNS.widget("part"))
    with three:
        axis = st.segmented_control("Horizontal axis", list(curves.AXES), required=True, **RUNS.widget("x"))
    with four:
        smoothing = st.slider(
            "Smoothing", step=0.05, format="percent", **RUNS.widget("smooth"),
            help="Weight of the moving average; the raw curve stays faint behind.",
        )  # fmt: skip
    with st.expander("More: groups, log scale, panels, the report's figures", icon=":material/tune:"):
        five, six, seven = st.columns(3)
        with five:
            groups = choose.group_box(choice)
        with six:
            quoted = st.multiselect(
                "Figures of the report (quoted)", [q.name for q in reference.ALL if q.val_accuracy],
                help="Its validation accuracy and loss, laid over ours. It trained each network once.",
                **RUNS.widget("quoted"),
            )  # fmt: skip
        with seven:
            log = st.toggle("Logarithmic vertical axis", **RUNS.widget("log"))
            best = st.toggle("Mark the best epoch", **RUNS.widget("best"))
            panels = st.toggle("One panel for each run or group", **RUNS.widget("panels"))
            shared = st.toggle("Panels share their axis ranges", disabled=not panels, **RUNS.widget("shared"))
            join = st.toggle(
                "Join across gaps", help="Draws the line on where a metric was not measured at every epoch.",
                **RUNS.widget("join"),
            )  # fmt: skip
    return {
        "metrics": chosen, "parts": _SHOWN[part], "axis": axis, "smoothing": smoothing, "log": log,
        "best": best, "panels": panels, "shared": shared, "join": join, "groups": groups, "quoted": quoted,
    }  # fmt: skip


def _draw(choice: ChosenRuns, settings: dict) -> None:
    histories = choice.histories()
    if not histories:
        training = any(run.status == "training" for run in choice.chosen.values())
        why = "has finished an epoch yet" if training else "has curves: networks from elsewhere bring none"
        st.info(f"None of the chosen runs {why}.", icon=":material/hourglass_empty:")
        return
    stamp = choice.stamp(histories)
    table = _table(stamp, histories)
    axis = settings["axis"]
    if table[axis].isna().all():
        st.info(
            f"None of the chosen runs says its {curves.AXES[axis].lower()}; the axis is the epoch instead.",
            icon=":material/info:",
        )
        axis = "epoch"
    groups = settings["groups"]
    bands = curves.seed_bands(table, groups, axis) if groups else None
    best = choice.best_epochs(histories) if settings["best"] else None
    palette = looks(dict.fromkeys(groups[name] for name in choice.chosen)) if groups else choice.palette
    shades = {q.name: palette[(groups or {}).get(n, n)].colour for n, r in choice.chosen.items() if (q := quoted_of(r))}
    options = {
        "axis": axis, "groups": groups, "bands": bands, "best": best, "palette": palette, "quoted_colours": shades,
        "reference": choice.reference, "join": settings["join"],
    }  # fmt: skip
    _lost(histories)
    if settings["panels"]:
        _panels(table, settings, options)
    else:
        _overlay(table, settings, options)
    _captions(settings, bands, len(histories), choice.reference)
    _gaps(stamp, histories, settings["metrics"])


@st.cache_resource(show_spinner=False, max_entries=8)
def _table(stamp: tuple, _histories: dict) -> pd.DataFrame:
    """Shared by all visitors and never changed: with 200 runs it takes longer than the figures."""
    return curves.long_table(_histories)


@st.cache_resource(show_spinner=False, max_entries=16)
def _gap_table(stamp: tuple, metric: str, _histories: dict) -> pd.DataFrame:
    return curves.gap_table(_histories, metric)


def _lost(histories: dict) -> None:
    """Says which metric became no number, of which run, and when."""
    lost = curves.lost_values(histories)
    if lost:
        words = "; ".join(f"{run}: {column} from epoch {epoch} on" for run, column, epoch in lost[:6])
        more = f" and {len(lost) - 6} more" if len(lost) > 6 else ""
        st.warning(
            f"Without a value (NaN or infinite): {words}{more}. A loss that is no number any more means that training "
            "broke off there: a smaller learning rate is the first thing to try.",
            icon=":material/trending_down:",
        )


def _overlay(table: pd.DataFrame, settings: dict, options: dict) -> None:
    columns = st.columns(min(2, max(1, len(settings["metrics"]))))
    height = _height(table["run"].nunique(), options["groups"], len(settings["quoted"]))
    for i, metric in enumerate(settings["metrics"]):
        figure = curves_figure(
            table, metric, parts=settings["parts"], smoothing=settings["smoothing"], log=settings["log"],
            quoted=_quoted(metric, settings["quoted"]), height=height, **options,
        )  # fmt: skip
        figure.update_layout(uirevision=metric)  # a zoom survives the redrawing while a run trains
        with columns[i % len(columns)]:
            downloads.figure(figure, f"curves-{metric}", key=f"curves_{metric}", note=_NOTE)


def _height(runs: int, groups: dict[str, str] | None, quoted: int) -> int:
    """Pixels of a figure: its legend's lines come on top of the plot's own height."""
    named = len(set(groups.values())) if groups else runs if runs <= SINGLE_LINES else 2
    return 320 + 24 * min(16, max(4, named + quoted))


def _panels(table: pd.DataFrame, settings: dict, options: dict) -> None:
    groups = options["groups"] or {}
    unit = table["run"].map(lambda run: groups.get(run, run))
    names = list(dict.fromkeys(unit))
    for metric in settings["metrics"]:
        fixed = ranges(table, metric, options["axis"], settings["parts"], settings["log"]) if settings["shared"] else {}
        columns, panels = st.columns(3), {}
        for i, name in enumerate(names[:_PANELS]):
            bands = options["bands"]
            figure = curves_figure(
                table[unit == name], metric, parts=settings["parts"], smoothing=settings["smoothing"],
                log=settings["log"], quoted=_quoted(metric, settings["quoted"]), height=280, title=f"{name}: {metric}",
                **{**options, **fixed, "bands": bands[bands["group"] == name] if bands is not None else None},
            )  # fmt: skip
            panels[name] = figure
            figure.update_layout(uirevision=metric, showlegend=bool(settings["quoted"]))
            with columns[i % 3]:
                st.plotly_chart(figure, key=f"panel_{metric}_{i}", config={"displaylogo": False}, alt=in_words(figure))
        downloads.numbers(panels, f"curves-{metric}-panels")
    if len(names) > _PANELS:
        st.caption(f"The first {_PANELS} of {len(names)} panels are shown.")


def _quoted(metric: str, names: list[str]) -> list[tuple[str, float]]:
    return [(name, value) for name, value in reference.curve_lines(f"val_{metric}") if name in names]


def _captions(settings: dict, bands: pd.DataFrame | None, count: int, name: str) -> None:
    words = ["Measured. " + _NOTE]
    if len(RUN_COLOURS) < (len(set(settings["groups"].values())) if settings["groups"] else count) <= SINGLE_LINES:
        words.append("From the ninth on, dashes and marks tell those of one colour apart.")
    if settings["best"]:
        words.append("Star: the epoch whose weights were kept.")
    if settings["groups"]:
        words.append(
            "Band: one standard deviation over the runs of a group, as far as all of them were trained."
            if bands is not None and len(bands)
            else "No group here has three runs, so no band is drawn."
        )
    if count > SINGLE_LINES:
        words.append(
            f"More than {SINGLE_LINES} runs: groups keep their names."
            if settings["groups"]
            else f"More than {SINGLE_LINES} runs: the pointer reads the reference {name} and the median of all."
        )
    if settings["quoted"]:
        words.append(
            "Level lines are quoted from the report, not measured here; in colour where a chosen run repeats "
            "the variant."
        )
    st.caption(" ".join(words))


def _gaps(stamp: tuple, histories: dict, metrics: list[str]) -> None:
    metric = next((m for m in metrics if any(f"val_{m}" in h for _, h in histories.values())), None)
    if metric is None:
        return
    st.subheader(f"Overfit gap in {metric}", anchor=False)
    sign = "train less validation" if is_higher_better(metric) else "validation less train"
    st.caption(
        f"At the best and the last epoch; {sign}: above 0, the network does better on what it has seen. These "
        "are the history's values, written before the weights were rounded to half precision; the Table's scores are "
        "of the stored network and can differ by a few pictures."
    )
    downloads.table(_gap_table(stamp, metric, histories), "overfit-gap", key="gaps")
