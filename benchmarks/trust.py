"""Which maps deserve trust: all methods on a sample of a run's test pictures, as one table.

    python benchmarks/trust.py --run compact                     # 16 pictures; some minutes on two cores
    python benchmarks/trust.py --run compact --count 50 --write  # its section of docs/trust.md

Pictures are drawn at random (seed 0) from the run's last split; the class explained is the predicted one. On drawn
faces, of which 32 are asked too, it is known which pixels make the expression.
"""

import argparse
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from fer_core import saliency
from fer_core.commands.common import open_data
from fer_core.runs import find_run, load_model
from fer_core.saliency.completeness import completeness
from fer_core.saliency.targets import target_weights
from fer_core.saliency.trust import curve, moved_share, randomisation
from fer_core.saliency.trust.sensitivity import sensitivity

DRAWN_FACES = 32
HEAD = """# Which maps deserve trust

![The tables below as dots](trust.svg)

Each section is written by `python benchmarks/trust.py`, the figure by `python benchmarks/trust_figure.py`. The
predicted class is explained. Each cell is the mean, with its standard error after ±. Rows are measured one by one,
on the same pictures; a method without a row was not measured.

- **deletion, insertion**: area by which the curve beats random orders of the same pixels (positive is better).
- **shuffled**: rank correlation of the map with that of the same network, its last layer's (then all layers') weights
  shuffled. Near 0: the map is the network's. Near 1: the map is the picture's.
- **noise**: rank correlation with the maps of the picture plus noise of 2% (about 5 gray levels).
- **moved**: share of the map on the pixels that a drawn face's expression moved, over their share of the area, for the
  drawn class on {drawn} drawn faces, the first of the drawn set (a run trained on that set knows most of them).
- **gap**: of methods that promise that their pixels add up to a difference in score, what the sum is off by, as a share
  of that difference: the median picture's, and the worst one's. Empty where nothing is promised or it was not measured.
- **s**: seconds a picture (wall clock, whatever else the machine did); see benchmarks/saliency.py for speed.
"""
SECTION = """## {run} on {data}

Measured by `{command}`: {count} pictures of {data}, split {split}, drawn at random; network {model}.

| method | deletion | insertion | shuffled, last layer | shuffled, all | noise | moved | gap | s |
|---|---|---|---|---|---|---|---|---|"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", required=True, help="name of a run with a model, or its folder")
    parser.add_argument("--root", help="folder of runs (default: FER_RUNS, then checkpoints/)")
    parser.add_argument("--data", help="data set: a path, or 'drawn' (default: what the run was trained on)")
    parser.add_argument("--count", type=int, default=16, help="pictures (default 16)")
    parser.add_argument("--method", action="append", help="only this method; may be given several times")
    parser.add_argument("--write", action="store_true", help="write docs/trust.md")
    args = parser.parse_args()
    run = find_run(args.run, args.root)
    images, where = sample(args, run)
    model = load_model(run)
    network = saliency.network_for(model)
    weights = target_weights(None, network.logits(images))
    chance = [random_areas(network, image, w) for image, w in zip(images, weights, strict=True)]
    command = f"python benchmarks/trust.py --run {run.name} --count {args.count}"
    lines = SECTION.format(
        command=command, count=len(images), run=run.name, model=run.config["model"]["name"], **where
    ).splitlines()
    print("\n".join(lines), flush=True)
    for name in args.method or saliency.names():
        lines.append(row(name, model, network, images, weights, np.array(chance)))
        print(lines[-1], flush=True)
    if args.write:
        order = [saliency.get(name).label for name in saliency.names()]
        path = Path(__file__).resolve().parent.parent / "docs" / "trust.md"
        path.parent.mkdir(exist_ok=True)
        before = path.read_text(encoding="utf-8") if path.is_file() else ""
        path.write_text(with_section(before, lines, order), "utf-8")


def with_section(text: str, lines: list[str], order: list[str]) -> str:
    """docs/trust.md with this section new or in the place of the older one of its title.

    Rows of methods that were not measured now stay as they were where they are of the same command; `order`: labels.
    """
    sections = {part.splitlines()[0]: part.strip() for part in text.split("\n## ")[1:]}
    title = lines[0].removeprefix("## ")
    head, rows = [line for line in lines if not _label(line)], [line for line in lines if _label(line)]
    older = sections.get(title, "").splitlines()
    if [line for line in older if not _label(line)][1:] == head[1:]:
        now = {_label(line) for line in rows}
        rows += [line for line in older if _label(line) and _label(line) not in now]
    rows.sort(key=lambda line: order.index(_label(line)) if _label(line) in order else len(order))
    sections[title] = "\n".join([*head, *rows]).removeprefix("## ")
    return "\n".join([HEAD.format(drawn=DRAWN_FACES), *(f"## {part}\n" for part in sections.values())])


def _label(line: str) -> str:
    """The method of a row of the table; empty for any other line."""
    cells = line.split(" | ")
    return cells[0].removeprefix("| ") if line.startswith("| ") and "±" in line else ""


def sample(args: argparse.Namespace, run: Any) -> tuple[np.ndarray, dict[str, str]]:
    """Pictures f32 (N, 48, 48, 1) and what they are called."""
    data = open_data(args.data or ("drawn" if run.dataset_name == "drawn" else None))
    split = next(name for name in ("private", "test", "public", "train") if data.has(name))
    pixels = data.subset(split).pixels
    chosen = np.random.default_rng(0).choice(len(pixels), min(args.count, len(pixels)), replace=False)
    return saliency.as_images(pixels[chosen]), {"data": data.name, "split": split}


def random_areas(network: Any, image: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """Areas of deletion and insertion in random order: the mean of eight."""
    anything = np.zeros(image.shape[:2])
    return tuple(curve(network, image, weights, anything, k, random_orders=8).random_area for k in KINDS)


KINDS = ("deletion", "insertion")


def row(name: str, model: Any, plain: Any, images: np.ndarray, weights: np.ndarray, chance: np.ndarray) -> str:
    """One line of the table."""
    method = saliency.get(name)()
    network = saliency.network_for(model, method.rule)
    method.maps(network, images[:1], weights[:1])  # compiles
    start = time.perf_counter()
    maps = method.maps(network, images, weights)
    seconds = (time.perf_counter() - start) / len(images)
    importance = method.importance(maps)
    told = completeness(method, network, images, weights, maps)
    areas = np.array([
        [curve(plain, x, w, m, kind, random_orders=0).area for kind in KINDS]
        for x, w, m in zip(images, weights, importance, strict=True)
    ])  # fmt: skip
    steps = [list(randomisation(model, x[None], w[None], method, 0, 2)) for x, w in zip(images, weights, strict=True)]
    noise = [sensitivity(network, x, w, method, copies=3).mean() for x, w in zip(images, weights, strict=True)]
    cells = [
        words(chance[:, 0] - areas[:, 0]),
        words(areas[:, 1] - chance[:, 1]),
        words([s[0].correlation for s in steps]),
        words([s[-1].correlation for s in steps]),
        words(noise),
        words(moved(method, network)),
        f"{np.median([c.gap for c in told]):.1%}, {max(c.gap for c in told):.1%}" if told else "",
        f"{seconds:.3f}",
    ]
    return f"| {method.label} | " + " | ".join(cells) + " |"


def moved(method: Any, network: Any) -> list[float]:
    """Density on the moved pixels of drawn faces, 1.0 for an even map; neutral faces have none and are left out."""
    from fer_core.data.drawn.dataset import drawn_with_masks

    data, masks = drawn_with_masks(DRAWN_FACES * 7 // 6 + 7)
    chosen = np.flatnonzero((data.labels != 6) & (masks.sum(axis=(1, 2)) > 0))[:DRAWN_FACES]
    weights = np.eye(7, dtype=np.float32)[data.labels[chosen]]
    importance = method.importance(method.maps(network, saliency.as_images(data.pixels[chosen]), weights))
    pairs = [moved_share(m, masks[i]) for m, i in zip(importance, chosen, strict=True)]
    return [share / area for share, area in pairs]


def words(values: Any) -> str:
    """Mean ± standard error."""
    values = np.asarray(values, np.float64)
    error = values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else 0.0
    return f"{values.mean():.2f} ± {error:.2f}"


if __name__ == "__main__":
    main()
