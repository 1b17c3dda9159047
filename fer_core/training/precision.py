"""In which numbers a network is trained: float32, or float32 weights with bfloat16 arithmetic.

Micikevicius et al. 2018, "Mixed Precision Training"; bfloat16 has float32's range, so the loss needs no scaling. What
is stored is always float32: `fer_core.training.network.in_float32` rebuilds the network before it is scored.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fer_core.runtime import import_keras

PRECISIONS = ("auto", "float32", "bfloat16")
_FLAGS = ("avx512_bf16", "amx_bf16", "bf16")
"""What processors call their bfloat16 arithmetic in /proc/cpuinfo: x86-64, x86-64, 64-bit Arm."""


def resolve(precision: str) -> str:
    """ "float32" or "bfloat16": for "auto" bfloat16 where the accelerator or the processor computes in it."""
    if precision != "auto":
        return precision
    accelerated = any(not device.startswith("cpu") for device in import_keras().distribution.list_devices())
    return "bfloat16" if accelerated or _processor_has_bfloat16() else "float32"


def _processor_has_bfloat16() -> bool:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:  # not Linux: nothing is known, and float32 is never wrong
        return False
    flags = {
        word for line in text.splitlines() if line.lower().startswith(("flags", "features")) for word in line.split()
    }
    return bool(flags & set(_FLAGS))


@contextmanager
def built_in(precision: str) -> Iterator[None]:
    """Within it, networks are built to compute in a precision ("float32" or "bfloat16"); their weights are float32."""
    policies = import_keras().config
    before = policies.dtype_policy()
    policies.set_dtype_policy("mixed_bfloat16" if precision == "bfloat16" else "float32")
    try:
        yield
    finally:
        policies.set_dtype_policy(before)


def take_over(fresh: Any, state: Any) -> Any:
    """The fresh, compiled model with the weights and the optimizer's state of another of its kind."""
    fresh.set_weights(state.get_weights())
    fresh.optimizer.build(fresh.trainable_variables)
    for mine, theirs in zip(fresh.optimizer.variables, state.optimizer.variables, strict=True):
        mine.assign(theirs)
    return fresh
