"""Mini-Xception: the network that most installable emotion demos ship, made of depthwise separable convolutions.

Arriaga, Valdenegro-Toro, Ploeger 2017, "Real-time Convolutional Neural Networks for Emotion and Gender
Classification", the second network: four residual blocks of two depthwise separable convolutions. There the last
convolution (3 x 3, to 7 channels) is averaged straight into the classes, 58,423 parameters in all; here the features
are averaged and a dense layer of 7 gives the logits, 51,255 in all, so that every network of this project ends alike.
"""

from typing import Any

from fer_core.models.sizing import check_range, scaled
from fer_core.runtime import import_keras


def body(x: Any, width: float = 1.0, blocks: int = 4) -> Any:
    """Features (N, filters of the last block) from the normalised image (N, 48, 48, 1).

    Args:
        width: factor on all filter counts (8, 8, then 16, 32, 64, 128), 0.25 to 8.
        blocks: number of residual blocks, 1 to 4.
    """
    check_range("width", width, 0.25, 8)
    check_range("blocks", blocks, 1, 4)
    layers = import_keras().layers
    for stem in (1, 2):
        x = layers.Conv2D(scaled(8, width), 3, use_bias=False, name=f"stem{stem}_conv")(x)
        x = layers.BatchNormalization(name=f"stem{stem}_norm")(x)
        x = layers.Activation("relu", name=f"stem{stem}_relu")(x)
    for block in range(1, blocks + 1):
        x = _block(x, scaled(8 * 2**block, width), f"block{block}")
    return layers.GlobalAveragePooling2D(name="average")(x)


def _block(x: Any, filters: int, name: str) -> Any:
    layers = import_keras().layers
    short = layers.Conv2D(filters, 1, strides=2, padding="same", use_bias=False, name=f"{name}_short")(x)
    short = layers.BatchNormalization(name=f"{name}_short_norm")(short)
    for conv in (1, 2):
        x = layers.SeparableConv2D(filters, 3, padding="same", use_bias=False, name=f"{name}_conv{conv}")(x)
        x = layers.BatchNormalization(name=f"{name}_norm{conv}")(x)
        if conv == 1:
            x = layers.Activation("relu", name=f"{name}_relu")(x)
    x = layers.MaxPooling2D(3, strides=2, padding="same", name=f"{name}_pool")(x)
    return layers.Add(name=f"{name}_add")([x, short])
