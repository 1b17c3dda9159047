"""A training under way: what it has shown so far. It runs in a thread of its own; one at a time on this server."""

import threading
import time
from dataclasses import dataclass, field

from fer_core.data.dataset import Dataset
from fer_core.errors import FerError
from fer_core.training.classroom import ClassroomSettings, Epoch, epochs

_one_at_a_time = threading.Lock()


@dataclass
class Film:
    """A training and its epochs. share: how much of it is done, 0 to 1. problem: why it failed, one sentence, or "".
    waiting: whether somebody else's training is under way."""

    settings: ClassroomSettings
    frames: list[Epoch] = field(default_factory=list)
    share: float = 0.0
    problem: str = ""
    waiting: bool = True
    running: bool = True
    _stop: threading.Event = field(default_factory=threading.Event, repr=False)
    _begun: float = 0.0

    def stop(self) -> None:
        """Ends it after the batch under way; what was seen stays."""
        self._stop.set()

    @property
    def seconds_left(self) -> float | None:
        """About how long it still takes; None before the first epoch has ended."""
        if len(self.frames) < 2:
            return None
        return (time.monotonic() - self._begun) * (1 - self.share) / max(self.share, 1e-6)

    def run(self, dataset: Dataset) -> None:
        """Trains to the end or until it is stopped."""
        try:
            with _one_at_a_time:
                self.waiting = False
                for one in epochs(self.settings, dataset, self._progress):
                    if not self.frames:
                        self._begun = time.monotonic()
                    self.frames.append(one)
        except _Stopped:
            pass
        except FerError as error:
            self.problem = error.args[0] if error.args else str(error)
        finally:
            self.running = False

    def _progress(self, share: float) -> None:
        if self._stop.is_set():
            raise _Stopped
        self.share = (len(self.frames) - 1 + share) / self.settings.epochs


class _Stopped(Exception):
    """Somebody pressed Stop."""


def start(settings: ClassroomSettings, dataset: Dataset) -> Film:
    """Begins a training beside the page."""
    film = Film(settings)
    threading.Thread(target=film.run, args=(dataset,), daemon=True, name="classroom-training").start()
    return film
