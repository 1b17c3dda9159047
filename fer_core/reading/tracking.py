"""The same face from frame to frame: stable numbers, and probabilities that don't flicker."""

import math
from dataclasses import dataclass, field

import numpy as np

from fer_core.reading.faces import overlap
from fer_core.reading.looks import OTHER_BELOW, SAME_ABOVE, likeness

_FORGET = 1.5  # seconds without being seen after which a face's number is not given to it again,
_MISSED = 5  # and as many frames: on a slow machine a second and a half may hold a single frame
_NEAR = 0.6  # how far a centre may move between frames, in sides of the box, and still be the same face
_BRIEF = 0.5  # seconds within which a face can't change into another one
_AGE = 2.0  # what each second without being seen adds to the cost of taking a face for that one


@dataclass
class Track:
    """One face over time.

    Attributes:
        number: from 1, in order of appearance; never given twice in one session.
        box: x, y, width, height where it was last seen, in pixels.
        seen: when, in seconds.
        elapsed: seconds between the last two times it was seen.
        missed: frames since it was seen.
        probabilities: f64 (7,), smoothed, or None before the first.
        look: the crop's thumbnail (see `fer_core.reading.looks`) when it was last seen, or None.
        doubted: whether it may have become somebody else since, so that only a face that looks the same is it.
    """

    number: int
    box: tuple[float, float, float, float]
    seen: float
    elapsed: float = 0.0
    missed: int = 0
    probabilities: np.ndarray | None = None
    look: np.ndarray | None = None
    doubted: bool = False


@dataclass
class Tracker:
    """Gives faces their numbers, by overlap and nearness to where each was last seen.

    Attributes:
        smoothing: time constant in seconds of the exponential average over a face's probabilities; 0 for none.
            After that time a change has arrived by 63%.
        tracks: the faces seen lately.
    """

    smoothing: float = 0.5
    tracks: list[Track] = field(default_factory=list)
    _next: int = 1

    def update(
        self, boxes: list[tuple[float, float, float, float]], time: float, looks: list[np.ndarray] | None = None
    ) -> list[Track]:
        """The track of each box, in the order of the boxes; new ones where none fits.

        Args:
            boxes: x, y, width, height in pixels.
            time: in seconds, not falling from call to call.
            looks: a thumbnail of each crop: a face that looks like somebody else from one moment to the next is.
        """
        for track in self.tracks:
            track.missed += 1
        self.tracks = [track for track in self.tracks if time - track.seen <= _FORGET or track.missed <= _MISSED]
        partners = self._match(boxes, time, looks)
        result = []
        for i, box in enumerate(boxes):
            track = partners.get(i) or self._new(box, time)
            track.box, track.elapsed, track.seen, track.missed = box, time - track.seen, time, 0
            track.doubted = False
            track.look = None if looks is None else looks[i]
            result.append(track)
        return result

    def smooth(self, track: Track, probabilities: np.ndarray) -> np.ndarray:
        """Takes a face's new probabilities (f32 (7,)) in after `update`, and returns the smoothed ones,
        f64 (7,).

        p <- p + (1 - exp(-dt / smoothing)) (new - p), so that the result does not depend on the frame rate.
        """
        fresh = np.asarray(probabilities, dtype=np.float64)
        if track.probabilities is None or self.smoothing <= 0:
            track.probabilities = fresh
        else:
            gain = -math.expm1(-max(0.0, track.elapsed) / self.smoothing)
            track.probabilities = track.probabilities + gain * (fresh - track.probabilities)
        return track.probabilities

    def cut(self) -> None:
        """Ends all tracks: the scene has changed, and whoever stands where somebody stood is somebody else."""
        self.tracks = []

    def doubt(self) -> None:
        """The scene may have changed: a track goes on only in a face that looks the same."""
        for track in self.tracks:
            track.doubted = True

    def _new(self, box: tuple[float, float, float, float], time: float) -> Track:
        track = Track(self._next, box, time)
        self._next += 1
        self.tracks.append(track)
        return track

    def _match(
        self, boxes: list[tuple[float, float, float, float]], time: float, looks: list[np.ndarray] | None
    ) -> dict[int, Track]:
        """Box position -> track. Faces seen in the frame before are given their boxes first; those lost on the way
        get what is left."""
        fresh = [track for track in self.tracks if track.missed == 1]
        lost = [track for track in self.tracks if track.missed > 1]
        found = _assigned(boxes, list(range(len(boxes))), fresh, time, looks)
        left = [i for i in range(len(boxes)) if i not in found]
        return found | _assigned(boxes, left, lost, time, looks)


def _assigned(
    boxes: list[tuple[float, float, float, float]],
    places: list[int],
    tracks: list[Track],
    time: float,
    looks: list[np.ndarray] | None,
) -> dict[int, Track]:
    """Box position -> track, at the least total cost (Kuhn 1955), of pairs that may belong together."""
    if not places or not tracks:
        return {}
    from scipy.optimize import linear_sum_assignment

    cost = np.array([[_cost(track.box, boxes[i]) + _AGE * (time - track.seen) for track in tracks] for i in places])
    for row, i in enumerate(places):
        for column, track in enumerate(tracks):
            if looks is not None and _is_other(track, looks[i], time):
                cost[row, column] = _IMPOSSIBLE
    rows, columns = linear_sum_assignment(cost)
    return {places[i]: tracks[j] for i, j in zip(rows, columns, strict=True) if cost[i, j] < _IMPOSSIBLE}


_IMPOSSIBLE = 1e3


def _is_other(track: Track, look: np.ndarray, time: float) -> bool:
    if track.look is None:
        return track.doubted
    least = SAME_ABOVE if track.doubted else OTHER_BELOW
    return (track.doubted or time - track.seen <= _BRIEF) and likeness(track.look, look) < least


def _cost(old: tuple[float, float, float, float], new: tuple[float, float, float, float]) -> float:
    """0 for the same box, up to 2 for the least likely pair that may still be one face, else _IMPOSSIBLE."""
    side = (old[3] + new[3]) / 2
    across = (old[0] + old[2] / 2) - (new[0] + new[2] / 2)
    down = (old[1] + old[3] / 2) - (new[1] + new[3] / 2)
    distance = math.hypot(across, down) / side
    if distance > _NEAR or not 0.5 <= new[3] / old[3] <= 2:
        return _IMPOSSIBLE
    return distance + 1 - overlap(old, new)
