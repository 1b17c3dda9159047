"""What defines a training run. The defaults are the report's protocol."""

from dataclasses import asdict, dataclass, field
from typing import Any

from fer_core import models
from fer_core.data.augmentation import PRESETS, Augmentation
from fer_core.errors import FerError
from fer_core.models.preprocessing import check_normalisation
from fer_core.runs.names import check_name
from fer_core.training.precision import PRECISIONS

OPTIMIZERS = ("nadam", "adam", "adamw", "sgd")
SCHEDULES = ("constant", "cosine")
MONITORS = ("val_loss", "val_accuracy")
TARGETS = ("labels", "votes")
NADAM_WARMUPS = ("keras3", "keras2")


@dataclass(frozen=True)
class TrainingConfig:
    """Everything that a run depends on, besides the data.

    Attributes:
        name: the run's folder; letters, digits, dot, dash and underscore.
        model, model_options: see `fer_core.models`.
        normalisation: see `fer_core.models.preprocessing.NORMALISATIONS`.
        augmentation: settings, or None.
        optimizer: one of OPTIMIZERS; sgd is with Nesterov momentum 0.9.
        nadam_warmup: "keras3" warms Nadam's momentum up in about 100 steps; "keras2", as in the report, in about
            10,000.
        precision: "float32"; "bfloat16" for bfloat16 arithmetic on float32 weights; "auto" for the latter where the
            processor or accelerator has it. What is stored is float32 either way.
        learning_rate: the constant rate, or the peak of the schedule.
        schedule: "constant", or "cosine": linear warm-up, then half a cosine down to 1% of the peak.
        warmup_epochs: length of that warm-up.
        weight_decay: decoupled, as in AdamW (a step shrinks weights by learning rate times this).
        batch_size, epochs: as usual.
        patience: epochs without a better `monitor` before stopping early.
        monitor: which validation figure chooses the best epoch and stops early.
        validation_fraction: share of the training split held out, stratified, copies of one picture on one side.
        mixup, cutmix: alpha of the Beta distribution that mixes pairs of pictures and their targets, 0 for none (see
            `fer_core.training.mixing`).
        class_weight: power of the inverse class frequency by which each picture's loss is weighted, 0 to 1.
        label_smoothing: share of each target spread over all classes, 0 to 0.5.
        ema: decay of the moving average of weights that is evaluated and kept, 0 for none.
        teacher, teacher_share: a run with weights, or several with commas between, whose mean probabilities of the same
            augmented picture are mixed into each target by that share, 0 to 1 (Hinton et al. 2015, "Distilling the
            Knowledge in a Neural Network", with temperature 1 and one view for both, as in Beyer et al. 2022, "A good
            teacher is patient and consistent").
        targets: "labels", or "votes": the shares of FER+'s votes among the seven classes (Barsoum et al. 2016, "PLD").
            Training and validation then leave out the pictures whose majority is contempt, unknown or no face, and
            accuracy is agreement with the majority.
        verdicts: a file of decisions about single pictures (`fer_core.data.verdicts`), or "": what is trained on takes
            the labels decided there and leaves out what is no face; validation and tests stay as they are.
        start_from: a run of the same network whose weights training begins with, or "" for fresh ones.
        seed: of weights, shuffling, augmentation, dropout. split_seed: of the validation part.
        limit: use only so many training images, 0 for all; for trying a recipe out.
        note, tags: free text and words for the comparison page.
    """

    name: str
    model: str = "report_cnn"
    model_options: dict[str, Any] = field(default_factory=dict)
    normalisation: str = "samplewise"
    augmentation: Augmentation | None = PRESETS["report"]
    optimizer: str = "nadam"
    nadam_warmup: str = "keras3"
    precision: str = "auto"
    learning_rate: float = 0.002
    schedule: str = "constant"
    warmup_epochs: float = 0.0
    weight_decay: float = 0.0
    batch_size: int = 128
    epochs: int = 200
    patience: int = 30
    monitor: str = "val_loss"
    validation_fraction: float = 0.1
    mixup: float = 0.0
    cutmix: float = 0.0
    class_weight: float = 0.0
    label_smoothing: float = 0.0
    ema: float = 0.0
    teacher: str = ""
    teacher_share: float = 0.0
    targets: str = "labels"
    verdicts: str = ""
    start_from: str = ""
    seed: int = 0
    split_seed: int = 0
    limit: int = 0
    note: str = ""
    tags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_name(self.name)
        check_normalisation(self.normalisation)
        if self.model not in models.names():
            raise FerError(f"There is no network {self.model!r}; choose one of: {', '.join(models.names())}.")
        for key, allowed in _CHOICES.items():
            if getattr(self, key) not in allowed:
                raise FerError(f"{key} must be one of {', '.join(allowed)}, not {getattr(self, key)!r}.")
        for key, (low, high) in _RANGES.items():
            if not low <= getattr(self, key) <= high:
                raise FerError(f"{key} must lie between {low} and {high}, not {getattr(self, key)}.")

        if bool(self.teacher) != bool(self.teacher_share):
            raise FerError("Give both a teacher and a teacher_share above 0, or neither.")

    def as_dict(self) -> dict[str, Any]:
        """Everything as JSON-able values."""
        return {**asdict(self), "tags": list(self.tags)}


_CHOICES = {
    "optimizer": OPTIMIZERS,
    "schedule": SCHEDULES,
    "monitor": MONITORS,
    "targets": TARGETS,
    "nadam_warmup": NADAM_WARMUPS,
    "precision": PRECISIONS,
}
_RANGES = {
    "learning_rate": (1e-7, 10),
    "warmup_epochs": (0, 1000),
    "weight_decay": (0, 10),
    "batch_size": (1, 8192),
    "epochs": (1, 100_000),
    "patience": (1, 100_000),
    "validation_fraction": (0.01, 0.5),
    "mixup": (0, 10),
    "cutmix": (0, 10),
    "class_weight": (0, 1),
    "label_smoothing": (0, 0.5),
    "ema": (0, 0.99999),
    "teacher_share": (0, 1),
    "limit": (0, 10_000_000),
}
