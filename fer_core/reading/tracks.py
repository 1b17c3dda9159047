"""The faces of a video as a table, and two numbers made one person where the tracker lost somebody on the way."""

from dataclasses import replace
from typing import Any

from fer_core.errors import FerError
from fer_core.labels import CLASSES
from fer_core.languages import Sentence
from fer_core.reading.sure import UNSURE, name_of
from fer_core.reading.video import VideoReading


def rows(found: VideoReading, least: float = 0.0) -> list[dict[str, Any]]:
    """One row a face, those seen longest first: face, from and to (seconds), frames, the label it had most often and
    the share of its frames that had it, 0 to 1. least: see `fer_core.reading.sure`."""
    table = []
    for number in found.numbers():
        sights = found.of(number)
        named = [name_of(sight.probabilities, least) for sight in sights]
        most = max((*CLASSES, UNSURE), key=named.count)
        table.append(
            {
                "face": number,
                "from": round(sights[0].time, 2),
                "to": round(sights[-1].time, 2),
                "frames": len(sights),
                "most often": most,
                "share": named.count(most) / len(sights),
            }
        )
    return table


def merged(found: VideoReading, number: int, into: int) -> VideoReading:
    """The reading with the face `number` called `into` throughout; `found` stays as it is.

    Probabilities stay as they were smoothed while the two were apart. Raises FerError where a number is not there, or
    both faces are in one frame.
    """
    frames = {n: {sight.frame for sight in found.of(n)} for n in (number, into)}
    missing = [n for n, seen in frames.items() if not seen]
    if missing:
        raise FerError(Sentence("There is no face {number} in this video.", number=missing[0]))
    if number == into:
        raise FerError(Sentence("Choose two different faces."))
    both = frames[number] & frames[into]
    if both:
        when = min(sight.time for sight in found.sights if sight.frame in both)
        raise FerError(
            Sentence(
                "Faces {one} and {other} are both seen at {when:.1f} s, so they are two people.",
                one=number,
                other=into,
                when=when,
            )
        )
    sights = [replace(sight, number=into) if sight.number == number else sight for sight in found.sights]
    return replace(found, sights=sights)
