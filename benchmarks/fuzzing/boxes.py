"""The upload boxes of all pages: a file is put in, and what stands beside the box is pressed."""

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from benchmarks.fuzzing import seeds
from benchmarks.fuzzing.seeds import REPO, Files

PATIENCE = 1200.0
"""Seconds by the clock that a page may take; what hangs is told by the processor's time, see `worker`."""


@dataclass(frozen=True)
class Box:
    """A box: its page and address, its key or, without one, its place among the page's boxes, the files it is made for,
    the button that is pressed when a file is in it, and whether it takes several."""

    page: str
    files: Callable[[], Files]
    address: dict[str, str] = field(default_factory=dict)
    key: str = ""
    press: str = ""
    several: bool = False
    session: Callable[[], dict[str, Any]] = dict


def _second_readers() -> Files:
    """A file of verdicts about the drawn set, which is what the page shows here."""
    from pages.ui.loaders import drawn

    table = f"row,verdict,who,when,set\n3,right,a,2026-01-01,{drawn().fingerprint}\n4,happy,a,2026-01-01,x\n"
    return {"verdicts.csv": table.encode()}


def _taught() -> dict[str, Any]:
    """A class with its pictures and a last layer of its own, as the page keeps them."""
    from fer_core.own_classes import features, teach
    from fer_core.own_classes.example import drawn_example
    from fer_core.runs import load_model, load_run
    from pages.own_parts.learn import last_hidden
    from pages.own_parts.memory import Memory

    pictures = drawn_example()
    network = last_hidden(load_model(load_run(REPO / "checkpoints" / "mini_xception")))
    taught = teach(pictures, features(network, pictures.pixels))
    return {"own_memory": Memory(collection=pictures, taught=taught, of=pictures, by="mini_xception")}


def _gathered() -> dict[str, Any]:
    from fer_core.own_classes.example import drawn_example
    from pages.own_parts.memory import Memory

    return {"own_memory": Memory(collection=drawn_example())}


def _kept_open() -> dict[str, Any]:
    return {"review_kept_box": True}


def _lessons() -> Files:
    return {name: data for name, data in seeds.plans().items() if name == "lesson.toml"}


BOXES = {
    "lesson": Box("lessons", _lessons, key="own_lesson"),
    "run": Box("runs", lambda: {**seeds.histories(), **seeds.events()}, {"view": "Train and import"},
               "import_files_0", several=True),
    "network": Box("runs", seeds.networks, {"view": "Train and import"}, "import_files_0", several=True),
    "set": Box("dataset", seeds.datasets, {"view": "open"}, "data_upload_0"),
    "second reader": Box("dataset", _second_readers, {"view": "review", "set": "drawn"}, "review_second",
                         session=_kept_open),
    "picture": Box("predict", seeds.pictures, {"way": "Upload"}, several=True),
    "video": Box("predict", seeds.videos, {"way": "Upload"}, press="Read the video", several=True),
    "explained": Box("explain", seeds.pictures, {"picture": "Upload"}, "explain:Upload"),
    "filtered": Box("filters", seeds.pictures, {"picture": "Upload"}, "filters:Upload"),
    "class": Box("own", seeds.classes, key="own_zip"),
    "of a class": Box("own", seeds.pictures, press="Take these", several=True, session=_gathered),
    "neighbour": Box("own", seeds.pictures, key="own_neighbour_file", session=_taught),
}  # fmt: skip
_session = functools.cache(lambda name: BOXES[name].session())


def files() -> Files:
    """The whole files of every box, as "box: file"."""
    return {f"{name}: {file}": data for name, box in BOXES.items() for file, data in box.files().items()}


def put(page: Callable[[str], Any], shown: Callable[[Any], None], name: str, data: bytes) -> None:
    """Puts a file into a box and presses what it asks for. page: gives an AppTest; shown: runs one, and looks at it."""
    which, _, file = name.partition(": ")
    box = BOXES[which]
    app = page(box.page)
    app.query_params.update(box.address)
    for key, value in _session(which).items():
        app.session_state[key] = value
    shown(app)
    there = app.file_uploader(key=box.key) if box.key else app.file_uploader[0]
    there.set_value([(file, data, "")] if box.several else (file, data, ""))
    if box.press != "Take these":
        shown(app)
    buttons = [button for button in app.button if button.label == box.press]
    for button in buttons[:1]:
        button.click()
        shown(app)
