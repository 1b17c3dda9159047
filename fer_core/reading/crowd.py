"""What is said where a picture holds more faces than are read."""

from collections.abc import Sequence


def left_out_words(left_out: int, read: int) -> str:
    """For one frame: "4 more faces, the smallest, were not read"; empty where none was left out."""
    if left_out < 1:
        return ""
    faces = "face, the smallest, was" if left_out == 1 else "faces, the smallest, were"
    return f"{left_out} more {faces} not read beside these {read}"


def crowded_words(left_out: Sequence[int], most: int) -> str:
    """For a video, from how many faces each frame had beyond those that are read: in how many frames there were too
    many, and how many at worst; empty where there were none."""
    crowded = [count for count in left_out if count > 0]
    if not crowded:
        return ""
    frames = "1 frame" if len(crowded) == 1 else f"{len(crowded):,} frames"
    return (
        f"In {frames} of {len(left_out):,} there were more than {most} faces: the {most} largest were read, up to "
        f"{max(crowded)} smaller ones were left out."
    )
