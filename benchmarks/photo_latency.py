"""CPU time of one 640 x 480 photograph, from JPEG bytes to calibrated probabilities, after a warm-up.

    python benchmarks/photo_latency.py --run checkpoints/NAME [--picture photo.jpg] [--fer /path/to/venv/bin/python]

CPU seconds of the whole process, so that other programs on the machine matter little. Without --picture it takes two
drawn people at 640 x 480, which YuNet finds as it finds photographed ones. With --fer, a Python in which the package
`fer` is installed beside (it needs another TensorFlow than ours), the same picture goes through it as well.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPO))

THEIRS = """
import json, sys, time
import cv2
from fer.fer import FER
picture = cv2.imread(sys.argv[1])
result = {}
for name, mtcnn in (("haar", False), ("mtcnn", True)):
    try:
        detector = FER(mtcnn=mtcnn)
        detector.detect_emotions(picture)
    except Exception as error:
        result[name] = f"{type(error).__name__}: {error}"
        continue
    began = time.process_time()
    for _ in range(int(sys.argv[2])):
        found = detector.detect_emotions(picture)
    result[name] = {"cpu_ms": round((time.process_time() - began) / int(sys.argv[2]) * 1e3, 1), "faces": len(found)}
print("RESULT" + json.dumps(result))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--picture", type=Path)
    parser.add_argument("--repeats", type=int, default=50)
    parser.add_argument("--fer", type=Path, help="python of an environment with the package fer")
    args = parser.parse_args()
    from fer_core import pictures
    from fer_core.data.drawn.clip import frames

    data = args.picture.read_bytes() if args.picture else pictures.encode_jpeg(next(iter(frames(1))), 90)
    report = {"ours": ours(data, args.run, args.repeats)}
    if args.fer:
        report["fer"] = theirs(data, args.fer, args.repeats)
    print(json.dumps(report, indent=1))


def ours(data: bytes, run: Path, repeats: int) -> dict:
    """Median CPU milliseconds of each step and of all."""
    from fer_core import pictures
    from fer_core.reading import readings
    from fer_core.reading.faces import find_faces
    from fer_core.reading.inference import Predictor
    from fer_core.runs import load_run

    predictor = Predictor(load_run(run))
    picture = pictures.decode(data)
    crops = readings.read_picture(picture, "warm-up", [predictor]).crops
    steps = {
        "decode": lambda: pictures.decode(data),
        "find faces": lambda: find_faces(picture),
        "predict": lambda: predictor.probabilities(crops),
        "all": lambda: readings.read_picture(pictures.decode(data), "x", [predictor]),
    }
    result = {"faces": len(crops), "way": predictor.way, "size": list(picture.shape[1::-1])}
    return result | {f"{name}, cpu_ms": median_cpu(step, repeats) for name, step in steps.items()}


def median_cpu(step: object, repeats: int) -> float:
    spent = []
    for _ in range(repeats):
        began = time.process_time()
        step()
        spent.append(time.process_time() - began)
    return round(sorted(spent)[repeats // 2] * 1e3, 1)


def theirs(data: bytes, python: Path, repeats: int) -> dict:
    """The same picture through the package fer: mean CPU milliseconds with each of its detectors."""
    with tempfile.TemporaryDirectory() as folder:
        picture, script = Path(folder, "picture.jpg"), Path(folder, "theirs.py")
        picture.write_bytes(data)
        script.write_text(THEIRS)
        done = subprocess.run([python, script, picture, str(repeats)], capture_output=True, text=True)
    lines = [line for line in done.stdout.splitlines() if line.startswith("RESULT")]
    if not lines:
        return {"failed": done.stderr.strip().splitlines()[-1:]}
    return json.loads(lines[0].removeprefix("RESULT"))


if __name__ == "__main__":
    main()
