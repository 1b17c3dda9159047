"""Draws docs/trust.svg from the tables of docs/trust.md: what benchmarks/trust.py measured, as dots with their errors.

python benchmarks/trust_figure.py
"""

import re
from html import escape
from pathlib import Path

DOCS = Path(__file__).resolve().parent.parent / "docs"
PANELS = {
    "insertion": ("uncovering by the map", "area beyond random orders: right is better", (-0.5, 0.7)),
    "shuffled, last layer": ("last layer shuffled", "likeness that stays: near 0 is better", (-0.5, 1.0)),
    "noise": ("picture a little noisy", "likeness that stays: near 1 is better", (-0.1, 1.0)),
}
COLOURS = ("#0f766e", "#b4632a", "#475569")
LEFT, WIDTH, GAP, ROW, TOP = 220, 200, 44, 22, 78

Table = dict[str, dict[str, tuple[float, float]]]


def tables(text: str) -> dict[str, Table]:
    """Run -> method -> column -> (mean, standard error), of each section of docs/trust.md."""
    found = {}
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        lines = [line.strip("| \n").split(" | ") for line in section.splitlines() if line.startswith("| ")]
        head, rows = lines[0], lines[1:]
        found[section.split("\n")[0].strip()] = {
            row[0]: {
                name: tuple(float(part) for part in cell.split(" ± "))
                for name, cell in zip(head[1:], row[1:], strict=True)
                if "±" in cell
            }
            for row in rows
        }
    return found


def draw(found: dict[str, Table]) -> str:
    """The figure as SVG: a row for each method, a panel for each of PANELS, a colour for each run."""
    methods = list(next(iter(found.values())))
    height = TOP + ROW * len(methods) + 40
    width = LEFT + len(PANELS) * (WIDTH + GAP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="system-ui, sans-serif" font-size="12" fill="#1e293b">',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    for i, run in enumerate(found):
        x = LEFT + 150 * i
        parts.append(f'<circle cx="{x}" cy="16" r="5" fill="{COLOURS[i]}"/>')
        parts.append(f'<text x="{x + 10}" y="20">{escape(run)}</text>')
    for k, method in enumerate(methods):
        y = TOP + ROW * k
        parts.append(f'<text x="{LEFT - 12}" y="{y + 4}" text-anchor="end">{escape(method)}</text>')
        parts.append(f'<path d="M{LEFT} {y}H{width - GAP}" stroke="#e2e8f0"/>')
    for p, (column, (title, words, span)) in enumerate(PANELS.items()):
        parts += _panel(found, methods, column, LEFT + p * (WIDTH + GAP), title, words, span)
    return "\n".join([*parts, "</svg>", ""])


def _panel(
    found: dict[str, Table], methods: list[str], column: str, left: int, title: str, words: str, span: tuple
) -> list[str]:
    low, high = span
    bottom = TOP + ROW * (len(methods) - 1) + 12

    def place(value: float) -> float:
        return round(left + (min(max(value, low), high) - low) / (high - low) * WIDTH, 1)

    parts = [
        f'<text x="{left}" y="44" font-weight="600">{title}</text>',
        f'<text x="{left}" y="59" font-size="10" fill="#64748b">{words}</text>',
        f'<path d="M{place(0)} {TOP - 12}V{bottom}" stroke="#94a3b8" stroke-dasharray="3 3"/>',
    ]
    for tick in (low, 0.0, high) if low < -0.2 else (0.0, high):
        where = f'x="{place(tick)}" y="{bottom + 16}" text-anchor="middle"'
        parts.append(f'<text {where} font-size="10" fill="#64748b">{tick:g}</text>')
    for i, table in enumerate(found.values()):
        for k, method in enumerate(methods):
            if column not in table.get(method, {}):
                continue
            mean, error = table[method][column]
            y = TOP + ROW * k + 5 * (i - (len(found) - 1) / 2)
            parts.append(f'<path d="M{place(mean - error)} {y}H{place(mean + error)}" stroke="{COLOURS[i]}"/>')
            parts.append(f'<circle cx="{place(mean)}" cy="{y}" r="3.5" fill="{COLOURS[i]}"/>')
    return parts


def main() -> None:
    found = tables((DOCS / "trust.md").read_text(encoding="utf-8"))
    (DOCS / "trust.svg").write_text(draw(found), encoding="utf-8")
    print(f"wrote {DOCS / 'trust.svg'}: {', '.join(found)}")


if __name__ == "__main__":
    main()
