"""How quick is the Runs page with 200 runs of 200 epochs? Measured in a real Chromium.

    python benchmarks/runs_page.py            # builds synthetic runs in a temporary folder, serves, measures
    python benchmarks/runs_page.py --build DIR --runs 12 --epochs 40      # only builds them, to look at

The runs are synthetic: curves from a formula with noise, predictions drawn at random. They are good for nothing
but this. Needs the development requirements (playwright and a Chromium).
"""

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

import numpy as np
import pandas as pd

REPO = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPO))

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
    for i in range(runs):
        variant = list(VARIANTS)[i % len(VARIANTS)]
        rate = (0.002, 0.001, 0.0005, 0.004)[i // 25 % 4]
        build_one(root, f"synthetic-{variant}-{i:03d}", variant, i // len(VARIANTS) % 5, rate, epochs, labels, hardness)


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


def serve(root: Path) -> tuple[subprocess.Popen, str]:
    """A dashboard on a free port over these runs; waits until it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "dashboard.py", "--server.headless", "true"]
    process = subprocess.Popen(
        [*command, "--server.port", str(port)], cwd=REPO, env={**os.environ, "FER_RUNS": str(root), "FER_DATA": ""},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    for _ in range(300):
        try:
            urlopen(f"{url}/_stcore/health", timeout=1).read()
            return process, url
        except OSError:
            time.sleep(0.1)
    process.kill()
    raise SystemExit("the dashboard did not start")


def measure(url: str, rounds: int) -> dict[str, list[float]]:
    """Seconds: from asking for the page to its drawn curves, and from a change to the redrawn figure."""
    from playwright.sync_api import sync_playwright

    found: dict[str, list[float]] = {"first view": [], "axis": [], "add a run": [], "remove a run": [], "section": []}
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(120_000)
        page.goto(
            f"{url}/", wait_until="networkidle"
        )  # a browser that has the app's scripts, as a visitor's second click
        for _ in range(rounds):
            start = time.perf_counter()
            page.goto(f"{url}/runs")
            lines(page, "accuracy")
            found["first view"].append(time.perf_counter() - start)
            page.wait_for_timeout(1500)
            for axis, title in (("step", "Step (batches)"), ("epoch", "Epoch")):
                start = time.perf_counter()
                page.get_by_role("radio", name=axis, exact=True).click()
                page.locator(".js-plotly-plot .xtitle", has_text=title).first.wait_for()
                found["axis"].append(time.perf_counter() - start)
                page.wait_for_timeout(400)
            before = lines(page, "accuracy")
            page.get_by_label("Runs to compare").click()
            start = time.perf_counter()
            page.get_by_role("option").first.click()
            lines(page, "accuracy", other_than=before)
            found["add a run"].append(time.perf_counter() - start)
            page.keyboard.press("Escape")
            page.wait_for_timeout(400)
            before = lines(page, "accuracy")
            start = time.perf_counter()
            page.get_by_label("Runs to compare").press("Backspace")
            lines(page, "accuracy", other_than=before)
            found["remove a run"].append(time.perf_counter() - start)
            page.wait_for_timeout(400)
            start = time.perf_counter()
            page.get_by_role("radio", name="Table").click()
            page.get_by_test_id("stDataFrame").first.wait_for()
            found["section"].append(time.perf_counter() - start)
        browser.close()
    return found


def lines(page: object, metric: str, other_than: int | None = None) -> int:
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
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder), args.runs, args.epochs)
        process, url = serve(Path(folder))
        try:
            found = measure(url, args.rounds)
        finally:
            process.terminate()
            process.wait()
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    print(f"{args.runs} synthetic runs of {args.epochs} epochs, {args.rounds} rounds, seconds:")
    print(
        f"({os.cpu_count()} cores, load average {load:.1f}: with more than one process a core, all of it is too slow)"
    )
    for name, seconds in found.items():
        print(f"{name:14s} first {seconds[0]:.2f}  median {statistics.median(seconds):.2f}  worst {max(seconds):.2f}")


if __name__ == "__main__":
    main()
