"""How many steps an ascent makes within its time, by a clock of the test's own."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from fer_core.features import ascent


class Numbers(np.ndarray):
    def numpy(self) -> np.ndarray:
        return np.asarray(self)


@pytest.mark.parametrize("seconds, made", [(None, 9), (2.5, 3), (0.0, 1), (100.0, 9)])
def test_steps_end_with_the_time_and_one_is_always_made(seconds: float | None, made: int, monkeypatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(ascent, "compiled_step", lambda model, plan: None)
    monkeypatch.setattr(ascent, "time", SimpleNamespace(monotonic=lambda: now[0]))

    def advance(run: Any, step: int, rate: float, maps: Any) -> Any:
        now[0] += 1.0
        return np.zeros(2).view(Numbers), np.zeros(2).view(Numbers)

    one: Any = SimpleNamespace(
        steps=0, _model=None, _plan=None, _maps=lambda: None, _history=[], _interval=2, settings=SimpleNamespace(rate=1)
    )
    one._chunks, kept = [SimpleNamespace(advance=advance)], []
    one._quantised, one._keep_frame = (lambda images: images), kept.append
    assert ascent.Ascent.step(one, 9, seconds) == made
    assert one.steps == len(one._history) == made and len(kept) == (made + 1) // 2
