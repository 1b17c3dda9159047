"""One map of metric names for every way in: what others call differently is called here as Keras would log it."""

import re
from collections.abc import Iterable

ALIASES = {
    "acc": "accuracy", "sparse_categorical_accuracy": "accuracy", "categorical_accuracy": "accuracy",
    "lr": "learning_rate", "epochs": "epoch",
}  # fmt: skip
"""Names under which others log what is called differently here."""

VALIDATION = ("val", "valid", "validation", "eval", "evaluation", "dev")
TRAIN = ("train", "training")


def canonical(name: str) -> str:
    """A metric's name as Keras would log it: "Valid/Acc" -> "val_accuracy", "train_loss" -> "loss"."""
    words = [w for w in re.split(r"[\s/_.-]+", name.strip().lower()) if w]
    words = [w for w in words if w != "epoch"] or words
    is_validation = any(word in VALIDATION for word in words)
    kept = "_".join(word for word in words if word not in VALIDATION + TRAIN) or "value"
    return ("val_" if is_validation else "") + ALIASES.get(kept, kept)


def canonical_names(names: Iterable[str]) -> dict[str, str]:
    """Each name -> what it is called here, all different.

    Where several would be called the same, the one that is called so already keeps it, else the first; the others keep
    their own words, so that nothing replaces anything: "accuracy" and "categorical_accuracy" are two metrics.
    """
    names = list(dict.fromkeys(names))
    found: dict[str, str] = {}
    for name in sorted(names, key=lambda one: canonical(one) != one.strip().lower()):
        wanted = canonical(name)
        if wanted in found.values():
            wanted = re.sub(r"[\s/.-]+", "_", name.strip().lower())
        while wanted in found.values():
            wanted += "_2"
        found[name] = wanted
    return {name: found[name] for name in names}
