"""The ways in: what somebody sends, names or types, and the functions of pages and commands that take it."""

import json
import os
import random
import shutil
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.fuzzing import boxes, commandlines, mutations, seeds, tricks
from benchmarks.fuzzing.seeds import REPO, Files
from benchmarks.fuzzing.worker import ACCEPTED, SENTENCE

Case = tuple[str, bytes]


@dataclass
class Way:
    """One way in.

    Attributes:
        files: whole files to damage, and known tricks, by name.
        call: gives a case to the lab: name, bytes, a folder of its own. What it raises is the outcome, see `worker`.
        share: of all cases, beside the other ways'. limit: seconds of the processor that a call may take.
        make: a case out of nothing, where files are not what comes in.
        prepare: called once in the worker's process, with a folder that is kept.
    """

    call: Callable[[str, bytes, Path], str | None]
    files: Callable[[], Files] = dict
    tricks: Callable[[], Files] = dict
    share: float = 1.0
    limit: float = 20.0
    make: Callable[[random.Random], Case] | None = None
    prepare: Callable[[Path], None] = lambda folder: None

    def cases(self, count: int, rng: random.Random, with_tricks: bool = True) -> "list[Case | Callable[[], Case]]":
        """The whole files and the tricks, all of them, and damaged ones up to the count."""
        whole = self.files()
        found: list[Any] = [*whole.items(), *(self.tricks().items() if with_tricks else ())]
        if self.make is None and not whole:
            return found
        while len(found) < count:
            found.append(self._damaged(whole, random.Random(rng.random())))
        return found

    def _damaged(self, whole: Files, rng: random.Random) -> Callable[[], Case]:
        def case() -> Case:
            if self.make is not None:
                return self.make(rng)
            name = rng.choice(sorted(whole))
            others = [data for other, data in whole.items() if other != name] or [whole[name]]
            if "tfevents" in name and rng.random() < 0.7:
                return name, mutations.event_file(whole[name], others, rng)
            return name, mutations.damaged(name, whole[name], others, rng)

        return case


def _upload(name: str, data: bytes, folder: Path) -> None:
    from fer_core.data import load_upload

    _look_at(load_upload(name, data))


def _on_disk(name: str, data: bytes, folder: Path) -> None:
    from fer_core.data import load

    path = folder / (Path(name).name or "x")
    path.write_bytes(data)
    _look_at(load(path))


def _look_at(dataset: Any) -> None:
    from fer_core.data import quality
    from fer_core.data.twins import twins

    quality.summary(dataset)
    quality.counts_table(dataset)
    quality.measures(dataset.pixels)
    twins(dataset)


def _picture(name: str, data: bytes, folder: Path) -> None:
    from fer_core import pictures
    from fer_core.reading.faces import find_faces

    find_faces(pictures.decode(data, name), whole=True)


_kept: dict[str, Any] = {}


def _predictor() -> Any:
    from fer_core.reading.inference import Predictor

    if "predictor" not in _kept:
        _kept["predictor"] = Predictor(str(REPO / "checkpoints" / "mini_xception"))
    return _kept["predictor"]


def _ready_for_faces(folder: Path) -> None:
    _predictor().probabilities(np.zeros((1, 48, 48), np.uint8))


def _video(name: str, data: bytes, folder: Path) -> None:
    from fer_core.reading import video

    with video.Video(data, name) as clip:
        found = video.VideoReading(clip.info)
        for _ in video.read(clip, found, _predictor()):
            if found.read_frames > 20:
                break
    video.rows(found, "run")


def _history(name: str, data: bytes, folder: Path) -> None:
    from fer_core.comparison.curves import base_metrics, gap_table, long_table
    from fer_core.runs import importers

    path = folder / Path(name).name
    path.write_bytes(data)
    root = folder / "runs"
    bring = importers.import_path
    run = bring(path, "imported", root)
    history = run.history()
    table = {"imported": (run.config, history)}
    long_table(table)
    for metric in base_metrics([history])[:3]:
        gap_table(table, metric)


def _run(name: str, data: bytes, folder: Path) -> str | None:
    """A root with a whole run and an odd one, read as the Runs page does; name: trick or the file that is damaged."""
    from fer_core.comparison.curves import read_history
    from fer_core.errors import FerError
    from fer_core.evaluation.confusion import over_epochs
    from fer_core.reports.comparison_page import report_page
    from fer_core.runs import discover
    from fer_core.runs.model_card import model_card
    from fer_core.training.sweep import states

    root = _root(name, data, folder)
    runs, broken = discover(root)
    sentences = len(broken)
    by_name: dict[str, Any] = {run.folder.name: run for run in runs}
    histories, predictions = {}, {}
    for key, run in by_name.items():
        try:
            histories[key] = (run.config, read_history(run))
            predictions |= {key: run.predictions("private")} if "private" in run.splits() else {}
            if (watched := run.epoch_classes()) and "validation" in run.splits():
                over_epochs(run.predictions("validation").labels, watched[1])
        except FerError:
            sentences += 1
        model_card(run)
    try:
        report_page(by_name, histories, "whole", "private", predictions, quoted=True)
    except FerError:
        sentences += 1
    states(["whole", "odd", "none"], root)
    return SENTENCE if sentences else ACCEPTED


def _root(name: str, data: bytes, folder: Path) -> Path:
    root, files = folder / "runs", seeds.run_folder()
    for run, odd in (("whole", {}), ("odd", _odd(name, data))):
        (root / run).mkdir(parents=True)
        for file, content in {**files, **odd}.items():
            (root / run / file).write_bytes(content)
    record = json.loads(files["run.json"])
    (root / "whole" / "run.json").write_text(json.dumps({**record, "name": "whole"}))
    return root


def _odd(name: str, data: bytes) -> Files:
    if name.startswith("trick:"):
        return tricks.runs()[name.removeprefix("trick:")]
    return {name: data}


def _run_tricks() -> Files:
    return {f"trick:{name}": b"" for name in tricks.runs()}


def _network(name: str, data: bytes, folder: Path) -> None:
    """As a run's own copy for LiteRT, and as what somebody brings in."""
    from fer_core.importing.open import open_foreign
    from fer_core.models.lite import LiteModel

    path = folder / Path(name).name
    path.write_bytes(data)
    if name.endswith(".tflite"):
        LiteModel(path.read_bytes, name)(np.zeros((2, 48, 48, 1), np.float32))
    foreign = open_foreign(path)
    (height, width), channels, flat = foreign.form
    foreign.ask(np.zeros((1, height * width * channels) if flat else (1, height, width, channels), np.float32))


def _with_keras(folder: Path) -> None:
    from fer_core.runtime import warm

    warm()


def _plan(name: str, data: bytes, folder: Path) -> None:
    from fer_core.data import verdicts
    from fer_core.lessons import reading
    from fer_core.training import sweep_file

    path = folder / Path(name).name
    path.write_bytes(data)
    if name.endswith(".verdicts.csv"):
        found = verdicts.read(path, "set")
        verdicts.disputed(found)
        verdicts.latest(found)
    elif "sweep" in name or b"[[run]]" in data or b"[grid]" in data:
        for planned in sweep_file.read(str(path)).runs:
            if not planned.waits_for:
                planned.config()
    else:
        reading.parse(data, name)


def _pages_root(folder: Path) -> None:
    """Runs for the pages: one with a network."""
    root = folder / "runs"
    shutil.copytree(REPO / "checkpoints" / "mini_xception", root / "mini", dirs_exist_ok=True)
    os.environ["FER_RUNS"] = str(root)


def _pages_with_keras(folder: Path) -> None:
    _pages_root(folder)
    _with_keras(folder)


def _page(page: str) -> Any:
    from streamlit.testing.v1 import AppTest

    return AppTest.from_file(REPO / "pages" / f"{page}.py", default_timeout=boxes.PATIENCE)


def _shown(app: Any) -> None:
    """Runs the page; a traceback on the screen is one here."""
    app.run()
    if app.exception:
        raise RuntimeError(f"{app.exception[0].message}\n{''.join(app.exception[0].stack_trace[-6:])}")


LONG = ("explain", "filters", "learning", "robustness")
"""Pages that compute for some seconds: asked for less often."""


def an_address(rng: random.Random) -> Case:
    """A page's address with some of its names, and values that are mostly none."""
    from pages.ui import listing, states

    names = [entry.name for entry in listing.PAGES]
    page = rng.choice([name for name in names if name not in LONG] if rng.random() < 0.75 else names)
    fields = states.of(page).fields
    given = []
    for name in rng.sample(sorted(fields), min(len(fields), rng.choice((1, 1, 2, 4)))):
        options = getattr(fields[name], "options", None) or ()
        value = str(rng.choice(list(options))) if options and rng.random() < 0.5 else rng.choice(mutations.NASTY_TEXTS)
        given.append((name, value))
    if rng.random() < 0.15:
        given.append(("folder", rng.choice(mutations.NASTY_TEXTS)))
    return f"{page}?{urllib.parse.urlencode(given, errors='replace')[:8000]}", b""


def known_addresses() -> Files:
    """Those that once gave tracebacks."""
    said = ("runs?smooth=1e308", "runs?smooth=nan", "runs?view=Calibration&bins=99", "runs?view=Flips&shown=-3",
            "runs?folder=~nosuchuser", "runs?folder=" + "x" * 5000, "runs?folder=![m](http://host/x.png)",
            "runs?folder=/etc", "confusion?epoch=-1&view=Over epochs", "playground?face=1_9", "lessons?lesson=../../x",
            "dataset?view=pictures&page=99999999&row=-1", "runs?filter=" + "(" * 400,
            "runs?view=Table&filter=a > (", "playground?ambient=much",
            "explain?drawing=" + "x" * 5000, "filters?layer=![m](http://host/x.png)&filter=99999", "own?run=none&cut=x",
            "glossary?word=" + "(" * 60, "robustness?run=../..", "fairness?run=%00", "runs?saved=../../x",
            "predict?run=latest&run=mini")  # fmt: skip
    return dict.fromkeys(said, b"")


def _address(name: str, data: bytes, folder: Path) -> None:
    page, _, query = name.partition("?")
    app = _page(page)
    for key, values in urllib.parse.parse_qs(query, keep_blank_values=True).items():
        app.query_params[key] = values if len(values) > 1 else values[0]
    _shown(app)


_VIEWS = {"runs": ("Curves", "Table", "Settings", "Is it real?", "Flips", "Calibration", "The report", "Take along"),
          "confusion": ("Matrix", "Two runs", "Over epochs", "Per class", "Abstain")}  # fmt: skip


def _page_of_odd_runs(name: str, data: bytes, folder: Path) -> None:
    """The pages over a root with an odd run in it: each view of Runs and Confusion, one a call."""
    os.environ["FER_RUNS"] = str(_root(name, data, folder))
    rng = random.Random(name.encode() + data[:2000])
    page = rng.choice(sorted(_VIEWS))
    app = _page(page)
    app.query_params["view"] = rng.choice(_VIEWS[page])
    if page == "confusion":
        app.query_params["run"] = "odd"
    _shown(app)


def _boxes(name: str, data: bytes, folder: Path) -> None:
    """The upload boxes of all pages."""
    boxes.put(_page, _shown, name, data)


def _class(name: str, data: bytes, folder: Path) -> None:
    """A class's own classes, opened again and gone on with."""
    from fer_core.own_classes import Collection

    opened = Collection.from_zip(data)
    for one in opened.names:
        opened.add(one, np.zeros((1, 48, 48), np.uint8)).without_last(one)
        opened.without_class(one).to_zip()


WAYS: dict[str, Way] = {
    "data sets, uploaded": Way(_upload, seeds.datasets, tricks.datasets, 1.5),
    "data sets, on disk": Way(_on_disk, seeds.datasets, share=0.5),
    "pictures": Way(_picture, seeds.pictures, tricks.pictures, 1.5),
    "videos": Way(_video, seeds.videos, share=0.7, prepare=_ready_for_faces),
    "histories": Way(_history, seeds.histories, tricks.histories),
    "event files": Way(_history, seeds.events, share=0.8),
    "run folders": Way(_run, seeds.run_folder, _run_tricks, 1.5),
    "networks": Way(_network, seeds.networks, tricks.networks, 0.5, prepare=_with_keras),
    "lessons, sweeps, verdicts": Way(_plan, seeds.plans, tricks.plans),
    "addresses": Way(_address, tricks=known_addresses, share=0.5, limit=60, make=an_address, prepare=_pages_with_keras),
    "pages over odd runs": Way(
        _page_of_odd_runs, seeds.run_folder, _run_tricks, 0.3, limit=60, prepare=_pages_root
    ),
    "own classes": Way(_class, seeds.classes, tricks.classes, 0.5),
    "upload boxes": Way(_boxes, boxes.files, share=0.2, limit=60, prepare=_pages_with_keras),
    "command lines": Way(
        commandlines.call,
        tricks=commandlines.known,
        share=0.5,
        limit=60,
        make=commandlines.a_line,
        prepare=commandlines.prepare,
    ),
}  # fmt: skip
