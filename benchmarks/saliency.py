"""Speed of maps against tf-keras-vis, in one run, as ratios.

    python benchmarks/saliency.py                # report_cnn, about five minutes on two cores
    python benchmarks/saliency.py --width 0.25   # a quarter of the filters, quick

Both are given the same untrained report_cnn, the same pictures and the same class, and are asked alternately, so that
whatever else the machine does meets both. Each line is the median of the rounds after one to warm up.
tf-keras-vis is asked on the logits model too, and without its normalisation of the map.
"""

import argparse
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from fer_core.models import build
from fer_core.saliency import explain
from fer_core.saliency.logits import logits_model

TARGET = 3


def peers(model: object) -> dict[str, Callable[[np.ndarray], object]]:
    """tf-keras-vis' answer to each question."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from tf_keras_vis.gradcam import Gradcam
        from tf_keras_vis.saliency import Saliency
        from tf_keras_vis.utils.scores import CategoricalScore

    logits = logits_model(model)
    logits = type(logits)(logits.inputs, logits.outputs)
    saliency, cam = Saliency(logits, clone=False), Gradcam(logits, clone=False)

    def score(x: np.ndarray) -> CategoricalScore:
        return CategoricalScore([TARGET] * len(x))

    return {
        "gradient": lambda x: saliency(score(x), x, normalize_map=False),
        "Grad-CAM": lambda x: cam(score(x), x, penultimate_layer="block3_norm", normalize_cam=False),
        "SmoothGrad 50": lambda x: saliency(score(x), x, smooth_samples=50, smooth_noise=0.15, normalize_map=False),
    }


def ours(model: object) -> dict[str, Callable[[np.ndarray], object]]:
    """Our answer to each question."""
    return {
        "gradient": lambda x: explain(model, x, "gradient", TARGET),
        "Grad-CAM": lambda x: explain(model, x, "grad_cam", TARGET),
        "SmoothGrad 50": lambda x: explain(model, x, "smoothgrad", TARGET, samples=50),
    }


def seconds(question: Callable[[np.ndarray], object], x: np.ndarray) -> float:
    """Wall seconds of one answer."""
    start = time.perf_counter()
    question(x)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--width", type=float, default=1.0, help="factor on report_cnn's filters (default 1)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds for the quick questions (default 5)")
    args = parser.parse_args()
    model = build("report_cnn", width=args.width)
    rng = np.random.default_rng(0)
    there, here = peers(model), ours(model)
    print("| question | batch | tf-keras-vis, s | ours, s | ratio |\n|---|---|---|---|---|")
    for name in here:
        for batch in (1, 32):
            x = rng.uniform(0, 255, (batch, 48, 48, 1)).astype(np.float32)
            rounds = args.rounds if name != "SmoothGrad 50" else (2 if batch == 1 else 1)
            if name != "SmoothGrad 50" or batch == 1:
                here[name](x), there[name](x)
            pairs = [(seconds(there[name], x), seconds(here[name], x)) for _ in range(rounds)]
            theirs, own = (statistics.median(column) for column in zip(*pairs, strict=True))
            print(f"| {name} | {batch} | {theirs:.3f} | {own:.3f} | {theirs / own:.1f} |", flush=True)


if __name__ == "__main__":
    main()
