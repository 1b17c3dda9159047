"""Runs: the folder that a training leaves behind, and everything that reads or writes it."""

from fer_core.runs.folder import (
    FORMAT,
    PARTIAL,
    REQUIRED,
    BrokenRun,
    Predictions,
    Run,
    annotate,
    default_root,
    discover,
    find_run,
    load_model,
    load_run,
    may_be_opened,
    named_roots,
    read_json,
    stamp_copy,
    write_json,
)
from fer_core.runs.network import load_network, open_lite

__all__ = [
    "FORMAT",
    "PARTIAL",
    "REQUIRED",
    "BrokenRun",
    "Predictions",
    "Run",
    "annotate",
    "default_root",
    "discover",
    "find_run",
    "load_model",
    "load_network",
    "load_run",
    "may_be_opened",
    "named_roots",
    "open_lite",
    "read_json",
    "stamp_copy",
    "write_json",
]
