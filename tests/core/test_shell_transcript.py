"""What commands print about three runs and a set of 126 pictures of noise, as accepted."""

import re
import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fer_core.cli import main
from tests.accepted import as_accepted, masked
from tests.conftest import REPO, tiny_faces

LINES = {
    "compare": "compare middling strong weak",
    "compare-merged": "compare strong weak --split public --merge angry+disgust --merge fear+sad",
    "compare-json": "compare weak strong --json",
    "data-info": "data info {data}",
    "data-export": "data export {data} {out}/copy.npz",
    "doubtful": "doubtful middling --at 10 --data {data}",
    "doubtful-by-one-ranking": "doubtful middling strong --split public --rank margin --csv {out}/doubtful.csv",
    "runs": "runs",
    "runs-filtered": "runs --filter private>0.3 --sort seed --group normalisation",
    "runs-markdown": "runs --markdown",
    "runs-json": "runs --json",
    "runs-mattered": "runs --mattered private",
    "evaluate": "evaluate tiny --data {data}",
    "evaluate-flipped": "evaluate tiny --data {data} --flip --split private --json",
    "export-card": "export weak --card",
    "fairness": "fairness tiny --factor glasses --people 2 --csv {out}/audit.csv",
    "features": "features --run tiny",
    "explain-methods": "explain --methods",
    "outliers": "outliers --by {pixels} --at 5 --data {data}",
    "robustness": "robustness tiny --data {data} --limit 7 --csv {out}/robustness.csv",
    "submit": "submit tiny --data {data} --out {out}/submission.csv",
    "sweep-table": "sweep report --table",
    "runs-kept-in-order": "runs --tag odd weak tiny; runs --note weak slow; runs --archive strong; runs --archived",
    "tags": "tags dark --data {data} --add 3 85 90; tags --data {data}; tags dark --data {data} --run middling",
    "verdicts": "verdicts --data {data}",
}  # fmt: skip
OF_A_NETWORK = {"evaluate", "evaluate-flipped", "fairness", "features", "outliers", "robustness", "submit"}


@pytest.mark.parametrize("name", LINES)
def test_a_command_prints_what_was_accepted(
    name: str, runs_root: Path, model_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    there = tiny_faces()
    votes = np.zeros((len(there), 10), np.uint8)
    votes[np.arange(len(there)), (there.labels.astype(int) * 3 + np.arange(len(there)) // 40) % 8] = 10
    np.savez(tmp_path / "tiny.npz", pixels=there.pixels, emotion=there.labels, usage=there.split, votes=votes)
    for name_of_run in ("weak", "middling", "strong"):
        (runs_root / name_of_run).rename(model_root / name_of_run)
    monkeypatch.setenv("FER_RUNS", str(model_root))
    monkeypatch.setenv("COLUMNS", "100")
    (tmp_path / "out").mkdir()
    named = {"data": tmp_path / "tiny.npz", "out": tmp_path / "out", "pixels": "'unlike the usual pixels'"}
    printed = [_printed(line.format(**named), capsys) for line in LINES[name].split("; ")]
    files = [f"\n{path.name}\n{path.read_text()}" for path in sorted((tmp_path / "out").glob("*.csv"))]
    written = "".join([LINES[name], *printed, *files]).replace(str(tmp_path), "(folder)")
    written = re.sub(r"opened in [\d.]+ s", "opened in (some) s", written)
    kept = REPO / "tests" / "core" / "transcripts" / f"{name}.txt"
    as_accepted(masked(written) if name in OF_A_NETWORK else written, kept)


def _printed(line: str, capsys: Any) -> str:
    ended = main(shlex.split(line))
    said = capsys.readouterr()
    return f"\nends with {ended}\n{said.out}{said.err}"
