"""One layer's arithmetic at one place of its output, stepped through in the browser by pointer and arrow keys."""

import base64
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from fer_core.inside import Block
from fer_core.inside.functions import FORMULAS
from fer_core.labels import CLASSES

_ASSETS = Path(__file__).parent / "assets"

_component = st.components.v2.component(
    "fer_lab_stepper",
    html='<div class="stepper"></div>',
    css=(_ASSETS / "stepper.css").read_text(encoding="utf-8"),
    js=(_ASSETS / "stepper.js").read_text(encoding="utf-8"),
)


def show(block: Block, layer: str, unit: int, reads: list[str], depth: int, identity: str, key: str) -> None:
    """Draws the block.

    Args:
        layer: the chosen layer. unit: filter or unit chosen.
        reads: names of what the block's operation reads. depth: channels of the first of them.
        identity: changes whenever anything of the block does.
    """
    last = block.steps[-1].name if block.steps else block.operation.name
    chain = block.operation.name if last == block.operation.name else f"{block.operation.name} to {last}"
    _component(
        key=key,
        data={
            "id": identity,
            "layer": layer,
            "operation_layer": block.operation.name,
            "title": f"Output of {chain}",
            "hint": "Arrow keys step from place to place.",
            "picked": int(np.flatnonzero(block.units == unit)[0]),
            "unit_names": [_named(int(one), len(block.units)) for one in block.units],
            "class_names": list(CLASSES) if _counts(block) == len(CLASSES) else [],
            "read_from": reads,
            "read_depth": depth,
            "read_kind": "channel" if block.output.shape[0] * block.output.shape[1] > 1 else "input",
            "given": "a gray level of the picture" if block.operation.layer == "InputLayer" else
            f"{block.operation.layer}: as the network computed it, not stepped through here",
            **_sent(block),
        },
    )  # fmt: skip


def _counts(block: Block) -> int:
    """How many values a softmax of the block is taken over; 0 where it has none."""
    return next((step.logits.shape[2] for step in block.steps if step.logits is not None), 0)


def _named(unit: int, count: int) -> str:
    return CLASSES[unit] if count == len(CLASSES) else f"unit {unit}"


def _sent(block: Block) -> dict[str, Any]:
    operation = block.operation
    return {
        "operation": {
            "kind": operation.kind, "name": operation.name, "own": operation.own,
            "inputs": [_array(one) for one in operation.inputs],
            "kernel": None if operation.kernel is None else _array(operation.kernel),
            "bias": None if operation.bias is None else [float(one) for one in operation.bias],
            "strides": list(operation.strides), "dilation": list(operation.dilation), "start": list(operation.start),
            "channels": None if operation.channels is None else [int(one) for one in operation.channels],
            "flattened": operation.flattened and list(operation.flattened),
        },
        "steps": [
            {
                "kind": step.kind, "name": step.name, "formula": step.formula,
                "words": FORMULAS[step.formula][0] if step.kind == "function" else "",
                "numbers": {name: _array(values) for name, values in step.numbers.items()},
                "output": None if step.output is None or step.kind != "given" else _array(step.output),
                "logits": None if step.logits is None else _array(step.logits),
                "which": None if step.which is None else [int(one) for one in step.which],
            }
            for step in block.steps
        ],
        "output": _array(block.output),
    }  # fmt: skip


def _array(values: np.ndarray) -> dict[str, Any]:
    data = np.ascontiguousarray(values, "<f4").tobytes()
    return {"shape": list(values.shape), "data": base64.b64encode(data).decode("ascii")}
