"""Named sets of settings, so that a network can be trained again with one command."""

from typing import Any

from fer_core.data.augmentation import PRESETS

_SMALL: dict[str, Any] = {
    "normalisation": "samplewise",
    "augmentation": PRESETS["light"],
    "optimizer": "adamw",
    "learning_rate": 3e-3,
    "schedule": "cosine",
    "weight_decay": 0.02,
    "monitor": "val_accuracy",
}

RECIPES: dict[str, dict[str, Any]] = {
    "report": {},
    "compact": {
        **_SMALL,
        "note": "Our compact residual network with squeeze-and-excitation, trained on FER2013.",
        "model": "compact",
        "model_options": {"dropout": 0.3},
        "augmentation": PRESETS["strong"],
        "epochs": 60,
        "warmup_epochs": 3,
        "patience": 60,
        "label_smoothing": 0.1,
        "ema": 0.998,
    },
    "fast": {
        **_SMALL,
        "note": "Our compact network at about half width, for the live camera; taught by the run 'compact'.",
        "model": "compact",
        "model_options": {"width": 0.48, "dropout": 0.1},
        "augmentation": PRESETS["medium"],
        "epochs": 45,
        "warmup_epochs": 3,
        "patience": 45,
        "ema": 0.998,
        "teacher": "compact",
        "teacher_share": 0.7,
    },
    "large": {
        **_SMALL,
        "note": "A large network for accuracy, and as a teacher.",
        "model": "vgg",
        "model_options": {"dropout": 0.4},
        "augmentation": PRESETS["strong"],
        "epochs": 200,
        "warmup_epochs": 5,
        "patience": 200,
        "label_smoothing": 0.1,
        "cutmix": 1.0,
        "mixup": 0.2,
        "ema": 0.999,
    },
    "human": {
        **_SMALL,
        "note": "The network 'compact', taught further by the shares of FER+'s votes: it says what people see.",
        "model": "compact",
        "model_options": {"dropout": 0.3},
        "augmentation": PRESETS["strong"],
        "learning_rate": 1e-3,
        "epochs": 14,
        "warmup_epochs": 1,
        "patience": 14,
        "monitor": "val_loss",
        "ema": 0.998,
        "targets": "votes",
        "start_from": "compact",
        "tags": ("camera",),
    },
    "mini_xception": {
        **_SMALL,
        "note": "The network that most installable emotion demos ship, trained by us, as a reference.",
        "model": "mini_xception",
        "epochs": 40,
        "warmup_epochs": 2,
        "patience": 40,
        "ema": 0.995,
    },
    "drawn": {
        **_SMALL,
        "note": "The compact network at half width, trained on drawn faces; it saw no photograph.",
        "model": "compact",
        "model_options": {"width": 0.5},
        "epochs": 60,
        "warmup_epochs": 3,
        "patience": 60,
        "batch_size": 64,
        "ema": 0.99,
    },
}
"""Name -> arguments of TrainingConfig that differ from the report's protocol."""


def describe(name: str) -> str:
    """What a recipe is for, a sentence for a form: its note."""
    return str(RECIPES[name].get("note", "The report's own network and protocol; hours on two cores."))
