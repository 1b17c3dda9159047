"""Gradient ascent on the filters of the report's network, ours against tf-keras-vis, in one run.

  python benchmarks/gradient_ascent.py                 16 and 64 filters of the second convolution, 100 steps
  python benchmarks/gradient_ascent.py --steps 5       the same, shorter: time per step hardly hangs on their number

Both maximise the same filters' mean outputs on the same untrained network at the full 48 x 48, with what each does by
default (a moved copy at each step, a smoothness penalty); tf-keras-vis gets all filters in one batch, which was its
faster way. Counted is the CPU time of the process, after a first step that is left out (ours compiles there).
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from fer_core.features import Ascent, FilterMean
from fer_core.models import build

LAYER = "block1_conv2"


def measure(work: object) -> tuple[float, float]:
    """(CPU seconds, wall seconds) of work()."""
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - cpu, time.perf_counter() - wall


def ours(model: object, count: int, steps: int) -> tuple[float, float, float]:
    """(CPU seconds, wall seconds, CPU seconds of the first step with compilation)."""
    ascent = Ascent(model, [FilterMean(LAYER, number) for number in range(count)])
    first, _ = measure(lambda: (ascent.step(1), ascent.scores()))
    cpu, wall = measure(lambda: (ascent.step(steps), ascent.images(), ascent.scores()))
    return cpu, wall, first


def theirs(model: object, count: int, steps: int) -> tuple[float, float]:
    """(CPU seconds, wall seconds) of tf-keras-vis."""
    from tf_keras_vis.activation_maximization import ActivationMaximization
    from tf_keras_vis.utils.model_modifiers import ExtractIntermediateLayer
    from tf_keras_vis.utils.scores import CategoricalScore

    tool = ActivationMaximization(model, model_modifier=[ExtractIntermediateLayer(index_or_name=LAYER)], clone=True)
    seed = np.random.default_rng(0).uniform(0, 255, (count, 48, 48, 1)).astype(np.float32)
    score = CategoricalScore(list(range(count)))
    tool(score, seed_input=seed, steps=1, input_range=(0, 255))
    return measure(lambda: tool(score, seed_input=seed, steps=steps, input_range=(0, 255)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=100, help="steps of each ascent (default 100)")
    parser.add_argument("--filters", type=int, nargs="+", default=[16, 64], help="numbers of filters (default 16 64)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    args = parser.parse_args()

    model = build("report_cnn", normalisation="samplewise")
    rows = []
    for count in args.filters:
        cpu, wall, first = ours(model, count, args.steps)
        their_cpu, their_wall = theirs(model, count, args.steps)
        rows.append(
            {
                "filters": count,
                "steps": args.steps,
                "ours_cpu": round(cpu, 2),
                "ours_wall": round(wall, 2),
                "ours_first_step_cpu": round(first, 2),
                "tf_keras_vis_cpu": round(their_cpu, 2),
                "tf_keras_vis_wall": round(their_wall, 2),
                "ratio_cpu": round(their_cpu / cpu, 1),
                "ratio_wall": round(their_wall / wall, 1),
            }
        )
        if not args.json:
            print(
                f"{count:3} filters, {args.steps} steps: ours {cpu:.2f} s of CPU (and {first:.2f} for the first step), "
                f"tf-keras-vis {their_cpu:.2f} s: {their_cpu / cpu:.1f} times (wall: {their_wall / wall:.1f})",
                flush=True,
            )
    if args.json:
        print(json.dumps({"cpus": os.cpu_count(), "layer": LAYER, "rows": rows}, indent=1))


if __name__ == "__main__":
    main()
