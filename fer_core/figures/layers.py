"""Maps as see-through layers of colour, to lay on a crop, a photograph or a live picture."""

import numpy as np

from fer_core.errors import FerError
from fer_core.figures.overlay import coloured

SCALES = {
    "automatic": "Automatic (heat, or blue to red where signs matter)",
    "viridis": "Viridis",
    "inferno": "Inferno",
    "turbo": "Turbo",
    "gray": "Gray",
}
"""Name of a colour map -> as shown on the screen. All but the automatic one show magnitudes."""


def layer(values: np.ndarray, scale: str = "automatic", signed: bool = False, opacity: float = 0.65) -> np.ndarray:
    """A layer u8 (H, W, 4) RGBA, the stronger the more opaque.

    Args:
        values: f32 (H, W), 0 to 1, or -1 to 1 if signed (`fer_core.saliency.normalise`).
        scale: a key of SCALES.
        opacity: 0 to 1, at the strongest pixel.
    """
    if scale not in SCALES:
        raise FerError(f"There is no colour map {scale!r}; choose one of: {', '.join(SCALES)}.")
    if not 0 <= opacity <= 1:
        raise FerError(f"The opacity must lie from 0 to 1, not {opacity}.")
    strength = np.clip(np.abs(values), 0, 1)
    colours = coloured(values, signed) if scale == "automatic" else _mapped(strength, scale)
    alpha = np.round(strength**0.5 * opacity * 255)[..., None]  # a root, or middling values vanish
    return np.concatenate([colours, alpha.astype(np.uint8)], axis=2)


def on_crop(crop: np.ndarray, colours: np.ndarray) -> np.ndarray:
    """The gray crop u8 (H, W) under a layer u8 (H, W, 4): u8 (H, W, 3) RGB."""
    alpha = colours[..., 3:].astype(np.float32) / 255
    return np.round(crop[..., None] * (1 - alpha) + colours[..., :3] * alpha).astype(np.uint8)


def _mapped(strength: np.ndarray, scale: str) -> np.ndarray:
    import cv2

    eight = np.round(strength * 255).astype(np.uint8)
    if scale == "gray":
        return np.repeat(eight[..., None], 3, axis=2)
    table = {"viridis": cv2.COLORMAP_VIRIDIS, "inferno": cv2.COLORMAP_INFERNO, "turbo": cv2.COLORMAP_TURBO}[scale]
    return cv2.applyColorMap(eight, table)[..., ::-1].copy()
