"""VGG style: plain 3 x 3 convolutions in pairs, each with batch normalisation and relu, and an early pool.

After Simonyan and Zisserman 2015, "Very Deep Convolutional Networks for Large-Scale Image Recognition", with batch
normalisation (Ioffe and Szegedy 2015) and global averaging in the place of the dense layers. One convolution before the
first pool keeps the cost down: at 48 x 48 pixels the first stage is otherwise a third of it.
"""

from typing import Any

from fer_core.models.sizing import check_range, scaled
from fer_core.runtime import import_keras


def body(x: Any, width: float = 1.0, depth: int = 2, dropout: float = 0.3) -> Any:
    """Features (N, 256 * width) from the normalised image (N, 48, 48, 1).

    Args:
        width: factor on all filter counts (32, then 64, 128, 256), 0.1 to 4.
        depth: convolutions per stage behind the first pool, 1 to 4.
        dropout: rate before the last layer, 0 to 0.9.
    """
    check_range("width", width, 0.1, 4)
    check_range("depth", depth, 1, 4)
    check_range("dropout", dropout, 0, 0.9)
    layers = import_keras().layers
    x = _conv(x, scaled(32, width), "stem")
    x = layers.MaxPooling2D(2, name="stem_pool")(x)
    for stage, filters in enumerate((64, 128, 256), start=1):
        for index in range(1, depth + 1):
            x = _conv(x, scaled(filters, width), f"stage{stage}_{index}")
        if stage < 3:
            x = layers.MaxPooling2D(2, name=f"stage{stage}_pool")(x)
    x = layers.GlobalAveragePooling2D(name="average")(x)
    return layers.Dropout(dropout, name="dropout")(x)


def _conv(x: Any, filters: int, name: str) -> Any:
    layers = import_keras().layers
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False, kernel_initializer="he_normal", name=f"{name}_conv")(
        x
    )
    x = layers.BatchNormalization(name=f"{name}_norm")(x)
    return layers.Activation("relu", name=f"{name}_relu")(x)
