"""Where the numbers in a block of text stand and what they are, by arithmetic on its bytes as an array.

A byte is a digit where `byte - 48 < 10` (in u8, so that all smaller bytes wrap to large ones), a number ends where a
digit is followed by none, and its value is the digit there, plus ten times the digit before it, plus a hundred times
the one before that. Picking the ends out costs more than the arithmetic: it is done on pairs of bytes, of which at
most one can end a number.
"""

from dataclasses import dataclass

import numpy as np

_SPACE, _ZERO = 32, 48


@dataclass(frozen=True)
class Numbers:
    """The numbers of a block of bytes.

    `pairs`, i64 (V,): the pair of bytes (their position halved) in which each number ends; `values`, u16 (V,): its
    value modulo 256 in the lower byte, something else in the upper one; `strange`, i64: where neither digits nor
    blanks stand; `above`: some number is larger than 259.
    """

    pairs: np.ndarray
    values: np.ndarray
    strange: np.ndarray
    above: bool

    def before(self, starts: np.ndarray) -> np.ndarray:
        """How many numbers end before each place at which a field starts, i64."""
        return np.searchsorted(self.pairs, starts >> 1)

    def up_to(self, ends: np.ndarray) -> np.ndarray:
        """How many numbers end before each place at which a field has ended, i64."""
        return np.searchsorted(self.pairs, (ends + 1) >> 1)


class Finder:
    """Finds numbers. Keeps its work space between blocks: asking the system for fresh pages for every intermediate
    result takes longer than the arithmetic."""

    def __init__(self) -> None:
        self._space = np.empty((5, 0), np.uint8)

    def find(self, raw: np.ndarray) -> Numbers:
        """The numbers of raw bytes, u8 (B,)."""
        size = len(raw)
        room = -(-size // 8) * 8
        if self._space.shape[1] < room:
            self._space = np.empty((5, -(-(room + room // 4) // 64) * 64), np.uint8)
        self._space[:, size:room] = 0
        space = self._space[:, :room]
        strange = self._strange(raw, space)
        pairs = self._ends(space, size)
        values = self._values(space, size).take(pairs, mode="clip")  # quicker than "raise"; none is outside
        _, is_digit, _, tens, _ = space
        np.multiply(tens, is_digit, out=tens)
        return Numbers(pairs, values, strange, bool(tens.max(initial=0) > 25))

    @staticmethod
    def _strange(raw: np.ndarray, space: np.ndarray) -> np.ndarray:
        """Fills digits and is_digit; where neither digits nor blanks stand, looked for eight bytes at a time."""
        size = len(raw)
        digits, is_digit, mask, _, _ = space
        np.subtract(raw, _ZERO, out=digits[:size])
        np.less(digits[:size], 10, out=is_digit[:size].view(bool))
        np.not_equal(raw, _SPACE, out=mask[:size].view(bool))
        np.greater(mask, is_digit, out=mask.view(bool))
        words = np.flatnonzero(mask.view(np.uint64) != 0)
        places = np.flatnonzero(mask.reshape(-1, 8)[words])
        strange: np.ndarray = words[places >> 3] * 8 + (places & 7)
        return strange

    @staticmethod
    def _ends(space: np.ndarray, size: int) -> np.ndarray:
        """The pairs in which a number ends; leaves the mask of ends behind."""
        _, is_digit, mask, _, values = space
        np.greater(is_digit[: size - 1], is_digit[1:size], out=mask[: size - 1].view(bool))
        mask[size - 1] = is_digit[size - 1]
        mask[size:] = 0
        found = values[: len(values) // 2].view(bool)
        np.not_equal(mask.view(np.uint16), 0, out=found)
        return np.flatnonzero(found)

    @staticmethod
    def _values(space: np.ndarray, size: int) -> np.ndarray:
        """For each pair of bytes the value of the number that ends in it, u16 (room / 2,), of which the lower byte
        counts. Values are worked out at every byte and picked up once."""
        digits, is_digit, mask, tens, values = space
        np.multiply(digits, is_digit, out=digits)
        np.multiply(digits[:-2], is_digit[1:-1], out=tens[2:])
        tens[:2] = 0
        np.multiply(tens, 10, out=tens)
        np.add(tens[1:], digits[:-1], out=tens[1:])
        np.multiply(tens, 10, out=values)
        np.add(values, digits, out=values)
        np.multiply(values, mask, out=values)
        np.add(values[:-1], values[1:], out=mask[:-1])  # one of the two is 0
        pairs: np.ndarray = mask.view(np.uint16)
        return pairs


def large_numbers(raw: np.ndarray) -> np.ndarray:
    """Where in raw bytes u8 (B,) numbers end that have four digits or more or are above 255, i64; for the few blocks
    in which a sum does not come out."""
    is_digit = (raw - _ZERO) < 10
    digits = np.where(is_digit, raw - _ZERO, 0).astype(np.int32)
    before = np.zeros((3, len(raw)), np.int32)
    run = is_digit.copy()
    for back in (1, 2, 3):  # the digits one, two and three places before, as long as they belong to the same number
        run = run & np.concatenate((np.zeros(back, bool), is_digit[:-back]))
        before[back - 1, back:] = digits[:-back]
        before[back - 1] *= run
    ends = is_digit & ~np.append(is_digit[1:], False)
    values = digits + 10 * before[0] + 100 * before[1]
    return np.flatnonzero(ends & ((values > 255) | run))
