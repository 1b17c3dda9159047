"""Whole files, small: what the ways in are given before it is damaged. Nothing here is a photograph."""

import io
import json
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.fuzzing.mutations import framed
from fer_core.labels import CLASSES

REPO = Path(__file__).resolve().parents[2]
Files = dict[str, bytes]


@cache
def _faces() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """u8 (63, 48, 48), labels and splits: three pictures a class in each of three splits."""
    rng = np.random.default_rng(0)
    coarse = rng.integers(20, 235, (63, 6, 6), dtype=np.uint8)
    return coarse.repeat(8, axis=1).repeat(8, axis=2), np.tile(np.arange(7), 9), np.repeat([0, 1, 2], 21)


def datasets() -> Files:
    """The layouts of a data set, each as somebody might send it."""
    pixels, labels, split = _faces()
    usages = ("Training", "PublicTest", "PrivateTest")
    rows = [" ".join(map(str, one.ravel())) for one in pixels]
    first = range(0, 63, 9)
    fer = "emotion,pixels,Usage\n" + "".join(f"{labels[i]},{rows[i]},{usages[split[i]]}\n" for i in first)
    wide = "label," + ",".join(f"p{i}" for i in range(2304)) + "\n"
    wide += "".join(f"{labels[i]},{rows[i].replace(' ', ',')}\n" for i in first)
    tree = {
        f"{part}/{CLASSES[labels[i]]}/{i}.png": picture("PNG", pixels[i]) for part, i in (("train", 1), ("test", 30))
    }
    homework = {"train.csv": "label,feature\n" + "".join(f"{labels[i]},{rows[i]}\n" for i in first),
                "test.csv": "id,feature\n" + "".join(f"{i},{rows[i]}\n" for i in first)}  # fmt: skip
    votes = "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF\n"
    votes += "".join(f"{usages[split[i]]},fer{i:07}.png,{i % 8},{10 - i % 8},0,0,0,0,0,0,0,0\n" for i in first)
    return {
        "fer2013.csv": fer.encode(),
        "wide.csv": wide.encode(),
        "faces.npz": npz(pixels=pixels, emotion=labels.astype(np.int8), usage=split.astype(np.int8)),
        "tree.zip": zipped(tree),
        "homework.zip": zipped({name: text.encode() for name, text in homework.items()}),
        "ferplus.zip": zipped({"fer2013.csv": fer.encode(), "fer2013new.csv": votes.encode()}),
        "tree.tar.gz": tarred(tree),
    }


def pictures() -> Files:
    """A small picture in each format and each kind of pixel."""
    rng = np.random.default_rng(1)
    gray, colour = rng.integers(0, 256, (60, 50), np.uint8), rng.integers(0, 256, (60, 50, 3), np.uint8)
    made = {f"a.{kind.lower()}": picture(kind, colour) for kind in ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "AVIF")}
    made["gray.jpg"], made["gray.gif"] = picture("JPEG", gray), picture("GIF", gray)
    made["deep.png"] = picture("PNG", gray.astype(np.uint16) * 257)
    made["clear.png"] = picture("PNG", np.dstack([colour, gray]))
    return made


def picture(kind: str, pixels: np.ndarray) -> bytes:
    """A picture file."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind)
    return file.getvalue()


def videos() -> Files:
    """Half a second in two containers."""
    import cv2

    rng, made = np.random.default_rng(2), {}
    with tempfile.TemporaryDirectory() as folder:
        for name, code in (("a.avi", "MJPG"), ("a.mp4", "mp4v")):
            path = Path(folder, name)
            writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*code), 10, (96, 64))
            for _ in range(5):
                writer.write(rng.integers(0, 256, (8, 12, 3), np.uint8).repeat(8, 0).repeat(8, 1))
            writer.release()
            made[name] = path.read_bytes()
    return made


def run_folder() -> Files:
    """The files of a run that is whole, as training writes them; annotations beside them."""
    folder = REPO / "checkpoints" / "mini_xception"
    files = {name: (folder / name).read_bytes() for name in ("run.json", "history.csv")}
    labels = _faces()[1]
    rng = np.random.default_rng(3)
    arrays = {
        "validation_epochs": np.arange(3, dtype=np.int16),
        "validation_epoch_classes": rng.integers(0, 7, (3, 63), np.uint8),
    }
    for split in ("validation", "public", "private"):
        p = rng.dirichlet(np.ones(7), 63).astype(np.float32)
        arrays |= {
            f"{split}_rows": np.arange(63, dtype=np.int32),
            f"{split}_labels": labels.astype(np.int8),
            f"{split}_probabilities": p,
        }
    files["predictions.npz"] = npz(**arrays)
    files["annotations.json"] = json.dumps({"note": "odd", "tags": ["a", "b"], "archived": False}).encode()
    return files


def histories() -> Files:
    """Tables of epochs as the import takes them."""
    rows = [(e, 0.2 + e / 10, 2 - e / 10, 0.2 + e / 20, 2 - e / 20) for e in range(6)]
    heads = ("epoch", "accuracy", "loss", "val_accuracy", "val_loss")
    columns = {head: [row[i] for row in rows] for i, head in enumerate(heads)}
    text = ",".join(heads) + "\n" + "".join(",".join(f"{v:g}" for v in row) + "\n" for row in rows)
    records = "".join(json.dumps(dict(zip(heads, row, strict=True))) + "\n" for row in rows)
    return {
        "log.csv": text.encode(),
        "german.csv": text.replace(",", ";").replace(".", ",").encode("utf-16"),
        "history.json": json.dumps(columns).encode(),
        "history.jsonl": records.encode(),
    }


def events() -> Files:
    """Event files with numbers as TensorFlow 1 and 2 write them."""
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary
    from tensorboard.util.tensor_util import make_tensor_proto

    made = [Event(wall_time=1.0, file_version="brain.Event:2")]
    for step in range(4):
        one = Summary.Value(tag="epoch_accuracy", tensor=make_tensor_proto(np.float32(step / 4)))
        two = Summary.Value(tag="val_loss", simple_value=2 - step / 4)
        made += [Event(wall_time=2.0 + step, step=step, summary=Summary(value=[value])) for value in (one, two)]
    return {"events.out.tfevents.1": b"".join(framed(event.SerializeToString()) for event in made)}


def networks() -> Files:
    """A network as LiteRT's file, as Keras writes it, as HDF5 and as a SavedModel's zip."""
    folder = REPO / "checkpoints" / "mini_xception"
    return {name: (folder / name).read_bytes() for name in ("model.tflite", "model.keras")} | _other_networks()


_SAVES = """
import sys, keras, zipfile, pathlib
one = keras.Sequential([keras.layers.Input((48, 48, 1)), keras.layers.Conv2D(4, 3, strides=4, activation="relu"),
                        keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(7, activation="softmax")])
folder = pathlib.Path(sys.argv[1])
one.save(folder / "model.h5")
one.export(folder / "saved", verbose=False)
with zipfile.ZipFile(folder / "saved.zip", "w", zipfile.ZIP_DEFLATED) as archive:
    for path in sorted((folder / "saved").rglob("*")):
        archive.write(path, path.relative_to(folder))
"""


@cache
def _other_networks() -> Files:
    """A small network as HDF5 and as a SavedModel's zip, written by a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-c", _SAVES, folder], check=True, capture_output=True)
        return {name: Path(folder, name).read_bytes() for name in ("model.h5", "saved.zip")}


def classes() -> Files:
    """A class's own classes, as the page gives them to take along."""
    from fer_core.own_classes.example import drawn_example

    return {"my-class.zip": drawn_example(1).to_zip()}


def plans() -> Files:
    """Files in TOML: a lesson and a sweep; and a file of verdicts."""
    lesson = sorted((REPO / "fer_core" / "lessons").rglob("*.toml"))[0]
    verdicts = b"row,verdict,who,when,set\n3,right,a,2026-01-01,set\n4,happy,b,2026-01-01,set\n5,,b,2026-01-01,set\n"
    sweep = REPO / "fer_core" / "training" / "sweeps" / "report.toml"
    return {"lesson.toml": lesson.read_bytes(), "sweep.toml": sweep.read_bytes(), "a.verdicts.csv": verdicts}


def npz(**arrays: np.ndarray) -> bytes:
    """An .npz."""
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
    return file.getvalue()


def zipped(files: Files) -> bytes:
    """A zip."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


def tarred(files: Files) -> bytes:
    """A tar.gz."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return file.getvalue()
