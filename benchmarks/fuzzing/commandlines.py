"""Command lines: each command with what it asks for, and one or two things that are none."""

import argparse
import json
import os
import random
import shutil
from pathlib import Path
from typing import Any

from benchmarks.fuzzing import mutations, seeds
from benchmarks.fuzzing.seeds import REPO, Files

_ALWAYS: dict[str, tuple[str, ...]] = {"sweep": ("--status",), "train": ("--epochs", "1")}
_kept: dict[str, Path] = {}


def prepare(folder: Path) -> None:
    """Runs, a data set, a picture and a text to name."""
    _kept["folder"] = folder
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in {"tiny.npz": seeds.datasets()["faces.npz"], "a.png": seeds.pictures()["a.png"],
                       "text.txt": b"text", "log.csv": seeds.histories()["log.csv"]}.items():  # fmt: skip
        (folder / name).write_bytes(data)
    shutil.copytree(REPO / "checkpoints" / "mini_xception", folder / "runs" / "mini", dirs_exist_ok=True)


def _options(command: str) -> tuple[list[argparse.Action], list[argparse.Action]]:
    from fer_core.cli import build_parser

    choices: Any = next(a for a in build_parser()._actions if isinstance(a, argparse._SubParsersAction)).choices
    actions = [action for action in choices[command]._actions if action.dest != "help"]
    return [a for a in actions if not a.option_strings], [a for a in actions if a.option_strings]


def _commands() -> list[str]:
    from fer_core.cli import build_parser

    found: Any = next(a for a in build_parser()._actions if isinstance(a, argparse._SubParsersAction)).choices
    return sorted(found)


def _usual(action: argparse.Action, rng: random.Random) -> str:
    """Something that the option might take; {here} stands for the folder that `prepare` filled."""
    if action.choices:
        return str(rng.choice(list(action.choices)))
    if action.type in (int, float):
        return str(rng.choice((1, 2, 3)))
    named = {"data": "{here}/tiny.npz", "root": "{here}/runs", "out": "out", "csv": "x.csv", "file": "{here}/text.txt",
             "files": "{here}/a.png", "run_name": "mini", "runs": "mini", "path": "{here}/log.csv"}  # fmt: skip
    return named.get(action.dest, "mini")


def _odd(rng: random.Random) -> str:
    texts = [text for text in mutations.NASTY_TEXTS if not text.startswith("/") and "\0" not in text]
    return rng.choice(
        (*texts, "{here}/text.txt", "{here}", "{here}/missing/x", "{here}/tiny.npz", "missing", "-1", "nan")
    )


def a_line(rng: random.Random) -> tuple[str, bytes]:
    """A command line as JSON."""
    command = rng.choice(_commands())
    firsts, options = _options(command)
    line = [command]
    values = [(None, action) for action in firsts]
    chosen = [a for a in options if a.required or (a.nargs != 0 and rng.random() < 0.25)]
    values += [(rng.choice(action.option_strings), action) for action in chosen]
    odd = set(rng.sample(range(len(values)), min(len(values), rng.choice((1, 1, 2))))) if values else set()
    for place, (flag, action) in enumerate(values):
        value = _odd(rng) if place in odd else _usual(action, rng)
        if flag is None:
            line.append(value)
        else:
            line += [f"{flag}={value}"] if value.startswith("-") else [flag, value]
    return json.dumps([*line, *_ALWAYS.get(command, ())]), b""


def known() -> Files:
    """Those that once gave tracebacks."""
    lines = (
        ["predict", "{here}/a.png", "--run", "mini", "--out", "{here}/text.txt"],
        ["predict", "{here}/a.png", "--run", "mini", "--rate", "nan"],
        ["predict", "x" * 5000, "--run", "mini"],
        ["predict", "{here}/a.png", "--run", "x" * 5000],
        ["train", "--name", "x" * 5000, "--data", "{here}/tiny.npz"],
        ["train", "--name", "a", "--data", "{here}/tiny.npz", "--root", "{here}/text.txt"],
        ["doubtful", "mini", "--data", "{here}/tiny.npz", "--csv", "missing/x.csv"],
        ["runs", "--root", "{here}/text.txt"],
        ["report", "mini", "--out", "missing/x.html"],
    )
    return {json.dumps(line): b"" for line in lines}


def call(name: str, data: bytes, folder: Path) -> str | None:
    """Runs the line; a usage line and a sentence count as a sentence."""
    from benchmarks.fuzzing.worker import ACCEPTED, SENTENCE
    from fer_core import cli

    runs = folder / "runs"
    shutil.copytree(_kept["folder"] / "runs", runs)
    os.environ["FER_RUNS"] = str(runs)
    line = [part.replace("{here}/runs", str(runs)).replace("{here}", str(_kept["folder"])) for part in json.loads(name)]
    try:
        status = cli.main(line)
    except SystemExit as error:
        status = error.code
    return SENTENCE if status else ACCEPTED
