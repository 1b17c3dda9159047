"""The whole library in a few calls, re-exported by `fer_core`.

Everything takes a run's name where it takes a run, and a class's name where it takes a class.

    import fer_core

    reading = fer_core.predict("photo.jpg")                     # faces with probabilities
    data = fer_core.load_dataset("fer2013.csv")
    maps = fer_core.explain("compact", data.pixels[:4], "guided", target="happy")
    picture = fer_core.overlay(data.pixels[0], maps[0], signed=True)
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from fer_core.errors import FerError
from fer_core.labels import CLASSES

if TYPE_CHECKING:
    import pandas as pd

    from fer_core.data.dataset import Dataset
    from fer_core.reading.readings import Reading
    from fer_core.runs import Run

DEFAULT_RUN = "compact"


def load_dataset(source: str | Path | None = None) -> "Dataset":
    """Pictures with labels: a csv, npz, folder, zip or tar; "drawn" for the drawn faces; None for FER_DATA, then data/.

    Raises FerError that says what is wrong with the source, or that none was found.
    """
    from fer_core.commands.common import open_data

    return open_data(None if source is None else str(source))


def list_runs(root: str | Path | None = None) -> "list[Run]":
    """The runs in a folder of runs (default FER_RUNS, then those that come with the library), by name."""
    from fer_core.runs import discover

    return discover(root)[0]


def load_run(run: "Run | str | Path") -> "Run":
    """A run by its name or its folder; a run itself is given back. Raises FerError where there is none."""
    from fer_core.runs import Run, find_run

    return run if isinstance(run, Run) else find_run(str(run))


def load_model(run: "Run | str | Path") -> Any:
    """A run's keras.Model: raw pixels f32 (N, 48, 48, 1), 0 to 255 -> probabilities f32 (N, 7)."""
    from fer_core.runs import load_model as load

    return load(load_run(run))


def train(name: str, dataset: "Dataset | str | Path | None" = None, recipe: str = "report", **settings: Any) -> "Run":
    """Trains a network into a run folder and gives the finished run.

    Args:
        name: the run's. dataset: as `load_dataset` takes it, or a Dataset.
        recipe: a key of `fer_core.training.recipes.RECIPES`. settings: of `fer_core.training.TrainingConfig`, on top;
            "root" and "report" go to `fer_core.training.train`.
    """
    from fer_core.data.dataset import Dataset
    from fer_core.training import TrainingConfig
    from fer_core.training import train as run_training
    from fer_core.training.recipes import RECIPES

    if recipe not in RECIPES:
        raise FerError(f"There is no recipe {recipe!r}; choose one of: {', '.join(RECIPES)}.")
    how = {key: settings.pop(key) for key in ("root", "report") if key in settings}
    data = dataset if isinstance(dataset, Dataset) else load_dataset(dataset)
    return run_training(TrainingConfig(**{**RECIPES[recipe], **settings, "name": name}), data, **how)


def predict(
    picture: "str | Path | bytes | np.ndarray",
    run: "Run | str | Path" = DEFAULT_RUN,
    flip: bool = False,
    whole: bool = False,
) -> "Reading":
    """Faces of a photograph with the probabilities of the seven classes.

    Args:
        picture: a file, its bytes, or u8 (h, w, 3) RGB. run: who is asked. flip: average with the mirrored faces.
        whole: take the middle of the picture for a face where none is found.

    Returns: a `fer_core.reading.readings.Reading`: faces from left to right, probabilities by run f32 (N, 7).
    """
    from fer_core.pictures import decode
    from fer_core.reading.inference import Predictor
    from fer_core.reading.readings import read_picture

    name = str(picture) if isinstance(picture, str | Path) else "the picture"
    if isinstance(picture, str | Path):
        try:
            picture = Path(picture).read_bytes()
        except OSError as error:
            raise FerError(f"{name} can't be opened: {error.strerror}.") from error
    pixels = decode(picture, name) if isinstance(picture, bytes) else picture
    return read_picture(pixels, name, [Predictor(load_run(run))], flip, whole=whole)


def probabilities(pixels: np.ndarray, run: "Run | str | Path" = DEFAULT_RUN, flip: bool = False) -> np.ndarray:
    """Calibrated probabilities f32 (N, 7) of faces already cut: u8 or float (N, 48, 48), 0 to 255."""
    from fer_core.reading.inference import Predictor

    return Predictor(load_run(run)).probabilities(pixels, flip=flip)


def explain(
    run: "Run | str | Path | Any", pixels: np.ndarray, method: str = "gradient", target: Any = None, **parameters: Any
) -> np.ndarray:
    """Raw saliency maps f32 (N, 48, 48); see `fer_core.saliency.explain`.

    Args:
        run: a run, or a keras.Model. pixels: (N, 48, 48) or one picture (48, 48), 0 to 255.
        target: None for each picture's predicted class; a class by name or index; or (class, class) for "why this and
            not that".
    """
    from fer_core import saliency

    return saliency.explain(_model(run), _several(pixels), method, _target(target), **parameters)


def overlay(pixels: np.ndarray, raw_map: np.ndarray, signed: bool = False, opacity: float = 0.6) -> np.ndarray:
    """A raw map f32 (48, 48) in colour over its picture (48, 48): u8 RGB (48, 48, 3)."""
    from fer_core import saliency
    from fer_core.figures.overlay import overlay as lay

    return lay(
        pixels, saliency.normalise(np.asarray(raw_map)[None], signed=signed, percentile=99.5)[0], signed, opacity
    )


def activations(run: "Run | str | Path | Any", layer: str, pixels: np.ndarray) -> np.ndarray:
    """A layer's outputs f32 (N, h, w, channels) on pictures (N, 48, 48), 0 to 255; see `layers`."""
    from fer_core import features

    return features.activations(_model(run), layer, _several(pixels))


def layers(run: "Run | str | Path | Any") -> list[Any]:
    """The layers of a run's network: name, kind, shape, receptive field (`fer_core.features.LayerInfo`)."""
    from fer_core import features

    return features.layers(_model(run))


def feature_visualization(
    run: "Run | str | Path | Any",
    layer: str | None = None,
    channels: Sequence[int] | None = None,
    steps: int = 100,
    seed: int = 0,
    preset: str = "robust",
) -> np.ndarray:
    """Pictures that make a layer's filters answer most, grown by gradient ascent: u8 (K, 48, 48).

    layer, channels: which filters, by default the first 16; layer None for the seven classes' scores.
    """
    from dataclasses import replace

    from fer_core import features

    model = _model(run)
    goals: list[Any]
    if layer is None:
        goals = [features.ClassLogit(_class(name)) for name in (channels or CLASSES)]
    else:
        count = features.find_layer(model, layer).filters
        goals = [features.FilterMean(layer, i) for i in (channels if channels is not None else range(min(16, count)))]
    ascent = features.Ascent(model, goals, replace(features.preset(preset), seed=seed))
    ascent.step(steps)
    return ascent.images().astype(np.uint8)


def compare(
    runs: "Sequence[Run | str | Path]",
    split: str = "private",
    reference: "str | None" = None,
    merged: "Sequence[Sequence[str]]" = (),
) -> "pd.DataFrame":
    """Each run against a reference (the first, by default) on the pictures of a split that both were judged on.

    merged: classes to be taken together, say [["angry", "disgust"]]: labels and answers are then the groups.

    Returns: `fer_core.evaluation.paired.Pairs.table`: differences with intervals, p-values, Holm's correction. Raises
    FerError where a pair can't be compared.
    """
    from fer_core.evaluation import paired
    from fer_core.evaluation.merged import grouping

    loaded = [load_run(run) for run in runs]
    if len(loaded) < 2:
        raise FerError("A comparison needs two runs or more.")
    first = loaded[0].name if reference is None else load_run(reference).name
    merge = grouping(merged).merge if merged else (lambda one: one)
    found = paired.compare(
        {run.name: merge(run.predictions(split)) for run in loaded},
        paired.against(first, [run.name for run in loaded]),
        {run.name: run.fingerprint for run in loaded},
    )
    if found.left_out:
        raise FerError(next(iter(found.left_out.values())))
    return found.table


def runs_table(runs: "Sequence[Run | str | Path] | None" = None) -> "pd.DataFrame":
    """One row a run: settings, parameters, scores of each split."""
    from fer_core.comparison import tables

    return tables.runs_table(list_runs() if runs is None else [load_run(run) for run in runs])


def curves_figure(runs: "Sequence[Run | str | Path]", metric: str = "accuracy") -> Any:
    """A Plotly figure of the runs' training curves."""
    from fer_core.comparison import curves
    from fer_core.figures.curves import curves_figure as draw

    histories: Mapping[str, Any] = {run.name: (run.config, run.history()) for run in map(load_run, runs)}
    return draw(curves.long_table(histories), metric)


def confusion_figure(run: "Run | str | Path", split: str = "private") -> Any:
    """A Plotly figure of a run's confusion matrix on a split, rows normalised: true classes down, said ones across."""
    from fer_core.evaluation.metrics import confusion
    from fer_core.figures.confusion import heatmap

    own = load_run(run)
    found = own.predictions(split)
    counts = confusion(found.labels, found.predicted)
    return heatmap(counts, "true", np.arange(len(CLASSES)), f"{own.name} on {split}", ("true", "said"))


def face_part_shares(pixels: np.ndarray, maps: np.ndarray, method: str = "gradient") -> "pd.DataFrame":
    """What share of each map lies on brows, eyes, nose, mouth and the rest of the face: one row a picture, 0 to 1.

    Args:
        pixels: (N, 48, 48) or one picture, 0 to 255; parts lie at its face points, or where they are on average.
        maps: raw maps f32 (N, 48, 48) of `explain`. method: the one they are by.
    """
    import pandas as pd

    from fer_core import saliency
    from fer_core.saliency.regions import face_regions, find_points, shares

    kind, pictures = saliency.get(method), np.asarray(_several(pixels), np.uint8)
    pairs = zip(pictures, _several(maps), strict=True)
    return pd.DataFrame([shares(kind.importance(one), face_regions(find_points(face))) for face, one in pairs])


def report(
    run: "Run | str | Path",
    dataset: "Dataset | None" = None,
    variants: "Sequence[Run | str | Path]" = (),
    language: str = "en",
    layers: Sequence[str] = (),
    rows: Sequence[int] = (),
) -> str:
    """The report that writes itself, as one HTML page; see `fer_core.reports.student.student_report`."""
    from fer_core.reports.student import student_report

    return student_report(
        load_run(run), dataset, [load_run(one) for one in variants], language, layers=layers, rows=rows
    )


def _model(run: Any) -> Any:
    """A keras.Model given as it is, or a run's."""
    return run if hasattr(run, "inputs") and hasattr(run, "outputs") else load_model(run)


def _several(pixels: np.ndarray) -> np.ndarray:
    pixels = np.asarray(pixels)
    return pixels[None] if pixels.ndim == 2 else pixels


def _class(name: Any) -> int:
    if isinstance(name, str):
        if name not in CLASSES:
            raise FerError(f"There is no class {name!r}; there are: {', '.join(CLASSES)}.")
        return CLASSES.index(name)
    return int(name)


def _target(target: Any) -> Any:
    from fer_core.saliency import Difference

    if isinstance(target, str):
        return _class(target)
    if isinstance(target, tuple) and len(target) == 2:
        return Difference(_class(target[0]), _class(target[1]))
    return target
