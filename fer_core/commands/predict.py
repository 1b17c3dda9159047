"""Finds the faces in pictures and says what a run makes of them.

    python -m fer_core predict group.jpg --run checkpoints/NAME
    python -m fer_core predict *.png --run checkpoints/A checkpoints/B --json > faces.json
    python -m fer_core predict holiday.mp4 --run checkpoints/NAME --out seen/

Pictures: JPEG, PNG, WebP, GIF (first frame), BMP, TIFF, HEIC, AVIF. Videos: mp4, m4v, mov, webm, mkv, 3gp, avi, wmv,
mpg; their faces are numbered over time, and of several runs the first reads them. Which of the two a file is is seen
from its content.
With --out, annotated pictures and videos and a csv are written to a folder; without it, nothing is.
A file that can't be read gets its sentence on stderr, the others are read, and the exit status is 1.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from fer_core import pictures
from fer_core.commands.common import say_progress, write_csv
from fer_core.errors import FerError
from fer_core.labels import CLASSES
from fer_core.pictures import kinds
from fer_core.reading import readings
from fer_core.reading.annotate import annotate
from fer_core.reading.crowd import crowded_words
from fer_core.reading.inference import Predictor
from fer_core.reading.sure import UNSURE, WANTED, rule_for
from fer_core.runs import find_run
from fer_core.types import Json

HELP = "find the faces in pictures or videos and name their expressions"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="pictures or videos")
    parser.add_argument(
        "--run",
        dest="runs",
        nargs="+",
        required=True,
        metavar="RUN",
        help="run folders, or names of runs in the folder of runs",
    )
    parser.add_argument("--root", help="folder of runs (default: FER_RUNS, then checkpoints/)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--out", type=Path, metavar="DIR", help="write annotated copies and faces.csv here")
    parser.add_argument("--flip", action="store_true", help="average with the prediction for the mirrored face")
    parser.add_argument(
        "--no-level", dest="level", action="store_false", help="don't turn tilted faces so that the eyes lie level"
    )
    parser.add_argument(
        "--whole", action="store_true", help="read the middle of a picture in which no face is found all the same"
    )
    parser.add_argument(
        "--sure",
        type=float,
        default=WANTED,
        metavar="A",
        help=f'say "{UNSURE}" below the probability from which on a run\'s answers on its validation pictures agree '
        f"with the label this often ({WANTED:g}); 0 to name the likeliest class always",
    )
    parser.add_argument("--rate", type=float, default=10.0, metavar="R", help="frames read a second of video (10)")


def run(args: argparse.Namespace) -> int:
    if not 0 < args.rate < 1e6:  # NaN is neither
        raise FerError(f"--rate must be above 0, not {args.rate:g}.")
    if not 0 <= args.sure <= 1:
        raise FerError(f"--sure must be 0 to 1, not {args.sure:g}.")
    predictors = [Predictor(find_run(name, args.root)) for name in args.runs]
    args.least = {each.run.name: rule_for(each.run, args.sure).least for each in predictors}
    for predictor in predictors:
        if predictor.note:
            print(f"note: {predictor.note}", file=sys.stderr)
    if args.out:
        args.out.mkdir(parents=True, exist_ok=True)
    args.written = set()
    records: list[dict[str, Any]] = []
    table: list[dict[str, Any]] = []
    failed = 0
    for path in args.files:
        try:
            record, rows = _read(path, predictors, args)
        except FerError as error:
            print(f"error: {error}", file=sys.stderr)
            failed += 1
            continue
        records.append(record)
        table += rows
        if not args.json:
            _print(path, rows)
    if args.json:
        print(json.dumps(records, indent=1))
    if args.out and table:
        _write_csv(table, args.out / "faces.csv")
    return 1 if failed else 0


def _read(path: Path, predictors: list[Predictor], args: argparse.Namespace) -> tuple[Json, list[Json]]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FerError(f"{path} can't be opened: {error.strerror}.") from error
    if kinds.is_video(data, path.name):
        if len(predictors) > 1:
            print(f"{path}: read by {predictors[0].run.name} alone; videos are read by one run", file=sys.stderr)
        return _read_video(path, data, predictors[0], args)
    picture = pictures.decode(data, str(path))
    reading = readings.read_picture(picture, str(path), predictors, args.flip, args.level, args.whole)
    if args.out:
        first = reading.probabilities[predictors[0].run.name]
        squares = [face.square for face in reading.faces]
        marked = annotate(picture, squares, first, least=args.least[predictors[0].run.name])
        _copy_path(args, path, ".png").write_bytes(pictures.encode_png(marked))
    return readings.as_record(reading), readings.rows(reading, args.least)


def _read_video(path: Path, data: bytes, predictor: Predictor, args: argparse.Namespace) -> tuple[Json, list[Json]]:
    from fer_core.reading import video, video_copy
    from fer_core.reading.live import MAX_FACES

    with video.Video(data, str(path)) as clip:
        found = video.VideoReading(clip.info, rate=args.rate)
        for _ in video.read(clip, found, predictor, flip=args.flip, level=args.level):
            say_progress(f"{path}: {found.done:.0%}")
        say_progress(f"{path}: {found.done:.0%}", last=True)
    if crowded := crowded_words(found.left_out, MAX_FACES):
        print(f"{path}: {crowded}", file=sys.stderr)
    least = args.least[predictor.run.name]
    rows = video.rows(found, predictor.run.name, least)
    if args.out:
        _copy_path(args, path, ".webm").write_bytes(video_copy.annotated(data, str(path), found, least))
    info = clip.info
    return {
        "video": str(path),
        "width": info.width,
        "height": info.height,
        "seconds": found.times[-1],
        "frames_with_faces_left_out": sum(count > 0 for count in found.left_out),
        "rows": rows,
    }, rows


def _copy_path(args: argparse.Namespace, path: Path, suffix: str) -> Path:
    """Where a file's annotated copy goes; of files with one name in two folders, the later ones get a number."""
    place, count = args.out / f"{path.name}_faces{suffix}", 1
    while place in args.written:
        count += 1
        place = args.out / f"{path.name}_faces_{count}{suffix}"
    args.written.add(place)
    result: Path = place
    return result


def _print(path: Path, rows: list[dict[str, Any]]) -> None:
    print(path)
    if rows and "seconds" in rows[0]:
        numbers = sorted({row["face"] for row in rows})
        for number in numbers:
            mine = [row for row in rows if row["face"] == number]
            names = (*CLASSES, UNSURE)
            shares = {name: sum(row["shown"] == name for row in mine) / len(mine) for name in names}
            most = sorted((name for name in names if shares[name]), key=lambda name: -shares[name])
            words = ", ".join(f"{name} {shares[name]:.0%}" for name in most)
            print(f"  face {number}: {mine[0]['seconds']:.1f} to {mine[-1]['seconds']:.1f} s, frames by class: {words}")
        return
    for row in rows:
        if row["face"] is None:
            print(f"  {row['found_by']} (--whole reads the middle of the picture all the same)")
            continue
        order = sorted(CLASSES, key=lambda name: -row[name])
        words = ", ".join(f"{name} {row[name]:.1%}" for name in order[:3])
        unsure = f"{UNSURE}; " if row["shown"] == UNSURE else ""
        print(f"  face {row['face']} ({_how(row)}), {row['run']}: {unsure}{words}")


def _how(row: dict[str, Any]) -> str:
    """How a face was found, and what is to be said of it."""
    turned = f"picture turned by {row['turned']} degrees" if row["turned"] else ""
    return ", ".join(filter(None, (row["found_by"], turned, row["doubt"])))


def _write_csv(table: list[dict[str, Any]], path: Path) -> None:
    import pandas as pd

    write_csv(path, pd.DataFrame(table))
