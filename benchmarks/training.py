"""How fast training and its augmentation are, against the usual ways, as ratios in one run.

    python benchmarks/training.py                       # two or three minutes on two cores
    python benchmarks/training.py --csv fer2013.csv     # the reading of the csv too

Augmentation: rotation 20 degrees, shifts of 0.1, flips, on batches of 128; images per CPU second, so that what else the
machine does matters little. Ours computes one affine map a picture; Keras' old ImageDataGenerator does the same with
scipy; tf.data with Keras layers resamples once for each of the three layers. A step: forward, backward and update on
one batch of 128 in the precision that `auto` takes here, by the clock, which says how little of it augmentation is;
and how many times as fast it is as the same step with Keras' own batch normalisation.
"""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from fer_core import models
from fer_core.data.augmentation import PRESETS, augment
from fer_core.runtime import import_keras, import_tensorflow
from fer_core.training import TrainingConfig
from fer_core.training.batch_norm import fuse
from fer_core.training.optimiser import compile_model
from fer_core.training.precision import built_in, resolve

BATCH = 128
NETWORKS = {
    "report_cnn": {},
    "report_cnn, width 0.25": {"width": 0.25},
    "compact": {},
    "compact, width 0.48": {"width": 0.48},
    "mini_xception": {},
    "vgg": {},
}


def ours(pixels: np.ndarray) -> Callable[[], None]:
    """Augments one batch a call, u8 in, u8 out."""
    rng = np.random.default_rng(0)
    return lambda: augment(pixels, PRESETS["report"], rng)


def image_data_generator(pixels: np.ndarray) -> Callable[[], None]:
    """Keras' old generator, one batch a call."""
    from keras.src.legacy.preprocessing.image import ImageDataGenerator

    generator = ImageDataGenerator(
        rotation_range=20, width_shift_range=0.1, height_shift_range=0.1, horizontal_flip=True
    )
    flow = generator.flow(pixels[..., None].astype(np.float32), batch_size=BATCH, shuffle=False)
    return lambda: next(flow)


def tf_data_layers(pixels: np.ndarray) -> Callable[[], None]:
    """tf.data with Keras' random layers, one batch a call."""
    tf, layers = import_tensorflow(), import_keras().layers
    stages = [
        layers.RandomFlip("horizontal"),
        layers.RandomRotation(20 / 360, fill_mode="nearest"),
        layers.RandomTranslation(0.1, 0.1, fill_mode="nearest"),
    ]

    def change(x: object) -> object:
        for stage in stages:
            x = stage(x, training=True)
        return x

    data = (
        tf.data.Dataset.from_tensor_slices(pixels[..., None])
        .repeat()
        .batch(BATCH)
        .map(lambda x: change(tf.cast(x, "float32")))
    )
    stream = iter(data)
    return lambda: next(stream)


def images_per_cpu_second(call: Callable[[], None], seconds: float) -> float:
    """Images a CPU second over about `seconds` of CPU time, after one call to warm up."""
    call()
    start, calls = time.process_time(), 0
    while time.process_time() - start < seconds or calls < 3:
        call()
        calls += 1
    return calls * BATCH / (time.process_time() - start)


def step_seconds(network: str, options: dict, seconds: float, fused: bool) -> tuple[float, float, int]:
    """(seconds, CPU seconds) of one training step of the report's protocol, and the network's parameters."""
    name = network.partition(",")[0]
    with built_in(resolve("auto")):
        model = models.build(name, "samplewise", **options)
    model = fuse(model) if fused else model
    compile_model(model, TrainingConfig("x", model=name), 200)
    rng = np.random.default_rng(0)
    x = rng.integers(0, 256, (BATCH, 48, 48, 1)).astype(np.float32)
    y = np.eye(7, dtype=np.float32)[rng.integers(0, 7, BATCH)]
    model.train_on_batch(x, y)
    clock, processor, steps = time.perf_counter(), time.process_time(), 0
    while time.perf_counter() - clock < seconds or steps < 3:
        model.train_on_batch(x, y)
        steps += 1
    return (time.perf_counter() - clock) / steps, (time.process_time() - processor) / steps, model.count_params()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--csv", type=Path, help="fer2013.csv, to time its reading too")
    parser.add_argument("--seconds", type=float, default=6, help="for each line (default 6)")
    args = parser.parse_args()
    import_keras()  # first, and quietly
    pixels = np.random.default_rng(0).integers(0, 256, (BATCH, 48, 48), dtype=np.uint8)
    ways = {
        "one affine map a picture (ours)": ours,
        "Keras' ImageDataGenerator": image_data_generator,
        "tf.data with Keras layers": tf_data_layers,
    }
    speeds = {name: images_per_cpu_second(make(pixels), args.seconds) for name, make in ways.items()}
    first = next(iter(speeds.values()))
    print("| augmentation | images a CPU second | ours is |\n|---|---:|---:|")
    for name, speed in speeds.items():
        print(f"| {name} | {speed:,.0f} | {first / speed:.1f} times as fast |", flush=True)
    print(f"\nprecision: {resolve('auto')}")
    print(
        "\n| training step of 128 | parameters | images a second | images a CPU second | augmentation's share "
        "| of the step with Keras' batch normalisation |"
    )
    print("|---|---:|---:|---:|---:|---:|")
    for name, options in NETWORKS.items():
        clock, processor, parameters = step_seconds(name, options, args.seconds, fused=True)
        plain, _, _ = step_seconds(name, options, args.seconds, fused=False)
        share = BATCH / first / (processor + BATCH / first)
        print(
            f"| {name} | {parameters:,} | {BATCH / clock:,.0f} | {BATCH / processor:,.0f} | {share:.1%} "
            f"| {plain / clock:.1f} times as fast |",
            flush=True,
        )
    if args.csv:
        _csv(args.csv)


def _csv(path: Path) -> None:
    from benchmarks.csv_loading import measure, pandas_split, raw_bytes

    best = measure({"pandas": pandas_split, "ours": raw_bytes}, path, 2)
    slow, fast = best["pandas"], best["ours"]
    print(
        f"\nreading {path.name}: {slow[0] / fast[0]:.1f} times as fast as pandas with str.split per row by the clock,"
    )
    print(f"{slow[1] / fast[1]:.1f} times in CPU seconds ({fast[0]:.2f} s, {fast[1]:.2f} CPU s)")


if __name__ == "__main__":
    main()
