"""FER Lab's core library: data, training, evaluation and explanation of facial expression networks.

    import fer_core

    reading = fer_core.predict("photo.jpg")                 # faces with probabilities
    run = fer_core.load_run("compact")
    maps = fer_core.explain("compact", pixels, "guided", target="happy")

`dir(fer_core)` lists what there is; each name says by `help` what it takes. Importing costs little: Keras and
TensorFlow are imported inside the functions that compute with them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from fer_core.api import activations as activations
    from fer_core.api import compare as compare
    from fer_core.api import confusion_figure as confusion_figure
    from fer_core.api import curves_figure as curves_figure
    from fer_core.api import explain as explain
    from fer_core.api import face_part_shares as face_part_shares
    from fer_core.api import feature_visualization as feature_visualization
    from fer_core.api import layers as layers
    from fer_core.api import list_runs as list_runs
    from fer_core.api import load_dataset as load_dataset
    from fer_core.api import load_model as load_model
    from fer_core.api import load_run as load_run
    from fer_core.api import overlay as overlay
    from fer_core.api import predict as predict
    from fer_core.api import probabilities as probabilities
    from fer_core.api import report as report
    from fer_core.api import runs_table as runs_table
    from fer_core.api import train as train
    from fer_core.data.dataset import Dataset as Dataset
    from fer_core.errors import FerError as FerError
    from fer_core.labels import CLASSES as CLASSES
    from fer_core.reading.inference import Predictor as Predictor
    from fer_core.reading.readings import Reading as Reading
    from fer_core.runs.folder import Run as Run
    from fer_core.training.config import TrainingConfig as TrainingConfig
    from fer_core.training.run_logger import RunLogger as RunLogger

# Where each name lives; resolved on first use, so that `import fer_core` stays free of everything heavy.
_HOMES = {
    "CLASSES": "labels",
    "Dataset": "data.dataset",
    "FerError": "errors",
    "Predictor": "reading.inference",
    "Reading": "reading.readings",
    "Run": "runs.folder",
    "RunLogger": "training.run_logger",
    "TrainingConfig": "training.config",
    "activations": "api",
    "compare": "api",
    "confusion_figure": "api",
    "curves_figure": "api",
    "explain": "api",
    "face_part_shares": "api",
    "feature_visualization": "api",
    "layers": "api",
    "list_runs": "api",
    "load_dataset": "api",
    "load_model": "api",
    "load_run": "api",
    "overlay": "api",
    "predict": "api",
    "probabilities": "api",
    "report": "api",
    "runs_table": "api",
    "train": "api",
}

__all__ = [
    "CLASSES",
    "Dataset",
    "FerError",
    "Predictor",
    "Reading",
    "Run",
    "RunLogger",
    "TrainingConfig",
    "activations",
    "compare",
    "confusion_figure",
    "curves_figure",
    "explain",
    "face_part_shares",
    "feature_visualization",
    "layers",
    "list_runs",
    "load_dataset",
    "load_model",
    "load_run",
    "overlay",
    "predict",
    "probabilities",
    "report",
    "runs_table",
    "train",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"fer_core.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'fer_core' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
