"""The one door to Keras and TensorFlow.

Importing TensorFlow takes seconds and writes to stderr, so nothing in this library does it at import time.
Every function that computes calls `import_keras` or `import_tensorflow`; both are safe from many threads.
"""

import contextlib
import gc
import os
import sys
import threading
from collections.abc import Iterator
from typing import Any

import numpy as np

from fer_core.errors import FerError
from fer_core.types import Tensor

_lock = threading.Lock()
_ready = threading.Event()


def is_ready() -> bool:
    """Whether Keras has been imported and has run its first operation in this process."""
    return _ready.is_set()


LIGHT = "FER_LIGHT"
"""Set to 1, TensorFlow and Keras are never imported: what needs them is a FerError, and networks answer by LiteRT."""


def is_light() -> bool:
    """Whether this process does without TensorFlow; see LIGHT."""
    return os.environ.get(LIGHT) == "1"


def import_keras() -> Any:
    """The module `keras`, imported quietly on first use, on whichever backend KERAS_BACKEND names.

    Raises FerError where the process does without it; see LIGHT.
    """
    if not _ready.is_set():
        _first_import()
    import keras

    return keras


def import_tensorflow() -> Any:
    """The module `tensorflow`, imported quietly on first use. Only explanations need it."""
    import_keras()
    import tensorflow

    return tensorflow


def warm(server: bool = False) -> None:
    """Imports Keras, runs one operation and moves all that now lives out of the garbage collector's sight.

    With server=True, `keras.backend.clear_session` becomes a no-op: Streamlit calls it after every script run,
    for all sessions at once, and a model being built in another session then fails with a name clash.
    """
    keras = import_keras()
    if server:
        keras.backend.clear_session = lambda free_memory=True: None
    gc.collect()
    gc.freeze()


def _first_import() -> None:
    with _lock:
        if _ready.is_set():
            return
        if is_light():
            raise FerError(f"This needs TensorFlow, and the program runs without it; start it without {LIGHT}=1.")
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        if not _has_nvidia_device():
            os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
        with _quiet_stderr():
            import keras

            keras.ops.add(1.0, 1.0)
        _ready.set()


def _has_nvidia_device() -> bool:
    return os.path.exists("/dev/nvidia0")  # noqa: PTH110 - runs before anything else is imported


@contextlib.contextmanager
def _quiet_stderr() -> Iterator[None]:
    """Turns file descriptor 2 away while TensorFlow's C++ start-up writes to it; Python errors still pass."""
    try:
        saved = os.dup(2)
    except OSError:  # no stderr at all, as under some services
        yield
        return
    sys.stderr.flush()
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(saved, 2)
            os.close(saved)


def as_array(tensor: Tensor) -> np.ndarray:
    """A backend's tensor as a numpy array."""
    return np.asarray(import_keras().ops.convert_to_numpy(tensor))
