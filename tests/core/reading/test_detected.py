"""Whether a face is found in small pictures: in a drawn face it is, in an even surface it is not."""

import numpy as np

from fer_core.reading.detected import face_found


def test_a_face_is_found_and_an_even_surface_is_none():
    from fer_core.data.drawn.dataset import drawn_dataset

    faces = drawn_dataset(count=28, seed=3).pixels[:12]
    done = []
    assert face_found(faces).sum() >= 6
    even = np.full((64, 48, 48), 128, np.uint8)
    assert not face_found(even, progress=done.append).any()
    assert done == [1.0]
