import numpy as np
import pytest

from fer_core.errors import FerError
from fer_core.evaluation import joined
from fer_core.runs import Predictions


def made(rows: list[int]) -> Predictions:
    probabilities = np.eye(7, dtype=np.float32)[np.array(rows) % 7]
    return Predictions(np.array(rows), np.array(rows, np.int8) % 7, probabilities)


def test_a_joined_split_is_offered_only_where_all_its_parts_are_there() -> None:
    assert joined.with_joined(["validation", "public", "private"])[-1] == "public and private"
    assert joined.with_joined(["validation", "public"]) == ["validation", "public"]


def test_parts_follow_one_another_and_a_row_counts_once() -> None:
    parts = {"public": made([4, 2]), "private": made([9, 4, 11])}
    found = joined.predictions("public and private", parts.__getitem__)
    assert found.rows.tolist() == [4, 2, 9, 11]
    assert found.labels.tolist() == [4, 2, 2, 4]
    assert found.predicted.tolist() == [4, 2, 2, 4]


def test_a_plain_split_is_read_as_it_is() -> None:
    part = made([1, 2])
    assert joined.predictions("public", {"public": part}.__getitem__) is part

    def missing(name: str) -> Predictions:
        raise FerError(f"no {name}")

    with pytest.raises(FerError, match="no public"):
        joined.predictions("public and private", missing)
