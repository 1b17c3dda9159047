"""From a configuration to a compiled Keras model. Nothing here depends on the backend."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fer_core.runtime import import_keras
from fer_core.training.config import TrainingConfig
from fer_core.training.nadam import slow_nadam


def compile_model(model: Any, config: TrainingConfig, steps_per_epoch: int) -> None:
    """Compiles the model in place with the configuration's optimiser, schedule and loss."""
    keras = import_keras()
    model.compile(
        optimizer=make_optimizer(config, steps_per_epoch),
        loss=keras.losses.CategoricalCrossentropy(label_smoothing=config.label_smoothing),
        metrics=["accuracy"],
    )


def make_optimizer(config: TrainingConfig, steps_per_epoch: int) -> Any:
    """The keras optimizer; `steps_per_epoch` turns the schedule's epochs into steps."""
    optimizers = import_keras().optimizers
    rate: Any = config.learning_rate
    if config.schedule == "cosine":
        warmup = round(config.warmup_epochs * steps_per_epoch)
        rate = optimizers.schedules.CosineDecay(
            initial_learning_rate=config.learning_rate / 25 if warmup else config.learning_rate,
            decay_steps=max(1, config.epochs * steps_per_epoch - warmup),
            alpha=0.01,
            warmup_target=config.learning_rate if warmup else None,
            warmup_steps=warmup,
        )
    kind = {
        "nadam": slow_nadam() if config.nadam_warmup == "keras2" else optimizers.Nadam,
        "adam": optimizers.Adam,
        "adamw": optimizers.AdamW,
        "sgd": optimizers.SGD,
    }[config.optimizer]
    extra = {"momentum": 0.9, "nesterov": True} if config.optimizer == "sgd" else {}
    optimizer = kind(
        learning_rate=rate,
        # 0 and None differ for AdamW, whose own default is 0.004.
        weight_decay=config.weight_decay if config.weight_decay or config.optimizer == "adamw" else None,
        use_ema=config.ema > 0,
        ema_momentum=config.ema or 0.99,
        **extra,
    )
    if config.weight_decay:
        # Biases and the scales and offsets of normalisation are not decayed (He et al. 2019, "Bag of Tricks", 3.1).
        optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return optimizer


@contextmanager
def averaged_weights(model: Any) -> Iterator[None]:
    """Within it, the model carries the moving average of its weights, where the optimiser keeps one."""
    optimizer = model.optimizer
    averages = getattr(optimizer, "_model_variables_moving_average", None)
    if not optimizer.use_ema or not averages:
        yield
        return
    # Keras offers no public way to look through the average and go on training from the raw weights; its own
    # SwapEMAWeights callback exchanges the same two lists.
    pairs = list(zip(optimizer._trainable_variables, averages, strict=True))
    _exchange(pairs)
    try:
        yield
    finally:
        _exchange(pairs)


def _exchange(pairs: list[tuple[Any, Any]]) -> None:
    for variable, average in pairs:
        held = variable.numpy() if hasattr(variable, "numpy") else variable.value
        variable.assign(average)
        average.assign(held)
