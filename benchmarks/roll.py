"""Does turning a tilted face upright help? Accuracy on tilted FER2013 faces, with the eyes levelled and without.

    FER_DATA=data/fer2013.csv python benchmarks/roll.py --run checkpoints/NAME [--count 150]

Faces of the private split are enlarged, laid on a plain picture of 640 x 480 and turned; then found, cut and asked
about as any upload. Only faces that YuNet finds count. No photographs: the faces' own surroundings are missing.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np

REPO = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPO))

ANGLES = (0, 10, 20, 30)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--count", type=int, default=150)
    args = parser.parse_args()
    from fer_core.data import open_default
    from fer_core.reading.inference import Predictor
    from fer_core.runs import load_run

    dataset = open_default()
    if dataset is None:
        raise SystemExit("error: FER2013 is not here; set FER_DATA to its path.")
    part = dataset.subset("private")
    chosen = np.random.default_rng(0).choice(len(part), args.count, replace=False)
    predictor = Predictor(load_run(args.run))
    print(json.dumps({f"{angle} degrees": compare(part, chosen, angle, predictor) for angle in ANGLES}, indent=1))


def compare(part: object, chosen: np.ndarray, angle: float, predictor: object) -> dict:
    """Accuracies with and without, the share that YuNet finds, and how many answers became right and wrong."""
    from fer_core.reading.faces import YUNET, find_faces, roll_of

    plain, level, labels, errors = [], [], [], []
    for i in chosen:
        turned = tilted(part.pixels[i], angle * (1 if i % 2 else -1))
        one, other = find_faces(turned, level=False), find_faces(turned)
        if len(one) != 1 or one[0].how != YUNET:
            continue
        plain.append(one[0].crop)
        level.append(other[0].crop)
        labels.append(part.labels[i])
        errors.append(abs(abs(roll_of(other[0].points)) - angle))
    right = [predictor.probabilities(np.stack(crops)).argmax(1) == labels for crops in (plain, level)]
    return {
        "found_by_yunet": f"{len(labels)} of {len(chosen)}",
        "as_is": round(float(right[0].mean()), 3),
        "eyes_level": round(float(right[1].mean()), 3),
        "became_right": int((right[1] & ~right[0]).sum()),
        "became_wrong": int((right[0] & ~right[1]).sum()),
        "median_error_of_roll_degrees": round(float(np.median(errors)), 1),
    }


def tilted(pixels: np.ndarray, angle: float) -> np.ndarray:
    """u8 (480, 640, 3): the face at 240 x 240 in the middle, turned by `angle` degrees."""
    import cv2

    canvas = np.full((480, 640), int(pixels.mean()), np.uint8)
    canvas[120:360, 200:440] = cv2.resize(pixels, (240, 240), interpolation=cv2.INTER_CUBIC)
    turn = cv2.getRotationMatrix2D((320, 240), angle, 1)
    turned = cv2.warpAffine(canvas, turn, (640, 480), borderMode=cv2.BORDER_REPLICATE)
    return np.repeat(turned[..., None], 3, axis=2)


if __name__ == "__main__":
    main()
