"""FER Lab's core library: data, training, evaluation and explanation of facial expression networks.

Importing it costs little: Keras and TensorFlow are imported inside the functions that compute with them.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

# Names that a user expects at the top, each with the module that holds it; resolved on first use so that
# `import fer_core` stays free of Keras.
_LAZY = {"RunLogger": "fer_core.training.run_logger"}


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'fer_core' has no attribute {name!r}")
