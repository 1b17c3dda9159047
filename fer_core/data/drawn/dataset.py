"""Faces drawn from facial action units: a labelled set that needs no download, and single faces on demand.

Every face is a parametric drawing whose control points move with action units (FACS); an expression is the units that
EMFACS gives for it. So it is known which pixels each unit moves, which no photograph tells.
"""

from collections.abc import Mapping

import cv2
import numpy as np

from fer_core.data.dataset import SIDE, SPLITS, Dataset, make_dataset
from fer_core.data.drawn.anatomy import anatomy
from fer_core.data.drawn.canvas import Canvas, CanvasSize, Projection
from fer_core.data.drawn.person import (
    HAIR_STYLES,
    Identity,
    Light,
    Noise,
    Pose,
    sample_identity,
    sample_light,
    sample_noise,
    sample_pose,
)
from fer_core.data.drawn.render import render
from fer_core.data.drawn.scene import clip_frames, portrait
from fer_core.data.drawn.units import (
    ACTION_UNITS,
    EXPRESSIONS,
    INTENSITIES,
    MUSCLES,
    UNIT_GROUPS,
    VARIANTS,
    UnitValue,
    sides,
)
from fer_core.errors import FerError
from fer_core.labels import CLASSES
from fer_core.types import Bytes, Flags

__all__ = [
    "ACTION_UNITS",
    "EXPRESSIONS",
    "HAIR_STYLES",
    "INTENSITIES",
    "MUSCLES",
    "UNIT_GROUPS",
    "Identity",
    "Light",
    "Noise",
    "Pose",
    "add_noise",
    "clip_frames",
    "draw_face",
    "drawn_dataset",
    "drawn_with_masks",
    "moved_pixels",
    "portrait",
    "regions",
    "sample_action_units",
    "sample_identity",
    "sample_light",
    "sample_noise",
    "sample_pose",
]

MOVED = 6
"""A pixel counts as moved where the drawing changes by more than this many gray levels."""


def draw_face(
    action_units: Mapping[int, UnitValue],
    identity: Identity | None = None,
    pose: Pose | None = None,
    light: Light | None = None,
    size: int = SIDE,
    noise: Noise | None = None,
) -> np.ndarray:
    """One face, u8 (size, size), gray.

    Args:
        action_units: intensity 0 to 1 by unit number (see ACTION_UNITS); a pair (viewer's left, viewer's right) makes
            the face lopsided.
        identity, pose, light: who, how held, how lit; an average person looking straight ahead where not given.
        size: pixels a side, 16 to 1024.
        noise: what the camera adds; nothing where not given.

    Raises FerError for an unknown unit, an intensity outside 0 to 1, or such a size.
    """
    left, right = sides(action_units)
    picture = _draw(left, right, identity or Identity(), pose or Pose(), light or Light(), _frame(size))
    return picture if noise is None else add_noise(picture, noise)


def _frame(size: int) -> CanvasSize:
    if not 16 <= size <= 1024:
        raise FerError(f"A drawn face can be 16 to 1024 pixels a side, not {size}.")
    if size <= 64:
        return CanvasSize(size, size)
    return CanvasSize(size, size, fine=2, relief=1)


def _draw(
    left: list[float], right: list[float], who: Identity, pose: Pose, light: Light, frame: CanvasSize
) -> np.ndarray:
    return render(anatomy(left, right, who), who, pose, light, frame)


def moved_pixels(
    action_units: Mapping[int, UnitValue],
    identity: Identity | None = None,
    pose: Pose | None = None,
    light: Light | None = None,
    size: int = SIDE,
) -> dict[int, np.ndarray]:
    """For each active unit the pixels, bool (size, size), that change when it alone is taken away from the face.

    Units with intensity 0 are left out; so a neutral face gives an empty dictionary.
    """
    who, pose, light, frame = identity or Identity(), pose or Pose(), light or Light(), _frame(size)
    face = _draw(*sides(action_units), who, pose, light, frame)
    masks = {}
    for unit, value in action_units.items():
        if np.max(value) > 0:
            rest = {other: v for other, v in action_units.items() if other != unit}
            masks[unit] = _differ(face, _draw(*sides(rest), who, pose, light, frame))
    return masks


def _differ(a: Bytes, b: Bytes) -> Flags:
    moved: Flags = cv2.absdiff(a, b) > MOVED
    return moved


def regions(
    identity: Identity | None = None,
    pose: Pose | None = None,
    size: int = SIDE,
    action_units: Mapping[int, UnitValue] | None = None,
) -> dict[str, np.ndarray]:
    """Where brows, eyes, nose and mouth lie: bool (size, size) each, with a margin, not overlapping."""
    who = identity or Identity()
    face = anatomy(*sides(action_units or {}), who)
    frame = CanvasSize(size, size, fine=1, relief=1)
    place = Projection(frame, pose or Pose())
    nose, mouth = face.nose, face.mouth
    shapes = {
        "mouth": [np.concatenate((mouth.upper_outer, mouth.lower_outer[::-1]))],
        "nose": [np.array((nose.root, (nose.wings[1][0], nose.wings[1][1] + 0.09),
                           (nose.wings[0][0], nose.wings[0][1] + 0.09)))],
        "brows": [brow.line for brow in face.brows],
        "eyes": [np.concatenate((eye.upper, eye.lower[::-1])) for eye in face.eyes],
    }  # fmt: skip
    masks, taken = {}, np.zeros((size, size), bool)
    for name in ("eyes", "brows", "mouth", "nose"):
        canvas = Canvas(frame, place, (0,))
        for points in shapes[name]:
            canvas.fill(points, (255,), extra=0.06)
            canvas.line(np.concatenate((points, points[:1])), (255,), 0.14, extra=0.06)
        canvas.draw()
        masks[name] = (canvas.tones > 127) & ~taken
        taken |= masks[name]
    return {name: masks[name] for name in ("brows", "eyes", "nose", "mouth")}


def add_noise(picture: np.ndarray, noise: Noise) -> np.ndarray:
    """The gray picture, u8 (h, w), blurred, with grain, and with the blocks that JPEG leaves."""
    if noise.blur > 0.15:
        picture = cv2.GaussianBlur(picture, (5, 5), noise.blur, borderType=cv2.BORDER_REPLICATE)
    if noise.grain > 0:
        # Four uniform integers: nearly normal, and the same on every machine.
        rng = np.random.default_rng(noise.seed)
        grain = rng.integers(-128, 128, (4, *picture.shape), dtype=np.int16).sum(axis=0)
        picture = _to_u8(picture + grain * (noise.grain / 147.8))
    if noise.jpeg > 0:
        picture = _jpeg_blocks(picture, noise.jpeg)
    return picture


def _to_u8(values: np.ndarray) -> np.ndarray:
    return np.clip(np.floor(values + 0.5), 0, 255).astype(np.uint8)


_K = np.arange(8)
_DCT = np.cos(np.pi * (2 * _K[None] + 1) * _K[:, None] / 16) * np.where(_K == 0, np.sqrt(1 / 8), 0.5)[:, None]
_COARSER = 1.0 + 0.35 * (_K[None] + _K[:, None])


def _jpeg_blocks(picture: np.ndarray, step: float) -> np.ndarray:
    """JPEG's loss: the discrete cosine transform of each 8 x 8 block (ITU-T T.81, A.3.3), quantised more coarsely
    with frequency."""
    height, width = picture.shape
    padded = np.pad(picture, ((0, -height % 8), (0, -width % 8)), mode="edge")
    rows, columns = padded.shape[0] // 8, padded.shape[1] // 8
    blocks = padded.reshape(rows, 8, columns, 8).transpose(0, 2, 1, 3).astype(np.float64)
    table = step * _COARSER
    # The nudge decides ties the same way everywhere.
    levels = np.floor(_DCT @ blocks @ _DCT.T / table + 0.5 + 1e-6)
    blocks = _DCT.T @ (levels * table) @ _DCT
    return _to_u8(blocks.transpose(0, 2, 1, 3).reshape(padded.shape)[:height, :width] + 1e-6)


def sample_action_units(expression: str, rng: np.random.Generator) -> dict[int, UnitValue]:
    """Units of one face showing the expression: one of EMFACS' combinations at a random strength from trace to
    maximum, each unit a little different, some missing, the sides unequal, and now and then a unit that does not
    belong."""
    variants = VARIANTS[expression]
    pick = 0 if rng.random() < 0.45 else int(rng.integers(len(variants)))
    strength = 0.42 + 0.66 * float(rng.random()) ** 0.7
    lean = float(np.clip(rng.standard_normal(), -2, 2)) * (0.45 if rng.random() < 0.08 else 0.08)
    units: dict[int, UnitValue] = {}
    for unit, typical in variants[pick].items():
        level = typical * strength * float(rng.uniform(0.75, 1.2))
        if rng.random() < 0.07 and len(variants[pick]) > 1:
            continue
        units[unit] = _two_sided(level, lean + float(np.clip(rng.standard_normal(), -2, 2)) * 0.06)
    for _ in range(int(rng.integers(0, 3))):
        unit = int(rng.choice(_STRAYS))
        if unit not in units:
            units[unit] = _two_sided(0.25 * float(rng.random()), lean)
    return units


_STRAYS = (1, 2, 4, 5, 6, 7, 12, 14, 15, 17, 20, 24, 25, 26)


def _two_sided(level: float, lean: float) -> tuple[float, float]:
    left, right = level * (1.0 - lean), level * (1.0 + lean)
    return float(min(max(left, 0.0), 1.0)), float(min(max(right, 0.0), 1.0))


def drawn_dataset(count: int = 3500, seed: int = 0) -> Dataset:
    """A set of drawn faces named "drawn", the same bytes for the same seed.

    Labels go round the seven classes; every fifth round is the test split, the others are for training. Picture i
    depends on the seed and i alone, so a larger set begins with the smaller one. Raises FerError for a negative
    count.
    """
    return _dataset(count, seed, with_masks=False)[0]


def drawn_with_masks(count: int = 3500, seed: int = 0) -> tuple[Dataset, np.ndarray]:
    """The set of `drawn_dataset` and, for each picture, the pixels that its expression moved: bool (N, 48, 48), where
    it differs from the same person in the same pose and light with a neutral face, before noise."""
    return _dataset(count, seed, with_masks=True)


def draw_rows(start: int, stop: int, seed: int = 0, with_masks: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Pictures start to stop - 1 of the set with that seed, u8 (K, 48, 48), and, where asked for, the pixels that each
    expression moved, bool (K, 48, 48), else bool (0, 48, 48)."""
    frame, still = CanvasSize(), sides({})
    count = stop - start
    pixels = np.zeros((count, SIDE, SIDE), np.uint8)
    masks = np.zeros((count if with_masks else 0, SIDE, SIDE), bool)
    for k, i in enumerate(range(start, stop)):
        rng = np.random.default_rng((seed, i))
        who, pose, light = sample_identity(rng), sample_pose(rng), sample_light(rng)
        noise = sample_noise(rng)
        left, right = sides(sample_action_units(CLASSES[i % len(CLASSES)], rng))
        clean = _draw(left, right, who, pose, light, frame)
        if with_masks:
            masks[k] = _differ(clean, _draw(*still, who, pose, light, frame))
        pixels[k] = add_noise(clean, noise)
    return pixels, masks


def as_dataset(pixels: np.ndarray) -> Dataset:
    """The set that pictures 0 to N - 1, u8 (N, 48, 48), make up: labels and splits follow from the row numbers."""
    rows = np.arange(len(pixels))
    split = np.where(rows // len(CLASSES) % 5 == 4, SPLITS.index("test"), SPLITS.index("train"))
    return make_dataset("drawn", pixels, rows % len(CLASSES), split, "drawn")


def _dataset(count: int, seed: int, with_masks: bool) -> tuple[Dataset, np.ndarray]:
    if count < 0:
        raise FerError(f"The number of faces to draw must be 0 or more, not {count}.")
    pixels, masks = draw_rows(0, count, seed, with_masks)
    return as_dataset(pixels), masks
