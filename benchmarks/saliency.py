"""Speed of maps against tf-keras-vis, in one run, as ratios.

    python benchmarks/saliency.py                                # report_cnn, about five minutes on two cores
    python benchmarks/saliency.py --question gradient Grad-CAM   # without the slow one
    python benchmarks/saliency.py --width 0.25                   # a quarter of the filters, quick

Both are given the same untrained report_cnn, the same pictures and the same class, and are asked alternately, so that
whatever else the machine does meets both. Each line is the median of the rounds after one to warm up; ratios are of
processor time and, behind it, of the clock.
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

TARGET = 3
SLOW = "SmoothGrad 50"
QUESTIONS = ("gradient", "Grad-CAM", SLOW)


def peers(model: object) -> dict[str, Callable[[np.ndarray], object]]:
    """tf-keras-vis' answer to each question."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from tf_keras_vis.gradcam import Gradcam
        from tf_keras_vis.saliency import Saliency
        from tf_keras_vis.utils.scores import CategoricalScore

    logits = type(model)(model.inputs, [model.get_layer("logits").output])
    saliency, cam = Saliency(logits, clone=False), Gradcam(logits, clone=False)

    def score(x: np.ndarray) -> CategoricalScore:
        return CategoricalScore([TARGET] * len(x))

    return {
        "gradient": lambda x: saliency(score(x), x, normalize_map=False),
        "Grad-CAM": lambda x: cam(score(x), x, penultimate_layer="block3_norm", normalize_cam=False),
        SLOW: lambda x: saliency(score(x), x, smooth_samples=50, smooth_noise=0.15, normalize_map=False),
    }


def ours(model: object) -> dict[str, Callable[[np.ndarray], object]]:
    """Our answer to each question."""
    return {
        "gradient": lambda x: explain(model, x, "gradient", TARGET),
        "Grad-CAM": lambda x: explain(model, x, "grad_cam", TARGET),
        SLOW: lambda x: explain(model, x, "smoothgrad", TARGET, samples=50),
    }


def seconds(question: Callable[[np.ndarray], object], x: np.ndarray) -> tuple[float, float]:
    """(processor, wall) seconds of one answer."""
    processor, wall = time.process_time(), time.perf_counter()
    question(x)
    return time.process_time() - processor, time.perf_counter() - wall


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--width", type=float, default=1.0, help="factor on report_cnn's filters (default 1)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds for the quick questions (default 5)")
    parser.add_argument("--question", nargs="+", choices=QUESTIONS, default=QUESTIONS, help="only these")
    parser.add_argument("--batch", type=int, nargs="+", default=[1, 32], help="pictures at once (default 1 32)")
    args = parser.parse_args()
    model = build("report_cnn", width=args.width)
    rng = np.random.default_rng(0)
    there, here = peers(model), ours(model)
    print("| question | batch | tf-keras-vis, CPU s | ours, CPU s | ratio | by the clock |\n|---|---|---|---|---|---|")
    for name in args.question:
        slow = name == SLOW
        for batch in args.batch:
            x = rng.uniform(0, 255, (batch, 48, 48, 1)).astype(np.float32)
            rounds = args.rounds if not slow else (2 if batch == 1 else 1)
            here[name](x[:1]), there[name](x[:1])
            if not slow:
                here[name](x), there[name](x)
            rows = [(*seconds(there[name], x), *seconds(here[name], x)) for _ in range(rounds)]
            theirs, their_wall, own, own_wall = (statistics.median(column) for column in zip(*rows, strict=True))
            print(
                f"| {name} | {batch} | {theirs:.3f} | {own:.3f} | {theirs / own:.1f} | {their_wall / own_wall:.1f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
