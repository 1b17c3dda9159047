"""Compact: our own small residual network with squeeze-and-excitation, worth training on two cores.

A 3 x 3 stem and an early pooling bring 48 x 48 down to 24 x 24 before the cost begins; residual blocks of two 3 x 3
convolutions (He et al. 2016, pre-activation order) carry a channel gate (Hu et al. 2018, "Squeeze-and-Excitation
Networks"); global averaging replaces the dense layers that hold most of the report network's weights.
"""

from typing import Any

from fer_core.models.sizing import check_range, scaled
from fer_core.runtime import import_keras


def body(x: Any, width: float = 1.0, depth: int = 1, dropout: float = 0.2) -> Any:
    """Features (N, 256 * width) from the normalised image (N, 48, 48, 1).

    Args:
        width: factor on all filter counts (stem 32, blocks 32, 64, 128, 256), 0.1 to 4.
        depth: residual blocks per stage, 1 to 4.
        dropout: rate before the last layer, 0 to 0.9.
    """
    check_range("width", width, 0.1, 4)
    check_range("depth", depth, 1, 4)
    check_range("dropout", dropout, 0, 0.9)
    layers = import_keras().layers
    x = _conv(x, scaled(32, width), "stem")
    x = layers.BatchNormalization(name="stem_norm")(x)
    x = layers.Activation("relu", name="stem_relu")(x)
    x = layers.MaxPooling2D(2, name="stem_pool")(x)
    for stage, filters in enumerate((32, 64, 128, 256), start=1):
        for block in range(1, depth + 1):
            stride = 2 if block == 1 and stage > 1 else 1
            x = _block(x, scaled(filters, width), stride, f"stage{stage}_block{block}")
    x = layers.BatchNormalization(name="last_norm")(x)
    x = layers.Activation("relu", name="last_relu")(x)
    x = layers.GlobalAveragePooling2D(name="average")(x)
    return layers.Dropout(dropout, name="dropout")(x)


def _block(x: Any, filters: int, stride: int, name: str) -> Any:
    """norm, relu, conv, norm, relu, conv, channel gate, plus the shortcut."""
    layers = import_keras().layers
    y = layers.BatchNormalization(name=f"{name}_norm1")(x)
    y = layers.Activation("relu", name=f"{name}_relu1")(y)
    short = x
    if stride != 1 or x.shape[-1] != filters:
        short = layers.AveragePooling2D(stride, padding="same", name=f"{name}_short_pool")(y) if stride > 1 else y
        short = layers.Conv2D(filters, 1, use_bias=False, name=f"{name}_short")(short)
    y = _conv(y, filters, f"{name}_1", stride)
    y = layers.BatchNormalization(name=f"{name}_norm2")(y)
    y = layers.Activation("relu", name=f"{name}_relu2")(y)
    y = _conv(y, filters, f"{name}_2")
    return layers.Add(name=f"{name}_add")([_gate(y, name), short])


def _gate(x: Any, name: str) -> Any:
    """Squeeze and excitation: each channel times a factor 0 to 1 computed from all channels' means."""
    layers = import_keras().layers
    channels = x.shape[-1]
    s = layers.GlobalAveragePooling2D(keepdims=True, name=f"{name}_squeeze")(x)
    s = layers.Dense(max(4, channels // 8), activation="relu", name=f"{name}_gate1")(s)
    s = layers.Dense(channels, activation="sigmoid", name=f"{name}_gate2")(s)
    return layers.Multiply(name=f"{name}_scale")([x, s])


def _conv(x: Any, filters: int, name: str, stride: int = 1) -> Any:
    return import_keras().layers.Conv2D(
        filters,
        3,
        strides=stride,
        padding="same",
        use_bias=False,
        kernel_initializer="he_normal",
        name=f"{name}_conv",
    )(x)
