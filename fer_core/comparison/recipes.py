"""Which runs are seeds of one recipe: a recipe is what was asked for, not what came out or what things are called."""

import re
from collections.abc import Mapping
from typing import Any

from fer_core.data.augmentation import Augmentation

TRAINING: dict[str, Any] = {
    **{"optimizer": None, "nadam_warmup": "keras3", "learning_rate": None, "schedule": "constant"},
    **{"warmup_epochs": 0.0, "weight_decay": 0.0, "batch_size": None, "epochs_asked": None, "patience": None},
    **{"monitor": None, "label_smoothing": 0.0, "mixup": 0.0, "cutmix": 0.0, "class_weight": 0.0, "ema": 0.0},
    **{"teacher": "", "teacher_share": 0.0, "targets": "labels", "start_from": "", "limit": 0},
}
"""Settings of training that make a recipe, each with what a run that does not name it had."""

_NO_SETTING = ("epochs_run", "steps_per_epoch", "source", "precision", "random_state")
"""What a RunLogger's run keeps beside the user's own settings, and a seed by another name."""

_COUNTER = re.compile(r"_\d+$")
_SEED_IN_NAME = re.compile(r"[-_. ]*(?:seed|run|s|r)?[-_. ]*\d+$", re.IGNORECASE)


def recipe(config: Mapping[str, Any], name: str = "") -> tuple[tuple[str, str], ...]:
    """What runs must share to be seeds of one recipe, comparable and hashable; see `recipe_settings`."""
    return tuple(sorted((key, repr(_plain(value))) for key, value in recipe_settings(config, name).items()))


def recipe_settings(config: Mapping[str, Any], name: str = "") -> dict[str, Any]:
    """The settings that make a run's recipe.

    Args:
        config: run.json.
        name: the run's; where run.json names no setting at all (a history brought in as a table), runs whose names
            differ in a number at the end ("mine-1", "mine-2") are taken for one recipe, and no others.
    """
    model, data = config.get("model") or {}, config.get("dataset") or {}
    training = config.get("training") or {}
    # Keras counts up the names of networks that were not given one: sequential, sequential_1.
    found: dict[str, Any] = {"model": _COUNTER.sub("", str(model.get("name") or ""))}
    found |= {f"model.{key}": value for key, value in (model.get("options") or {}).items()}
    found["parameters"] = model.get("parameters")
    found["normalisation"] = (config.get("preprocessing") or {}).get("normalisation")
    found["augmentation"] = _augmentation(config.get("augmentation"))
    found |= {key: training.get(key, default) for key, default in TRAINING.items()}
    if config.get("logged_by") == "RunLogger":  # whatever else the user named was asked for too: dropout, filters
        found |= {f"own.{key}": value for key, value in training.items() if _is_own(key) and value is not None}
    known = [key for key in TRAINING if training.get(key) is not None]
    if not known and not model.get("parameters"):
        found["name"] = _SEED_IN_NAME.sub("", name or str(config.get("name") or ""))
    found["data"] = data.get("fingerprint") or data.get("name")
    found["verdicts"] = (data.get("verdicts") or {}).get("digest") or ""
    found["validation"] = (data.get("validation") or {}).get("fraction")
    return found


def seed_of(config: Mapping[str, Any], name: str = "") -> tuple[Any, Any]:
    """What tells seeds of a recipe apart: (training seed, split seed), or the run's name where it names none."""
    training = config.get("training") or {}
    validation = (config.get("dataset") or {}).get("validation") or {}
    seed = training.get("seed")
    return (name if seed is None else seed, training.get("split_seed", validation.get("seed")))


def is_other_seed(one: Mapping[str, Any], other: Mapping[str, Any], names: tuple[str, str] = ("", "")) -> bool:
    """Whether two run.json (of runs with these names) are seeds of one recipe, and not the same seed."""
    same = recipe(one, names[0]) == recipe(other, names[1])
    return same and seed_of(one, names[0]) != seed_of(other, names[1])


def _is_own(key: str) -> bool:
    """Whether a key of a RunLogger's training is a setting that only its user knows; no seed is one."""
    return key not in TRAINING and key not in _NO_SETTING and "seed" not in key.lower()


def _augmentation(value: Any) -> Any:
    """Settings of augmentation with those that an older version did not know at their defaults; None for none."""
    if not isinstance(value, Mapping):
        return value or None
    off = {"zoom": 0.0, "contrast": 0.0, "brightness": 0.0, "erase": 0.0}
    known = {key: value[key] for key in value if key in Augmentation.__dataclass_fields__}
    return tuple(sorted({**off, **value, **known}.items()))


def _plain(value: Any) -> Any:
    """1 and 1.0 are one setting."""
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
