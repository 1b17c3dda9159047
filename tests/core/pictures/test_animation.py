"""Animated pictures: every frame in its order, its colours and its time."""

import io

import numpy as np
from PIL import Image, ImageSequence

from fer_core.pictures.animation import animated_gif


def read(data: bytes) -> tuple[list[np.ndarray], list[int], Image.Image]:
    picture = Image.open(io.BytesIO(data))
    frames = [(np.asarray(frame.convert("RGB")), frame.info["duration"]) for frame in ImageSequence.Iterator(picture)]
    return [frame for frame, _ in frames], [time for _, time in frames], picture


def test_frames_keep_their_order_and_the_last_one_stays() -> None:
    frames = [np.full((4, 6, 3), shade, np.uint8) for shade in (10, 120, 250)]
    shown, times, picture = read(animated_gif(frames, 90, 700))
    assert picture.size == (6, 4) and times == [90, 90, 700] and picture.info["loop"] == 0
    assert [int(frame.mean()) for frame in shown] == [10, 120, 250]


def test_a_coloured_frame_keeps_its_colour() -> None:
    red, blue = np.zeros((4, 6, 3), np.uint8), np.zeros((4, 6, 3), np.uint8)
    red[..., 0], blue[..., 2] = 255, 255
    shown, _, _ = read(animated_gif([red, blue]))
    assert shown[0][0, 0].tolist() == [255, 0, 0] and shown[1][0, 0].tolist() == [0, 0, 255]
