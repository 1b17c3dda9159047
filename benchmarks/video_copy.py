"""How long the annotated copy of a video takes, against the reading of the same video.

    python benchmarks/video_copy.py --run checkpoints/NAME [--seconds 10] [--repeats 3]

Clips of two drawn people at three sizes, 30 frames a second, made here. Seconds by the clock and of the processor (all
threads), the best of the repeats of each; reading and copy take turns so that a busy moment meets both. At most 1.5
times the reading is the goal.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

REPO = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPO))

SIZES = {"640 x 480": 480, "960 x 720": 720, "1440 x 1080": 1080}
RATE = 30.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--repeats", type=int, default=3)
    args = parser.parse_args()
    from fer_core.reading.inference import Predictor
    from fer_core.runs import load_run

    predictor = Predictor(load_run(args.run))
    print("\n| video | reading, s (processor) | copy, s (processor) | copy / reading |\n|---|---:|---:|---:|")
    for name, height in SIZES.items():
        data = clip(round(args.seconds * RATE), height)
        rounds = [measure(predictor, data) for _ in range(args.repeats)]
        reading, copy = (tuple(min(one[part][i] for one in rounds) for i in (0, 1)) for part in (0, 1))
        ratios = f"{copy[0] / reading[0]:.2f} by the clock, {copy[1] / reading[1]:.2f} in processor time"
        print(f"| {name} | {reading[0]:.2f} ({reading[1]:.2f}) | {copy[0]:.2f} ({copy[1]:.2f}) | {ratios} |")


def clip(count: int, height: int) -> bytes:
    """An mp4 of two drawn people, `height` pixels tall."""
    import cv2

    from fer_core.data.drawn.clip import SIZE, frames

    size = (SIZE[0] * height // SIZE[1], height)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "clip.mp4")
        writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), RATE, size)
        for frame in frames(count):
            writer.write(cv2.resize(frame, size, interpolation=cv2.INTER_LINEAR))
        writer.release()
        return path.read_bytes()


def measure(predictor: Any, data: bytes) -> tuple[tuple[float, float], tuple[float, float]]:
    """((seconds, processor seconds) of the reading, the same of the copy)."""
    from fer_core.reading import video, video_copy

    def read() -> video.VideoReading:
        with video.Video(data, "clip.mp4") as opened:
            found = video.VideoReading(opened.info, rate=RATE)
            for _ in video.read(opened, found, predictor):
                pass
        return found

    found, reading = timed(read)
    _, copy = timed(lambda: video_copy.annotated(data, "clip.mp4", found))
    return reading, copy


def timed(work: Callable[[], Any]) -> tuple[Any, tuple[float, float]]:
    """(what the work gives, (seconds, processor seconds))."""
    clock, processor = time.perf_counter(), time.process_time()
    result = work()
    return result, (time.perf_counter() - clock, time.process_time() - processor)


if __name__ == "__main__":
    main()
