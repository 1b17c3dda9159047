"""The audit by matched drawn faces: only the factor differs, and the numbers are those worked out by hand."""

import numpy as np
import pytest

from fer_core.cli import main
from fer_core.errors import FerError
from fer_core.evaluation import fairness
from fer_core.evaluation.fairness import FACTORS, Matched, compare, factor_of, matched, sentence, table
from fer_core.reading.inference import Predictor


@pytest.mark.parametrize("factor", FACTORS, ids=lambda factor: factor.name)
def test_the_sides_differ_and_a_person_is_the_same_for_every_number(factor) -> None:
    pairs, more = matched(factor, 2, seed=3), matched(factor, 3, seed=3)
    assert pairs.low.shape == (14, 48, 48) and list(pairs.labels[:8]) == [0, 1, 2, 3, 4, 5, 6, 0]
    assert (pairs.low != pairs.high).any(axis=(1, 2)).all()
    assert np.array_equal(more.high[:14], pairs.high)


def test_glasses_leave_the_mouth_as_it_is() -> None:
    pairs = matched(factor_of("glasses"), 3)
    assert np.array_equal(pairs.low[:, 36:], pairs.high[:, 36:])


def test_a_pair_is_drawn_alone_as_among_the_others() -> None:
    factor = factor_of("turn")
    pairs = matched(factor, 3, seed=5)
    low, high = fairness.pair(factor, 16, seed=5)
    assert np.array_equal(low, pairs.low[16]) and np.array_equal(high, pairs.high[16])
    assert fairness.pair(factor, 16, seed=5, size=96)[1].shape == (96, 96)


def one_hot(classes) -> np.ndarray:
    return np.eye(7)[classes]


def pairs_of(people: int) -> Matched:
    blank = np.zeros((7 * people, 48, 48), np.uint8)
    return Matched(FACTORS[0], blank, blank, np.tile(np.arange(7), people))


def test_shares_are_those_counted_by_hand() -> None:
    pairs = pairs_of(2)
    low = one_hot(pairs.labels)
    high = low.copy()
    high[3] = np.eye(7)[5]  # happy becomes surprise: the answer changes, wholly
    high[8] = 0.6 * np.eye(7)[1] + 0.4 * np.eye(7)[2]  # four tenths move, the answer stays
    found = compare(pairs, low, high)
    assert found["most"] == 3
    assert found["pairs"] == 14 and found["changed"] == pytest.approx(1 / 14)
    assert found["moved"] == pytest.approx((1.0 + 0.4) / 14)
    assert (found["right_low_side"], found["right_high_side"]) == (1.0, pytest.approx(13 / 14))
    assert found["right"] == pytest.approx(-1 / 14) and found["p"] == 1.0
    assert found["changed_low"] == 0.0 and found["changed_high"] == pytest.approx(1 / 7)


def test_no_change_at_all_has_an_interval_all_the_same() -> None:
    pairs = pairs_of(20)
    found = compare(pairs, one_hot(pairs.labels), one_hot(pairs.labels))
    assert found["changed"] == 0 and 0.02 < found["changed_high"] < 0.04 and found["p"] == 1.0


def test_a_person_counts_once_in_the_test() -> None:
    """Two persons can't make a small p, whatever their fourteen pictures do: 2 of 4 ways of signs are as extreme."""
    pairs = pairs_of(2)
    found = compare(pairs, one_hot(pairs.labels), one_hot((pairs.labels + 1) % 7))
    assert found["right"] == -1.0 and found["p"] == pytest.approx(0.5, abs=0.03)


def test_holm_corrects_over_the_factors_and_the_sentence_names_the_worst() -> None:
    base = {"low": "a", "high": "glasses", "pairs": 14, "moved": 0.1, "right": -0.2}
    frame = table(
        [
            {**base, "factor": "skin", "changed": 0.1, "p": 0.04},
            {**base, "factor": "glasses", "changed": 0.4, "p": 0.01},
        ]
    )
    assert list(frame["factor"]) == ["glasses", "skin"] and list(frame["holm"]) == [0.02, 0.04]
    assert sentence(frame).startswith(
        "Glasses alone: 40% of the answers change; it is right less often with glasses (-20%)"
    )
    assert "nothing" in sentence(table([])).lower()


def test_bad_questions_are_sentences() -> None:
    with pytest.raises(FerError, match="2 to 500 people, not 1"):
        matched(FACTORS[0], 1)
    with pytest.raises(FerError, match=r"no factor 'sex'; there are skin.*Not among them: sex"):
        factor_of("sex")


def test_the_command_says_first_what_drawings_can_show(capsys, tmp_path) -> None:
    assert main(["fairness", "drawn", "--factor", "glasses", "--people", "2", "--csv", str(tmp_path / "a.csv")]) == 0
    said = capsys.readouterr().out
    assert said.startswith(fairness.FIRST_SENTENCE) and "glasses" in said and "Not audited: sex" in said
    head, row = (tmp_path / "a.csv").read_text().strip().splitlines()
    assert head.startswith("run,factor,low,high,pairs") and row.startswith("drawn,glasses,no glasses,glasses,14")


def test_the_lesson_tells_what_the_shipped_network_does() -> None:
    """Lesson 5: glasses change 41 of 100 answers of `compact`, 32 to 49, and it is right less often by 15 points."""
    ask = Predictor("compact").probabilities
    (_, found) = next(iter(fairness.audit(ask, [factor_of("glasses")])))
    assert [round(found[name], 2) for name in ("changed", "changed_low", "changed_high", "right")] == [
        0.41, 0.32, 0.49, -0.15,
    ]  # fmt: skip
