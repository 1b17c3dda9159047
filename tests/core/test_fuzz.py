"""A small part of benchmarks/fuzz.py: no damaged file gets a traceback, much memory, or anything outside."""

import sys

import pytest

from benchmarks.fuzz import FINE, campaign

QUICK = ["data sets, uploaded", "pictures", "histories", "event files", "run folders", "lessons, sweeps, verdicts"]
"""Ways in that need no network and no page."""


@pytest.mark.skipif(sys.platform != "linux", reason="memory and time of the worker are read from /proc")
def test_damaged_files_are_taken_or_get_a_sentence() -> None:
    results = list(campaign(seed=5, files=90, names=QUICK, tricks=False))
    bad = [f"{way}, {case[0]}: {one.outcome}\n{one.words}" for way, case, one in results if one.outcome not in FINE]
    assert not bad, "\n".join(bad)
    outcomes = {one.outcome for _, _, one in results}
    assert outcomes == set(FINE) and len(results) >= 80
