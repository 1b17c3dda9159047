"""A server without TensorFlow: every page stands, what needs TensorFlow says so, and networks answer by LiteRT."""

import json
import os
import subprocess
import sys

from pages.ui.listing import PAGES
from tests.conftest import REPO

WALK = """
import json, sys
sys.modules["tensorflow"] = sys.modules["keras"] = None  # as where they are not installed
from pathlib import Path
from streamlit.testing.v1 import AppTest
from pages.ui.listing import PAGES

app = AppTest.from_file("dashboard.py", default_timeout=300).run()
said = {}
for entry in PAGES:
    if entry is not PAGES[0]:
        app.switch_page(f"pages/{entry.name}.py").run()
    said[entry.name] = {
        "exceptions": [one.message for one in app.exception],
        "notes": [one.value for one in app.info],
        "errors": [one.value for one in app.error],
    }
lines = Path("/proc/self/status").read_text().splitlines() if Path("/proc/self/status").exists() else []
peak = [int(line.split()[1]) / 1000 for line in lines if line.startswith("VmHWM")]
print(json.dumps({"said": said, "peak": peak}))
"""

ASK = """
import sys
sys.modules["tensorflow"] = sys.modules["keras"] = None
import numpy as np
from fer_core.errors import FerError
from fer_core.reading.inference import Predictor
from fer_core.runs import load_run
from fer_core.runtime import import_keras

run = load_run("checkpoints/mini_xception")
assert run.has_model and run.can_predict and not run.can_be_opened
p = Predictor(run).probabilities(np.zeros((3, 48, 48), np.uint8))
assert p.shape == (3, 7) and np.allclose(p.sum(1), 1, atol=1e-4)
for ask in (import_keras, lambda: Predictor(load_run("checkpoints/report-final"))):
    try:
        ask()
    except FerError as error:
        print(error)
"""


def _light(script: str) -> str:
    environment = {**os.environ, "FER_LIGHT": "1", "FER_WARM": "0", "PYTHONPATH": str(REPO)}
    done = subprocess.run([sys.executable, "-c", script], cwd=REPO, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_networks_answer_and_what_can_not_says_why() -> None:
    said = _light(ASK).splitlines()
    assert "needs TensorFlow" in said[0] and "FER_LIGHT=1" in said[0]
    assert "'report-final' has no model.tflite" in said[1]


def test_every_page_stands_and_says_what_it_can_not() -> None:
    found = json.loads(_light(WALK).splitlines()[-1])
    for entry in PAGES:
        said = found["said"][entry.name]
        assert not said["exceptions"] and not said["errors"], (entry.name, said)
        stopped = any(note.startswith("This page needs TensorFlow") for note in said["notes"])
        assert stopped == entry.needs_tensorflow, entry.name
    assert sum(entry.needs_tensorflow for entry in PAGES) == 3
    assert not found["peak"] or found["peak"][0] < 700  # with the pages' test harness; docs/quality.md has the server's
