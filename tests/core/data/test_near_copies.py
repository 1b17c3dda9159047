"""Near copies: darker, shifted in contrast, recompressed; not merely alike."""

import cv2
import numpy as np

from fer_core.data.near_copies import difference_hash, near_copies


def smooth(count, seed):
    rng = np.random.default_rng(seed)
    noise = rng.normal(0, 1, (count, 48, 48)).astype(np.float32)
    blurred = np.stack([cv2.GaussianBlur(one, (0, 0), 3) for one in noise])
    return np.clip(128 + 160 * blurred, 0, 255).astype(np.uint8)


def test_darker_and_recompressed_pictures_are_found_and_others_are_not():
    pixels = smooth(30, 1)
    pixels[12] = (pixels[3] * 0.6 + 10).astype(np.uint8)
    pixels[25] = cv2.imdecode(cv2.imencode(".jpg", pixels[8], [cv2.IMWRITE_JPEG_QUALITY, 60])[1], cv2.IMREAD_GRAYSCALE)
    pixels[26] = pixels[8]
    pixels[[0, 1]] = 40  # one gray level: no copies of one another by any measure of form
    assert [group.tolist() for group in near_copies(pixels)] == [[8, 25, 26], [3, 12]]


def test_a_negative_is_no_copy():
    pixels = smooth(4, 2)
    pixels[3] = 255 - pixels[0]
    assert near_copies(pixels) == []


def test_the_hash_says_where_brightness_falls_along_a_row():
    falling = np.tile(np.linspace(240, 10, 48), (48, 1)).astype(np.uint8)
    assert difference_hash(np.stack([falling, falling[:, ::-1], falling.T])).mean(axis=1).tolist() == [1.0, 0.0, 0.0]
