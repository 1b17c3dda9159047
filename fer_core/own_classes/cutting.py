"""From a snapshot to the 48 x 48 gray pixels that a network sees."""

from fer_core import pictures
from fer_core.reading.faces import Square, cut, find_faces
from fer_core.types import Bytes


def cut_face(picture: Bytes, quick: bool = False) -> Bytes | None:
    """The largest face of a picture u8 (h, w, 3), cut as everywhere (`reading.faces`): u8 (48, 48), None for none.
    quick: for live frames."""
    found = find_faces(picture, quick=quick)
    return max(found, key=lambda face: face.square.side).crop if found else None


def cut_middle(picture: Bytes) -> Bytes:
    """The middle square of a picture u8 (h, w, 3): u8 (48, 48). For what is more than a face, a thumb beside it."""
    height, width = picture.shape[:2]
    return cut(pictures.gray(picture), Square(width / 2, height / 2, min(height, width)))
