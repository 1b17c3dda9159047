"""One writer a run."""

import os
from pathlib import Path

import pytest

from fer_core.errors import FerError
from fer_core.runs.lock import FOLDER, writing


def test_a_second_writer_is_told_who_writes_and_may_when_the_first_is_done(tmp_path: Path) -> None:
    with writing(tmp_path, "some"):
        assert (tmp_path / FOLDER / "some.lock").read_text() == str(os.getpid())
        with (
            pytest.raises(FerError, match=rf"'some' is being written by another process \(process {os.getpid()}\)"),
            writing(tmp_path, "some"),
        ):
            pass
        with writing(tmp_path, "other"):  # another run is nobody's business
            pass
    with writing(tmp_path, "some"):
        pass


def test_a_lock_that_says_nothing_of_a_process_is_told_without_one(tmp_path: Path) -> None:
    with writing(tmp_path, "some"):
        (tmp_path / FOLDER / "some.lock").write_text("?")
        with pytest.raises(FerError, match=r"by another process; wait"), writing(tmp_path, "some"):
            pass


def test_a_fault_gives_the_lock_back_and_what_a_dead_process_left_is_written_over(tmp_path: Path) -> None:
    with pytest.raises(ValueError), writing(tmp_path, "some"):
        raise ValueError
    (tmp_path / FOLDER / "some.lock").write_text("99999999999")
    with writing(tmp_path, "some"):
        assert (tmp_path / FOLDER / "some.lock").read_text() == str(os.getpid())
