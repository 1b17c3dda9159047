"""On drawn faces it is known which pixels make the expression: is the map on them?"""

import numpy as np

from fer_core.saliency.regions import shares


def moved_share(importance: np.ndarray, moved: np.ndarray) -> tuple[float, float]:
    """The part of the map on the moved pixels and the part an even map would have there, 0 to 1 each.

    importance: (H, W), see `Method.importance`. moved: bool (H, W), see `fer_core.data.drawn.dataset.moved_pixels`.
    """
    moved = np.asarray(moved, bool)
    return shares(importance, {"moved": moved})["moved"], float(moved.mean())
