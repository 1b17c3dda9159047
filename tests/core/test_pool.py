"""Borrowed things: one thread's at a time, few kept, none after an error."""

import itertools

import pytest

from fer_core.pool import Pool


def test_what_is_given_back_is_lent_again_and_few_are_kept() -> None:
    made = itertools.count()
    pool = Pool(lambda: next(made), keep=2)
    with pool.borrow() as first, pool.borrow() as second, pool.borrow() as third:
        assert (first, second, third) == (0, 1, 2)  # nobody shares
    # given back in the order third, second, first; two are kept, the last of them is lent first
    with pool.borrow() as one, pool.borrow() as other, pool.borrow() as new:
        assert (one, other, new) == (1, 2, 3)


def test_what_an_error_came_over_is_not_lent_again() -> None:
    made = itertools.count()
    pool = Pool(lambda: next(made))
    with pytest.raises(ValueError), pool.borrow():
        raise ValueError
    with pool.borrow() as one:
        assert one == 1
