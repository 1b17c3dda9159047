"""What a training asks of the machine: a few figures for each epoch, beside its metrics."""

import psutil

NAMES = ("images_per_second", "cpu_percent", "memory_mb")
"""Columns of the history: pictures trained on in a second, processor time in percent of one core, resident memory."""


class SystemFigures:
    """Asked once an epoch; the processor's share is that since the time before."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._process.cpu_percent(None)  # begins to count

    def of_epoch(self, images: int, seconds: float) -> dict[str, float]:
        """The figures by NAMES: `images` were trained on in `seconds`."""
        return {
            "images_per_second": round(images / max(seconds, 1e-9), 1),
            "cpu_percent": round(self._process.cpu_percent(None), 1),
            "memory_mb": round(self._process.memory_info().rss / 1e6, 1),
        }
