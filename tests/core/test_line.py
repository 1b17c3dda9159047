"""A line: so many at once, first come first served, the place known, bounded, and nobody who has gone holds it up."""

import pytest

from fer_core.errors import FerError
from fer_core.line import Line


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_places_count_down_in_the_order_of_coming() -> None:
    line = Line(at_once=2, most=9)
    assert [line.before(who) for who in "abcde"] == [0, 0, 1, 2, 3]
    line.leave("b")
    assert [line.before(who) for who in "acde"] == [0, 0, 1, 2]
    line.leave("d")
    line.leave("nobody")
    assert line.before("e") == 1
    assert line.before("b") == 2  # comes again, behind the others


def test_a_full_line_says_so_and_lets_those_in_it_be() -> None:
    line = Line(at_once=1, most=3)
    assert [line.before(who) for who in "abc"] == [0, 1, 2]
    with pytest.raises(FerError, match="3 computations wait here already"):
        line.before("d")
    assert line.before("c") == 2
    line.leave("a")
    assert line.before("d") == 2


def test_who_is_silent_has_gone_unless_at_work() -> None:
    clock = Clock()
    line = Line(at_once=1, most=9, patience=8, clock=clock)
    assert [line.before(who) for who in "abc"] == [0, 1, 2]
    with line.working("a"):
        clock.now = 7
        assert line.before("c") == 2
        clock.now = 10  # b was last heard of at 0
        assert line.before("c") == 1
        clock.now = 18
        assert line.before("c") == 1  # a works on
    clock.now = 25
    assert line.before("c") == 1  # heard of when the work ended, at 18
    clock.now = 27
    assert line.before("c") == 0


def test_the_place_survives_an_error_at_work_until_it_is_given_up() -> None:
    line = Line(at_once=1, most=9)
    line.before("a")
    with pytest.raises(ValueError), line.working("a"):
        raise ValueError
    assert line.before("b") == 1
    line.leave("a")
    assert line.before("b") == 0
