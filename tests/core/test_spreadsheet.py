"""Cells that begin like a formula are text; numbers stay numbers."""

import io

import numpy as np
import pandas as pd
import pytest

from fer_core.spreadsheet import csv_text, plain_cell


@pytest.mark.parametrize("text", ["=1+1.png", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "+", "-x"])
def test_a_formula_becomes_text(text: str) -> None:
    assert plain_cell(text) == f"'{text}"


@pytest.mark.parametrize("value", ["-3.5", "+1e9", "a=1", "", "photo.png", -3.5, 7, None, float("nan"), True])
def test_numbers_and_plain_texts_stay(value: object) -> None:
    assert plain_cell(value) is value


def test_a_table_with_formulas_everywhere() -> None:
    frame = pd.DataFrame({"=name": ["=1+1.png", "b.png"], "x": [-1.5, 2.0], "many": pd.Categorical(["@a", "b"])})
    assert csv_text(frame) == "'=name,x,many\n'=1+1.png,-1.5,'@a\nb.png,2.0,b\n"
    assert frame.columns[0] == "=name" and frame.iloc[0, 0] == "=1+1.png"  # the table itself is left alone


def test_the_index_and_two_columns_of_one_name() -> None:
    frame = pd.DataFrame([["=a", -1], ["b", 2]], index=pd.Index(["-run", "c"], name="run"), columns=["x", "x"])
    assert csv_text(frame, index=True) == "run,x,x\n'-run,'=a,-1\nc,b,2\n"


def test_values_come_back_as_they_were() -> None:
    frame = pd.DataFrame({"a": np.array([0.1, -2e-9]), "b": [True, False], "c": [1, -2], "d": ["x", None]})
    pd.testing.assert_frame_equal(pd.read_csv(io.StringIO(csv_text(frame))), frame, check_dtype=False)
