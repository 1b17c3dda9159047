"""The report's network: three blocks of two 3 x 3 convolutions, then three dense layers of 512, selu throughout.

6,400,199 parameters at full width, 6,396,231 of them trainable, 346 million multiply-adds. The report's text leaves
out the batch normalisation after each dense layer; its parameter count gives them away.
"""

from typing import Any

from fer_core.models.sizing import check_range, scaled
from fer_core.runtime import import_keras


def body(x: Any, width: float = 1.0, dropout: float = 0.5) -> Any:
    """Features (N, 512 * width) from the normalised image (N, 48, 48, 1).

    Args:
        width: factor on all filter and unit counts, 0.05 to 4.
        dropout: rate after each block and dense layer, 0 to 0.9.
    """
    check_range("width", width, 0.05, 4)
    check_range("dropout", dropout, 0, 0.9)
    layers = import_keras().layers
    for block, filters in enumerate((64, 128, 256), start=1):
        for conv in (1, 2):
            x = layers.Conv2D(
                scaled(filters, width), 3, padding="same", activation="selu", name=f"block{block}_conv{conv}"
            )(x)
        x = layers.BatchNormalization(name=f"block{block}_norm")(x)
        x = layers.MaxPooling2D(2, 2, padding="same", name=f"block{block}_pool")(x)
        x = layers.Dropout(dropout, name=f"block{block}_dropout")(x)
    x = layers.Flatten(name="flatten")(x)
    for dense in (1, 2, 3):
        x = layers.Dense(scaled(512, width), activation="selu", name=f"dense{dense}")(x)
        x = layers.BatchNormalization(name=f"dense{dense}_norm")(x)
        x = layers.Dropout(dropout, name=f"dense{dense}_dropout")(x)
    return x
