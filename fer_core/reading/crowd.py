"""What is said where a picture holds more faces than are read."""

from collections.abc import Sequence

from fer_core.languages import Sentence


def left_out_words(left_out: int, read: int) -> str:
    """For one frame: "4 more faces, the smallest, were not read"; empty where none was left out."""
    if left_out < 1:
        return ""
    return Sentence.counted(
        left_out,
        "{count} more face, the smallest, was not read beside these {read}",
        "{count} more faces, the smallest, were not read beside these {read}",
        read=read,
    )


def crowded_words(left_out: Sequence[int], most: int) -> str:
    """For a video, from how many faces each frame had beyond those that are read: in how many frames there were too
    many, and how many at worst; empty where there were none."""
    crowded = [count for count in left_out if count > 0]
    if not crowded:
        return ""
    return Sentence.counted(
        len(crowded),
        "In {count} frame of {frames:,} there were more than {most} faces: the {most} largest were read, up to {worst} "
        "smaller ones were left out.",
        "In {count:,} frames of {frames:,} there were more than {most} faces: the {most} largest were read, up to "
        "{worst} smaller ones were left out.",
        frames=len(left_out),
        most=most,
        worst=max(crowded),
    )
