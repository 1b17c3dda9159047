"""What FER+'s votes say of a picture."""

import numpy as np

from fer_core.data.votes import not_a_face


def test_no_face_needs_the_most_votes_and_at_least_one() -> None:
    votes = np.zeros((5, 10), np.uint8)
    votes[0, 9] = 6
    votes[1, [0, 9]] = 5  # a shared first place
    votes[2, [3, 9]] = (6, 4)
    votes[3, [8, 9]] = (9, 1)
    assert not_a_face(votes).tolist() == [True, True, False, False, False]
    assert not_a_face(votes[:0]).tolist() == []
