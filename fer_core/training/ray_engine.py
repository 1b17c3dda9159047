"""A sweep's runs as tasks of Ray, on the machines of a cluster. Ray is an extra: requirements-ray.txt.

The cluster is the one that RAY_ADDRESS names, else this machine alone. Each node needs the same FER Lab installed.
Where a node sees the folder of runs (a shared disk, at the same path), a run is written there as it trains, and a run
whose node is lost is taken up elsewhere after its last whole epoch. Where it does not, the run is trained in a folder
of the node's own and sent back when it is through; if its node is lost, it begins anew elsewhere.
"""

import io
import os
import tempfile
import uuid
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from fer_core.data.dataset import Dataset
from fer_core.errors import FerError
from fer_core.runs import load_run
from fer_core.training.config import TrainingConfig
from fer_core.training.run import train

ATTEMPTS = 4
"""So often a run is begun, on whichever node, before its sweep gives up."""
_LOOK = 0.5


def train_all(
    configs: Sequence[TrainingConfig], dataset: Dataset, root: Path, report: Callable[[str], None], jobs: int
) -> None:
    """Trains what is not there yet, as many at a time as the cluster has room for; `jobs` above 1 is a limit.

    report: takes the lines of all runs, as they come. Raises FerError where Ray is not installed, no cluster answers,
    or a run fails; KeyboardInterrupt where this process is interrupted: the runs under way end with their best epoch
    kept.
    """
    todo = [config for config in configs if not (root / config.name / "run.json").is_file()]
    report(f"{len(configs)} runs, {len(configs) - len(todo)} there already")
    if not todo:
        return
    ray = _connected()
    mark = root / f".ray-{uuid.uuid4().hex}"
    root.mkdir(parents=True, exist_ok=True)
    mark.touch()
    try:
        _Sweep(ray, dataset, root, mark.name, report).run(todo, jobs if jobs > 1 else len(todo))
    finally:
        mark.unlink(missing_ok=True)


def _connected() -> Any:
    try:
        import ray
    except ImportError:
        raise FerError("The engine ray needs Ray: python -m pip install -r requirements-ray.txt.") from None
    if not ray.is_initialized():
        address = os.environ.get("RAY_ADDRESS")
        try:
            ray.init(address=address, log_to_driver=False, logging_level="ERROR", include_dashboard=False)
        except ConnectionError as error:
            raise FerError(
                f"No Ray cluster answers at {address} ({str(error)[:120]}); start it, or unset it."
            ) from None
    return ray


class _Board:
    """Where all runs say how they stand, and see whether they are to stop."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._stopping = False

    def say(self, line: str) -> bool:
        self._lines.append(line)
        return self._stopping

    def lines(self) -> list[str]:
        found, self._lines = self._lines, []
        return found

    def stop(self) -> None:
        self._stopping = True


class _Sweep:
    """The driver's side: tasks under way, and what they send back."""

    def __init__(self, ray: Any, dataset: Dataset, root: Path, mark: str, report: Callable[[str], None]) -> None:
        self.ray, self.root, self.mark, self.report = ray, root, mark, report
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
        self.board = ray.remote(_Board).options(num_cpus=0, scheduling_strategy=here).remote()
        self.data = ray.put(dataset)
        gpus = 1 if ray.cluster_resources().get("GPU") else 0
        # A lost node is ours to see, so that it is said; Ray's own retries would be silent.
        self.task = ray.remote(num_cpus=1, num_gpus=gpus, max_retries=0, max_calls=1)(_train_on_node)
        self.under_way: dict[Any, tuple[TrainingConfig, int]] = {}

    def run(self, todo: Sequence[TrainingConfig], at_once: int) -> None:
        waiting = [(config, 1) for config in todo]
        stopped = False
        while waiting or self.under_way:
            try:
                while waiting and len(self.under_way) < at_once and not stopped:
                    self._begin(*waiting.pop(0))
                waiting += self._look()
                if stopped and not self.under_way:
                    break
            except KeyboardInterrupt:
                stopped = True
                self.ray.get(self.board.stop.remote())
                self.report("stopping: each run under way keeps its best epoch")
        if stopped:
            raise KeyboardInterrupt

    def _begin(self, config: TrainingConfig, attempt: int) -> None:
        future = self.task.remote(config, self.data, str(self.root), self.mark, self.board)
        self.under_way[future] = (config, attempt)

    def _look(self) -> list[tuple[TrainingConfig, int]]:
        """One look: lines are said, what is through is kept; gives what is to be begun again."""
        ready, _ = self.ray.wait(list(self.under_way), timeout=_LOOK)
        for line in self.ray.get(self.board.lines.remote()):
            self.report(line)
        again = []
        for future in ready:
            config, attempt = self.under_way.pop(future)
            try:
                packed = self.ray.get(future)
            except self.ray.exceptions.RayTaskError as error:  # the training's own error
                raise FerError(f"{config.name}: {str(error.cause)[:300]}") from None
            except self.ray.exceptions.RayError as error:
                if attempt >= ATTEMPTS:
                    raise FerError(f"{config.name} was lost {attempt} times ({type(error).__name__}).") from None
                self.report(f"{config.name}: its node was lost ({type(error).__name__}); it is taken up elsewhere")
                again.append((config, attempt + 1))
                continue
            if packed is not None:
                unpack(packed, self.root / config.name)
            self.report(f"{config.name}: {load_run(self.root / config.name).status}")
        return again


def _train_on_node(config: TrainingConfig, dataset: Dataset, root: str, mark: str, board: Any) -> bytes | None:
    """Trains one run; gives its folder packed, or None where it was written into the folder of runs itself."""
    import ray

    def say(line: str) -> None:
        if ray.get(board.say.remote(f"{config.name}: {line}")):
            raise KeyboardInterrupt

    if Path(root, mark).is_file():
        train(config, dataset, root, say)
        return None
    with tempfile.TemporaryDirectory() as own:
        run = train(config, dataset, own, say)
        return pack(run.folder)


def pack(folder: Path) -> bytes:
    """A run folder as the bytes of a zip."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder))
    return file.getvalue()


def unpack(packed: bytes, folder: Path) -> None:
    """Writes a packed run folder under its name, whole or not at all."""
    half = folder.with_name(f".{folder.name}.arriving")
    half.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        archive.extractall(half)
    half.rename(folder)
