"""Time left: steady, whatever the first batch took."""

import json

import numpy as np
import pytest

from fer_core.training import journal as journals
from fer_core.training.journal import Journal
from fer_core.training.pace import Pace
from fer_core.training.system_figures import NAMES, SystemFigures


def test_the_first_batch_does_not_count():
    """It takes 60 s, the others 2 s each; 10 batches an epoch, 3 epochs."""
    pace = Pace()
    pace.batch(1, started=100.0, now=160.0)
    assert pace.seconds_left(0, 3, 1, 10) is None
    pace.batch(2, 100.0, 162.0)
    pace.batch(4, 100.0, 166.0)
    assert pace.seconds_a_batch == 2.0
    assert pace.seconds_left(0, 3, 4, 10) == pytest.approx((0.6 + 2) * 20)
    pace.batch(10, 100.0, 178.0)
    pace.epoch(81.0)  # 78 s of training, 3 s of validation
    assert pace.lengths == [pytest.approx(81.0 - 58.0)]
    pace.batch(1, 181.0, 181.1)
    assert pace.seconds_left(1, 3, 1, 10) == pytest.approx((0.9 + 1) * 23.0)


def test_one_slow_epoch_moves_nothing():
    pace = Pace([20.0, 22.0, 300.0, 21.0, 20.0, 21.0])
    assert pace.seconds_left(6, 8, 5, 10) == pytest.approx(1.5 * 21.0)


def test_the_time_left_does_not_jump_between_epochs(tmp_path, monkeypatch):
    """What is written down for who watches: five epochs of five batches, the very first of which compiles for 40 s."""
    now = [1000.0]
    monkeypatch.setattr(journals.time, "time", lambda: now[0])
    journal, left = Journal(tmp_path), []
    for epoch in range(4):
        started = now[0]
        for batch in range(1, 6):
            now[0] += 42.0 if epoch == 0 and batch == 1 else 2.0
            journal.progress(epoch, 4, batch, 5, 32, started)
            left.append((now[0], json.loads((tmp_path / "progress.json").read_text())["seconds_left"]))
        now[0] += 1.0  # validation
        journal.add_epoch({"seconds": now[0] - started}, np.zeros(3), 0.5, True)
    end = now[0]
    assert left[0][1] is None
    for at, said in left[1:]:
        assert said == pytest.approx(end - at, abs=4.0)


def test_system_figures_are_those_of_this_process():
    figures = SystemFigures()
    sum(i * i for i in range(300_000))
    found = figures.of_epoch(640, 4.0)
    assert tuple(found) == NAMES
    assert found["images_per_second"] == 160.0
    assert found["cpu_percent"] > 0 and 20 < found["memory_mb"] < 1e6
