"""A picture read: its faces, what each run says of them, and the tables that can be taken along."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from fer_core.labels import CLASSES
from fer_core.reading.faces import Face, find_faces
from fer_core.reading.inference import Predictor
from fer_core.reading.sure import name_of

NO_FACE = "no face found"


@dataclass(frozen=True)
class Reading:
    """What was read in one picture.

    Attributes:
        name: the picture's.
        size: width and height in pixels.
        faces: from left to right; face i is shown as number i + 1. Empty where none was found.
        probabilities: run name -> f32 (N, 7), a row a face, calibrated.
    """

    name: str
    size: tuple[int, int]
    faces: list[Face]
    probabilities: dict[str, np.ndarray]

    @property
    def crops(self) -> np.ndarray:
        """What the network saw, u8 (N, 48, 48)."""
        return _crops(self.faces)


def read_picture(
    picture: np.ndarray,
    name: str,
    predictors: Sequence[Predictor],
    flip: bool = False,
    level: bool = True,
    whole: bool = False,
    doubtful: bool = True,
) -> Reading:
    """Finds the faces of u8 (h, w, 3) RGB and asks each run about them; `flip`, `level`, `whole` as in the callees.

    doubtful: whether faces that are too small or too blurred to be believed are kept.
    """
    faces = [face for face in find_faces(picture, level=level, whole=whole) if doubtful or not face.doubt]
    crops = _crops(faces)
    probabilities = {each.run.name: each.probabilities(crops, flip=flip) for each in predictors}
    return Reading(name, (picture.shape[1], picture.shape[0]), faces, probabilities)


def _crops(faces: list[Face]) -> np.ndarray:
    return np.stack([face.crop for face in faces]) if faces else np.zeros((0, 48, 48), np.uint8)


def rows(reading: Reading, least: Mapping[str, float] | None = None) -> list[dict[str, Any]]:
    """One row for each face and run: picture, face, found_by, score (YuNet's, else empty), turned (degrees), doubt,
    box, run, predicted (the likeliest class), shown (that class, or "not sure" below the run's probability in
    `least`, see `fer_core.reading.sure`), and a column for each class. A picture without a face has one row that says
    so."""
    if not reading.faces:
        return [{"picture": reading.name, "face": None, "found_by": NO_FACE}]
    table = []
    for number, face in enumerate(reading.faces, 1):
        for run, probabilities in reading.probabilities.items():
            p = probabilities[number - 1]
            x, y, width, height = (round(value, 1) for value in face.box)
            table.append(
                {
                    "picture": reading.name,
                    "face": number,
                    "found_by": face.how,
                    "score": None if face.score is None else round(face.score, 3),
                    "turned": face.turned,
                    "doubt": face.doubt,
                    "x": x,
                    "y": y,
                    "width": width,
                    "height": height,
                    "run": run,
                    "predicted": CLASSES[int(p.argmax())],
                    "shown": name_of(p, (least or {}).get(run, 0.0)),
                    **{name: round(float(p[i]), 4) for i, name in enumerate(CLASSES)},
                }
            )
    return table


def as_record(reading: Reading) -> dict[str, Any]:
    """The reading as plain data for JSON: positions in pixels, probabilities by run and class."""
    faces = []
    for number, face in enumerate(reading.faces, 1):
        faces.append(
            {
                "face": number,
                "found_by": face.how,
                "score": None if face.score is None else round(face.score, 4),
                "turned": face.turned,
                "doubt": face.doubt,
                "box": [round(value, 1) for value in face.box],
                "crop_corners": np.round(face.square.corners(), 1).tolist(),
                "points": None if face.points is None else np.round(face.points.astype(float), 1).tolist(),
                "probabilities": {
                    run: {name: round(float(p[number - 1, i]), 6) for i, name in enumerate(CLASSES)}
                    for run, p in reading.probabilities.items()
                },
            }
        )
    return {"picture": reading.name, "width": reading.size[0], "height": reading.size[1], "faces": faces}
