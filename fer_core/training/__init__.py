"""One training run: a configuration and a data set in, a run folder out."""

from fer_core.training.config import TrainingConfig
from fer_core.training.run import train

__all__ = ["TrainingConfig", "train"]
