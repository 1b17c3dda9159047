"""How quick is the Runs page with 200 runs of 200 epochs? Measured in a real Chromium.

    python benchmarks/runs_page.py            # builds synthetic runs in a temporary folder, serves, measures
    python benchmarks/runs_page.py --build DIR --runs 12 --epochs 40      # only builds them, to look at

The runs are synthetic: curves from a formula with noise, predictions drawn at random. They are good for nothing
but this. Needs the development requirements (playwright and a Chromium).
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

REPO = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPO))

from benchmarks.server import dashboard  # noqa: E402
from fer_core.evaluation.metrics import scores  # noqa: E402
from fer_core.runs import write_json  # noqa: E402

VARIANTS = {
    # normalisation, augmentation, skill: how fast and how far the made-up curves climb
    "baseline": ("none", None, 0.60),
    "augmentation": ("none", {"rotation": 20.0, "shift": 0.1, "flip": True}, 0.65),
    "featurewise": ("featurewise", None, 0.59),
    "samplewise": ("samplewise", None, 0.61),
    "both": ("both", None, 0.605),
}
SAME = {"model": {"name": "compact", "parameters": 421_000, "multiply_adds": 30_000_000}}


def build(root: Path, runs: int, epochs: int, pictures: int = 3589) -> None:
    """Writes synthetic run folders, labelled so in their names, notes and tags."""
    random = np.random.default_rng(0)
    labels = random.integers(0, 7, pictures)
    hardness = random.random(pictures)  # what makes a picture hard is hard for every run
    variants = [list(VARIANTS)[i % len(VARIANTS)] for i in range(runs)]
    for i, name in enumerate(names(runs)):
        rate = (0.002, 0.001, 0.0005, 0.004)[i // 25 % 4]
        # Five seeds of a recipe for each 25 runs; from the hundredth on with seeds of their own.
        seed = i // len(VARIANTS) % 5 + 5 * (i // 100)
        build_one(root, name, variants[i], seed, rate, epochs, labels, hardness)


def names(runs: int) -> list[str]:
    """Names of the synthetic runs."""
    return [f"synthetic-{list(VARIANTS)[i % len(VARIANTS)]}-{i:03d}" for i in range(runs)]


def build_one(
    root: Path, name: str, variant: str, seed: int, rate: float, epochs: int, labels: np.ndarray, hardness: np.ndarray
) -> None:
    random = np.random.default_rng([seed, int(rate * 1e4), len(variant)])
    normalisation, augmentation, skill = VARIANTS[variant]
    skill = skill + random.normal(0, 0.004)
    history = curves(random, epochs, skill, augmentation is not None)
    folder = root / name
    folder.mkdir(parents=True)
    history.to_csv(folder / "history.csv", index=False)
    arrays, results = {}, {}
    for split in ("validation", "private"):
        right = hardness + random.normal(0, 0.12, len(labels)) < skill
        predicted = np.where(right, labels, (labels + random.integers(1, 7, len(labels))) % 7)
        sharp = np.where(right, random.beta(5, 2, len(labels)), random.beta(3, 3, len(labels))) * 0.8 + 0.2
        probabilities = np.full((len(labels), 7), 1.0) * ((1 - sharp) / 6)[:, None]
        probabilities[np.arange(len(labels)), predicted] = sharp
        arrays[f"{split}_rows"] = np.arange(len(labels), dtype=np.int32)
        arrays[f"{split}_labels"] = labels.astype(np.int8)
        arrays[f"{split}_probabilities"] = probabilities.astype(np.float32)
        results[split] = scores(labels, probabilities.astype(np.float32), 1.0)
    np.savez(folder / "predictions.npz", **arrays)
    best = int(history["val_loss"].argmin()) + 1
    write_json(
        folder / "run.json",
        {
            "format": 1, "name": name, "note": "synthetic, for measuring the page", "tags": ["synthetic", variant],
            "status": "finished", "created": "2026-01-01T00:00:00+00:00", **SAME,
            "dataset": {"name": "synthetic", "layout": "npz", "fingerprint": "synthetic0000000",
                        "counts": {"train": 28709, "fitted": 25838, "validation": 2871, "private": 3589},
                        "validation": {"fraction": 0.1, "seed": 0}},
            "preprocessing": {"normalisation": normalisation}, "augmentation": augmentation,
            "training": {"optimizer": "nadam", "learning_rate": rate, "schedule": "constant", "batch_size": 128,
                         "seed": seed, "label_smoothing": 0.0, "weight_decay": 0.0, "epochs_asked": epochs,
                         "epochs_run": epochs, "patience": 30},
            "best_epoch": best, "seconds": float(history["seconds"].sum()), "scores": results,
            "calibration": {"temperature": 1.3, "fitted_on": "validation"},
        },
    )  # fmt: skip


def curves(random: np.random.Generator, epochs: int, skill: float, augmented: bool) -> pd.DataFrame:
    """A made-up history that climbs to `skill` and, without augmentation, overfits."""
    t = np.arange(epochs)
    rise = 1 - np.exp(-t / (epochs / 8))
    excess = 0.05 if augmented else 0.3
    accuracy = 0.2 + (skill + excess * t / epochs - 0.2) * rise
    val_accuracy = 0.2 + (skill - 0.2) * rise
    return pd.DataFrame(
        {
            "epoch": t,
            "accuracy": np.clip(accuracy + random.normal(0, 0.004, epochs), 0, 0.999),
            "loss": 1.95 - 1.5 * accuracy + random.normal(0, 0.01, epochs),
            "val_accuracy": val_accuracy + random.normal(0, 0.008, epochs),
            "val_loss": 1.95 - 1.5 * val_accuracy + 0.9 * excess * t / epochs + random.normal(0, 0.02, epochs),
            "learning_rate": 0.002 * 0.5 ** (t // 60),
            "seconds": random.normal(60, 2, epochs),
        }
    ).round(6)


@dataclass
class Meter:
    """Seconds that one action takes on the clock, and those that the server and the page's own thread compute."""

    page: Any
    session: Any
    server: int
    found: dict[str, list[tuple[float, float, float]]] = field(default_factory=dict)

    def take(self, name: str, act: Callable[[], Any], shown: Callable[[], Any]) -> None:
        """Acts and waits until what was asked for is shown; then lets the page come to rest."""
        server, thread, start = self._server(), self._thread(), time.perf_counter()
        act()
        shown()
        seconds, now = time.perf_counter() - start, self._thread()
        # A page that was asked for anew counts from nothing.
        spent = now - thread if now >= thread else now
        self.found.setdefault(name, []).append((seconds, self._server() - server, spent))
        self.page.wait_for_timeout(1200)

    def _server(self) -> float:
        try:
            fields = Path(f"/proc/{self.server}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:  # not Linux
            return float("nan")
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _thread(self) -> float:
        metrics = self.session.send("Performance.getMetrics")["metrics"]
        return next(m["value"] for m in metrics if m["name"] == "TaskDuration")


def measure(url: str, server: int, rounds: int, runs: int, profile: Path) -> dict[str, list[tuple]]:
    """From asking for the page to its drawn curves, and from a change to the redrawn figure.

    The browser keeps a profile, as a visitor's does: from the second page on, the app's scripts come from its cache.
    """
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        context = play.chromium.launch_persistent_context(
            profile, executable_path=chromium(), args=["--no-sandbox"], viewport={"width": 1440, "height": 900}
        )
        page = context.pages[0]
        page.set_default_timeout(120_000)
        session = context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        meter = Meter(page, session, server)
        everything = "&".join(f"runs={name}" for name in names(runs))
        meter.take("very first", lambda: page.goto(f"{url}/runs"), lambda: lines(page))
        page.wait_for_timeout(10_000)  # TensorFlow's import, in the background
        for _ in range(rounds):
            meter.take("first view", lambda: page.goto(f"{url}/runs"), lambda: lines(page))
            changes(meter, page)
            meter.take("all runs", lambda: page.goto(f"{url}/runs?{everything}"), lambda: lines(page))
            axis(meter, page, "all, axis")
        context.close()
    return meter.found


def changes(meter: Meter, page: Any) -> None:
    """Axis, one run less, one more, another section."""
    axis(meter, page, "axis")
    box = page.get_by_label("Runs to compare")
    before = lines(page)
    meter.take("a run less", lambda: box.press("Backspace"), lambda: lines(page, other_than=before))
    before = lines(page)
    box.click()
    meter.take("a run more", lambda: page.get_by_role("option").first.click(), lambda: lines(page, other_than=before))
    page.keyboard.press("Escape")
    for section in ("Table", "Curves"):
        shown = page.locator(".st-key-runs_editor").wait_for if section == "Table" else lambda: lines(page)
        meter.take(section, lambda s=section: page.get_by_role("radio", name=s).click(), shown)


def axis(meter: Meter, page: Any, name: str) -> None:
    for choice, title in (("step", "Step (batches)"), ("epoch", "Epoch")):
        meter.take(
            name,
            lambda c=choice: page.get_by_role("radio", name=c, exact=True).click(),
            lambda t=title: page.locator(".js-plotly-plot .xtitle", has_text=t).first.wait_for(),
        )


def lines(page: Any, other_than: int | None = None) -> int:
    """Waits for a drawn figure (with another number of lines than before); gives its number of lines."""
    script = """other => { const n = document.querySelectorAll('.js-plotly-plot .scatterlayer .trace').length;
        return n > 0 && n !== other ? n : false }"""
    return page.wait_for_function(script, arg=other_than, polling="raf").json_value()


def chromium() -> str | None:
    """The system's Chromium where there is one; else playwright's own."""
    return next((p for p in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(p).exists()), None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, help="only build the runs, into this folder")
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--epochs", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    if args.build:
        build(args.build, args.runs, args.epochs)
        return
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as profile:
        build(Path(folder), args.runs, args.epochs)
        with dashboard(FER_RUNS=folder, FER_DATA="") as app:
            found = measure(app.address, app.pid, args.rounds, args.runs, Path(profile))
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    print(f"{args.runs} synthetic runs of {args.epochs} epochs, {args.rounds} rounds, seconds:")
    print(
        f"({os.cpu_count()} cores, load average {load:.1f}: with more than one process a core, all of it is too slow)"
    )
    print(f"{'':12s} on the clock: median, worst    computing: server and page, medians")
    for name, taken in found.items():
        seconds, server, page = zip(*taken, strict=True)
        middle = [statistics.median(column) for column in (seconds, server, page)]
        print(f"{name:12s} {middle[0]:18.2f} {max(seconds):7.2f} {middle[1]:22.2f} {middle[2]:8.2f}")


if __name__ == "__main__":
    main()
