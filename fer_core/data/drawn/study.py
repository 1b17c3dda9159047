"""What one action unit does to a drawn face: faces with it stronger and weaker, and the face without it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from fer_core.data.dataset import SIDE
from fer_core.data.drawn.dataset import Identity, Light, Noise, Pose, draw_face, moved_pixels, regions
from fer_core.data.drawn.units import UnitValue


@dataclass(frozen=True)
class DrawnScene:
    """Everything about a drawn face but its expression. `lean` is how one-sided the expression is: -1 shows on the
    viewer's left alone, 1 on the right alone, 0 on both sides alike."""

    identity: Identity = field(default_factory=Identity)
    pose: Pose = field(default_factory=Pose)
    light: Light = field(default_factory=Light)
    noise: Noise | None = None
    lean: float = 0.0

    def draw(self, units: Mapping[int, float], size: int = SIDE) -> np.ndarray:
        """The face with these units, u8 (size, size)."""
        return draw_face(self._sided(units), self.identity, self.pose, self.light, size, self.noise)

    def moved(self, units: Mapping[int, float], size: int = SIDE) -> dict[int, np.ndarray]:
        """The pixels that each active unit moves, bool (size, size); see `drawn.moved_pixels`."""
        return moved_pixels(self._sided(units), self.identity, self.pose, self.light, size)

    def regions(self, units: Mapping[int, float], size: int = SIDE) -> dict[str, np.ndarray]:
        """Where brows, eyes, nose and mouth of this face lie, bool (size, size) each; see `drawn.regions`."""
        return regions(self.identity, self.pose, size, self._sided(units))

    def _sided(self, units: Mapping[int, float]) -> dict[int, UnitValue]:
        left, right = 1.0 - max(self.lean, 0.0), 1.0 + min(self.lean, 0.0)
        return {unit: (value * left, value * right) for unit, value in units.items()}


def sweep(scene: DrawnScene, units: Mapping[int, float], unit: int, values: np.ndarray) -> np.ndarray:
    """The face with one unit at each of the given intensities, the others as they are: u8 (K, 48, 48)."""
    return np.stack([scene.draw({**units, unit: float(value)}) for value in values])


def without_each(scene: DrawnScene, units: Mapping[int, float]) -> tuple[list[int], np.ndarray]:
    """The active units, and the face without each of them: numbers (K,) and u8 (K, 48, 48)."""
    active = [unit for unit, value in units.items() if value > 0]
    faces = [scene.draw({other: value for other, value in units.items() if other != unit}) for unit in active]
    return active, np.stack(faces) if faces else np.zeros((0, SIDE, SIDE), np.uint8)
