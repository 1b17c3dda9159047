"""From which size on, and up to which blur, a face is read as its sharp version is.

Where the marks "too small" and "blurred" come from.

    FER_DATA=fer2013.csv python benchmarks/small_faces.py
    FER_DATA=fer2013.csv python benchmarks/small_faces.py --run fast --split public

Validation faces (so that nothing is chosen on a test half) are shrunk to a side and enlarged again, or blurred; how
many keep the label that the run gives them as they are?
"""

import argparse
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from fer_core.data import open_default
from fer_core.errors import FerError
from fer_core.reading.faces import sharpness
from fer_core.reading.inference import Predictor
from fer_core.runs import find_run

SIDES = (40, 32, 28, 24, 20, 18, 16, 14, 12, 10)
SIGMAS = (0.5, 1.0, 1.5, 2.0, 2.5, 3.0)


def shrunk(pixels: np.ndarray, side: int) -> np.ndarray:
    """u8 (N, 48, 48): each through a picture of side x side, as a small face in a photograph is."""
    import cv2

    out = np.empty_like(pixels)
    for image, target in zip(pixels, out, strict=True):
        small = cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA)
        cv2.resize(small, (48, 48), dst=target, interpolation=cv2.INTER_LINEAR)
    return out


def blurred(pixels: np.ndarray, sigma: float) -> np.ndarray:
    import cv2

    return np.stack([cv2.GaussianBlur(image, (0, 0), sigma) for image in pixels])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", default="compact")
    parser.add_argument("--split", default="validation")
    args = parser.parse_args()
    dataset = open_default()
    if dataset is None:
        raise FerError("Set FER_DATA to fer2013.csv.")
    run = find_run(args.run)
    pixels = dataset.pixels[dataset.index_of(run.predictions(args.split).rows)]
    predictor = Predictor(run)
    as_it_is = predictor.probabilities(pixels).argmax(axis=1)
    print(f"{args.run}, {len(pixels):,} {args.split} faces\n\n| side, pixels | same label |\n|---|---|")
    for side in SIDES:
        same = predictor.probabilities(shrunk(pixels, side)).argmax(axis=1) == as_it_is
        print(f"| {side} | {same.mean():.3f} |", flush=True)
    print("\n| blur, sigma in pixels of 48 | same label | sharpness, median |\n|---|---|---|")
    kept, sharp = [], []
    for sigma in SIGMAS:
        soft = blurred(pixels, sigma)
        kept.append(predictor.probabilities(soft).argmax(axis=1) == as_it_is)
        sharp.append(np.array([sharpness(image) for image in soft]))
        print(f"| {sigma} | {kept[-1].mean():.3f} | {np.median(sharp[-1]):.3f} |", flush=True)
    own = np.array([sharpness(image) for image in pixels])
    same, measure = np.concatenate(kept), np.concatenate(sharp)
    print("\n| sharpness | same label | share of unblurred faces |\n|---|---|---|")
    for low, high in zip(
        (0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4), (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 9), strict=True
    ):
        inside = (measure >= low) & (measure < high)
        share = np.mean((own >= low) & (own < high))
        print(f"| {low} to {high} | {same[inside].mean() if inside.any() else float('nan'):.3f} | {share:.4f} |")


if __name__ == "__main__":
    main()
