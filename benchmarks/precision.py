"""Whether bfloat16 trains as float32 does: the same seeds in both, ten epochs of a small network, curves side by side.

    python -m fer_core sweep benchmarks/precision.toml --root precision --data fer2013.csv
    python benchmarks/precision.py --collect precision   # writes docs/precision.csv from the runs, and the figure
    python benchmarks/precision.py                       # draws docs/precision.svg from docs/precision.csv again

Prints how far the two precisions of one seed lie apart, epoch by epoch on average, beside how far the two seeds of one
precision do: the first is to be within the second.
"""

import argparse
import json
from itertools import combinations
from pathlib import Path

import pandas as pd

DOCS = Path(__file__).resolve().parent.parent / "docs"
PANELS = {"val_accuracy": "validation accuracy", "val_loss": "validation loss"}
COLOURS = {"float32": "#0f766e", "bfloat16": "#b4632a"}
DASHES = {0: "", 1: 'stroke-dasharray="6 4"'}
LEFT, TOP, WIDTH, HEIGHT, GAP = 56, 64, 300, 200, 70


def collect(root: Path) -> pd.DataFrame:
    """One row a run and epoch, of all finished runs of a folder. Raises SystemExit where one is not finished."""
    found = []
    for path in sorted(root.glob("*/run.json")):
        told = json.loads(path.read_text(encoding="utf-8"))["training"]
        if told["epochs_run"] != told["epochs_asked"]:
            raise SystemExit(f"{path.parent.name} has not ended yet.")
        columns = pd.read_csv(path.with_name("history.csv"))
        found.append(columns[["epoch", *PANELS, "seconds"]].assign(precision=told["precision"], seed=told["seed"]))
    return pd.concat(found, ignore_index=True)


def apart(table: pd.DataFrame, column: str, fixed: str, varied: str) -> float:
    """How far runs that differ in `varied` alone lie apart in a column: mean of |difference| over epochs and pairs."""
    gaps = []
    for _, group in table.groupby(fixed):
        curves = [one.sort_values("epoch")[column].to_numpy() for _, one in group.groupby(varied)]
        gaps += [abs(a - b).mean() for a, b in combinations(curves, 2)]
    return float(sum(gaps) / len(gaps))


def draw(table: pd.DataFrame) -> str:
    """The figure as SVG: a panel for each of PANELS, a colour for each precision, dashes for the second seed."""
    width, height = LEFT + 2 * (WIDTH + GAP), TOP + HEIGHT + 50
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'font-family="system-ui, sans-serif" font-size="12" fill="#1e293b">',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    for i, ((precision, seed), _) in enumerate(table.groupby(["precision", "seed"])):
        x = LEFT + 170 * i
        parts.append(f'<path d="M{x} 16h28" stroke="{COLOURS[precision]}" stroke-width="2" {DASHES[seed]}/>')
        parts.append(f'<text x="{x + 34}" y="20">{precision}, seed {seed}</text>')
    for i, (column, title) in enumerate(PANELS.items()):
        parts += _panel(table, column, title, LEFT + i * (WIDTH + GAP))
    return "\n".join([*parts, "</svg>", ""])


def _panel(table: pd.DataFrame, column: str, title: str, x: int) -> list[str]:
    low, high, last = table[column].min(), table[column].max(), table["epoch"].max()

    def place(epoch: float, value: float) -> str:
        return f"{x + WIDTH * epoch / last:.1f} {TOP + HEIGHT * (high - value) / (high - low):.1f}"

    parts = [f'<text x="{x}" y="{TOP - 14}" font-weight="600">{title}</text>']
    for value in (low, (low + high) / 2, high):
        parts.append(f'<path d="M{place(0, value)}H{x + WIDTH}" stroke="#e2e8f0"/>')
        parts.append(f'<text x="{x - 6}" y="{place(0, value).split()[1]}" dy="4" text-anchor="end">{value:.2f}</text>')
    for epoch in range(0, int(last) + 1, 3):
        at = x + WIDTH * epoch / last
        parts.append(f'<text x="{at:.1f}" y="{TOP + HEIGHT + 20}" text-anchor="middle">{epoch + 1}</text>')
    parts.append(f'<text x="{x + WIDTH / 2}" y="{TOP + HEIGHT + 38}" text-anchor="middle">epoch</text>')
    for (precision, seed), curve in table.groupby(["precision", "seed"]):
        line = "L".join(place(row.epoch, getattr(row, column)) for row in curve.itertuples())
        colour = COLOURS[precision]
        parts.append(f'<path d="M{line}" fill="none" stroke="{colour}" stroke-width="2" {DASHES[seed]}/>')
    return parts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--collect", type=Path, help="folder of the sweep's runs")
    args = parser.parse_args()
    kept = DOCS / "precision.csv"
    if args.collect:
        collect(args.collect).round(6).to_csv(kept, index=False)
    table = pd.read_csv(kept)
    (DOCS / "precision.svg").write_text(draw(table), encoding="utf-8")
    print("| over ten epochs | precisions apart, one seed | seeds apart, one precision |\n|---|---:|---:|")
    for column, title in PANELS.items():
        between = apart(table, column, "seed", "precision"), apart(table, column, "precision", "seed")
        print(f"| {title} | {between[0]:.4f} | {between[1]:.4f} |")
    for precision, group in table.groupby("precision"):
        print(f"{precision}: {group['seconds'].median():.0f} s an epoch (median)")


if __name__ == "__main__":
    main()
