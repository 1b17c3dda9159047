"""What a network's layers answer to a picture, and the pictures its filters want to see."""

from fer_core.features.ascent import Ascent, scale_free
from fer_core.features.layers import LayerInfo, activations, find_layer, layers
from fer_core.features.objectives import ClassLogit, Contrast, Direction, FilterMean, Neuron, Objective, Sum
from fer_core.features.patches import Scan, Top, scan, top_patches
from fer_core.features.receptive_field import ReceptiveField, receptive_fields
from fer_core.features.settings import PRESETS, Settings, preset

__all__ = [
    "PRESETS",
    "Ascent",
    "ClassLogit",
    "Contrast",
    "Direction",
    "FilterMean",
    "LayerInfo",
    "Neuron",
    "Objective",
    "ReceptiveField",
    "Scan",
    "Settings",
    "Sum",
    "Top",
    "activations",
    "find_layer",
    "layers",
    "preset",
    "receptive_fields",
    "scale_free",
    "scan",
    "top_patches",
]
