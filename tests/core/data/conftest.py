"""A small set of pictures, written in each layout that people have FER2013 in."""

import csv
import io
import zipfile
from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np
import pytest

from fer_core.data.dataset import Dataset, make_dataset
from fer_core.data.votes import COLUMN_OF
from fer_core.labels import CLASSES

USAGES = ("Training", "PublicTest", "PrivateTest")
VOTES_HEADER = "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF"


def text_of(picture: np.ndarray) -> str:
    return " ".join(map(str, picture.ravel().tolist()))


def csv_of(header: str, rows: Iterable[Iterable]) -> str:
    return "\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n"


def fer2013_csv(faces: Dataset) -> str:
    rows = zip(faces.labels, map(text_of, faces.pixels), (USAGES[i] for i in faces.split), strict=True)
    return csv_of("emotion,pixels,Usage", rows)


def icml_csv(faces: Dataset) -> str:
    rows = zip(faces.labels, (USAGES[i] for i in faces.split), map(text_of, faces.pixels), strict=True)
    return csv_of("emotion, Usage, pixels", rows)


def homework_files(faces: Dataset, answers: bool = True) -> dict[str, str]:
    train, test = faces.take(np.flatnonzero(faces.split == 0)), faces.take(np.flatnonzero(faces.split > 0))
    files = {
        "train.csv": csv_of("label,feature", zip(train.labels, map(text_of, train.pixels), strict=True)),
        "test.csv": csv_of("id,feature", enumerate(map(text_of, test.pixels))),
    }
    if answers:
        rows = zip(range(len(test)), test.labels, (USAGES[i] for i in test.split), strict=True)
        files["answers.csv"] = csv_of("id,label,usage", rows)
    return files


def tree_files(faces: Dataset) -> dict[str, bytes]:
    names = ("train", "PublicTest", "PrivateTest")
    return {
        f"{names[split]}/{CLASSES[label]}/face_{row}.png": cv2.imencode(".png", picture)[1].tobytes()
        for picture, label, split, row in zip(faces.pixels, faces.labels, faces.split, faces.rows, strict=True)
    }


def ferplus_files(faces: Dataset, votes: np.ndarray | None = None) -> dict[str, str | bytes]:
    """FER+'s own folders: label.csv without a header, a box in quotes, ten counts, and the pictures beside it."""
    if votes is None:
        votes = np.eye(10, dtype=np.uint8)[COLUMN_OF[faces.labels]] * 7 + np.eye(10, dtype=np.uint8)[8]
    files: dict[str, str | bytes] = {}
    for split, name in enumerate(("FER2013Train", "FER2013Valid", "FER2013Test")):
        lines = []
        for i in np.flatnonzero(faces.split == split):
            file = f"fer{faces.rows[i]:07d}.png"
            files[f"{name}/{file}"] = cv2.imencode(".png", faces.pixels[i])[1].tobytes()
            lines.append(f'{file},"(0, 0, 48, 48)",{",".join(map(str, votes[i].tolist()))}')
        files[f"{name}/label.csv"] = "\n".join(lines) + "\n"
    return files


def npz_bytes(faces: Dataset) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, pixels=faces.pixels, emotion=faces.labels, usage=faces.split)
    return buffer.getvalue()


def votes_csv(faces: Dataset, votes: np.ndarray) -> str:
    rows = ((USAGES[s], f"fer{i:07d}.png", *v) for i, (s, v) in enumerate(zip(faces.split, votes, strict=True)))
    return csv_of(VOTES_HEADER, rows)


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def zip_of(path: Path, files: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


@pytest.fixture(scope="session")
def faces() -> Dataset:
    """21 pictures of noise, sorted as a tree sorts them: by split, then class. Three splits of seven classes."""
    rng = np.random.default_rng(5)
    pixels = rng.integers(0, 256, (21, 48, 48), dtype=np.uint8)
    pixels[0] = 0
    return make_dataset("faces", pixels, np.tile(np.arange(7), 3), np.repeat([0, 1, 2], 7), "npz")


@pytest.fixture(scope="session")
def votes(faces: Dataset) -> np.ndarray:
    return np.random.default_rng(6).integers(0, 4, (len(faces), 10), dtype=np.uint8)


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))
