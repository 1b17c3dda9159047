"""Files that were found to hurt once, and their kin: small ones that unfold, odd headers, odd names, deep nests."""

import gzip
import io
import json
import struct
import tarfile
import zipfile
import zlib

import numpy as np

from benchmarks.fuzzing.seeds import Files, npz, picture, run_folder, zipped

_EMOTION = np.array([0, 1, 2], np.int8)
_PARTS = ("rows", "labels", "probabilities")
_PIXELS = np.zeros((3, 48, 48), np.uint8)


def datasets() -> Files:
    """Archives and arrays that lie about themselves."""
    member = _npy("{'descr': '|u1', 'fortran_order': False, 'shape': (3, -48, 48)}\n")
    nested = b"nothing"
    for _ in range(1199):
        nested = zipped({"inner.zip": nested})
    grey = picture("PNG", np.zeros((48, 48), np.uint8))
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(70_000):
            archive.writestr(zipfile.ZipInfo(f"train/happy/{number}.png"), b"")
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as packed:
        for name, kind in (("train/happy/a.png", tarfile.SYMTYPE), ("b.png", tarfile.LNKTYPE), ("c", tarfile.FIFOTYPE)):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            packed.addfile(info)
    return {
        "wide.npz": _zeros("<f8", 60_000),
        "million.npz": _zeros("|u1", 1_000_000),
        "noarray.npz": zipped({"pixels.npy": b"no array", "emotion.npy": _npy("{")}),
        "header.npz": zipped({"pixels.npy": _npy("{'descr': '|u1', ((("), "emotion.npy": _npy("[" * 3000)}),
        "shape.npz": zipped({"pixels.npy": member, "emotion.npy": member}),
        "vast.npz": zipped(
            {"pixels.npy": _npy("{'descr': '|u1', 'fortran_order': False, 'shape': (10**9, 48, 48)}\n")}
        ),
        "digits.npz": zipped(
            {"pixels.npy": _npy("{'descr': '|u1', 'fortran_order': False, 'shape': (" + "9" * 5000 + ",)}")}
        ),
        "single.npz": _npy("{'descr': '|u1', 'fortran_order': False, 'shape': (1,)}\n") + b"1",
        "object.npz": _with(pixels=np.array([None, 1, {}], object), emotion=_EMOTION),
        "record.npz": npz(pixels=np.zeros(3, [("a", "u1"), ("b", "f4")]), emotion=_EMOTION),
        "text.npz": npz(pixels=_PIXELS, emotion=_EMOTION, votes=np.full((3, 10), "x")),
        "nan.npz": npz(pixels=_PIXELS, emotion=_EMOTION, votes=np.full((3, 10), np.nan)),
        "complex.npz": npz(pixels=_PIXELS.astype(complex), emotion=_EMOTION),
        "times.npz": npz(pixels=_PIXELS, emotion=np.array(["2026-01-01"] * 3, "M8[D]")),
        "padded.zip": zipped({f"train/happy/{i}.png": grey + bytes(60 << 20) for i in range(4)}),
        "zeros.zip": zipped({f"train/happy/{i}.png": bytes(64 << 20) for i in range(4)}),
        "digits.zip": zipped({"9" * 4300 + "/a.png": grey, "9" * 4301 + ".txt": b"x"}),
        "deepname.zip": zipped({"a/" * 1199 + "b.csv": b"x"}),
        "outside.zip": zipped({"../../outside.csv": b"emotion,pixels\n", "/outside.csv": b"x"}),
        "nested.zip": nested,
        "many.zip": many.getvalue(),
        "links.tar": tar.getvalue(),
        "bomb.csv.gz": gzip.compress(b"emotion,pixels,Usage\n" + b"0," * (200 << 20), 1),
        "line.csv": b"emotion,pixels,Usage\n0," + b"1 " * 20_000_000,
        "commas.csv": b"," * 8_000_000,
        "rows.csv": b"emotion,pixels\n" + b"\n" * 8_000_000,
        "quotes.csv": b'emotion,pixels\n"' + b"1 " * 4_000_000,
        "nul.csv": b"emotion,pixels\n\0" * 1000,
        "=1+1.csv": b"emotion,pixels\n0,1 2\n",
    }


def pictures() -> Files:
    """Few bytes, many pixels; and chunks that say more than there is."""
    deep = _chunk(b"IHDR", struct.pack(">IIBBBBB", 7000, 7000, 16, 0, 0, 0, 0))
    deep += _chunk(b"IDAT", zlib.compress(bytes(7000 * 14001), 1)) + _chunk(b"IEND", b"")
    huge = _chunk(b"IHDR", struct.pack(">IIBBBBB", 2**31 - 1, 2**31 - 1, 8, 2, 0, 0, 0)) + _chunk(b"IDAT", b"")
    text = _chunk(b"IHDR", struct.pack(">IIBBBBB", 4, 4, 8, 0, 0, 0, 0)) + _chunk(
        b"zTXt", b"a\0\0" + zlib.compress(bytes(200 << 20), 1)
    )
    thin = _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 49_999_999, 8, 0, 0, 0, 0)) + _chunk(
        b"IDAT", zlib.compress(bytes(99_999_998), 1)
    )
    head = b"\x89PNG\r\n\x1a\n"
    return {
        "deep.png": head + deep,
        "huge.png": head + huge,
        "text.png": head + text + _chunk(b"IEND", b""),
        "thin.png": head + thin + _chunk(b"IEND", b""),
        "flat.png": picture("PNG", np.zeros((1, 65_000), np.uint8)),
        "one.png": picture("PNG", np.zeros((1, 1), np.uint8)),
        "big.png": picture("PNG", np.zeros((7000, 7000), np.uint8)),
        "clear.png": picture("PNG", np.zeros((6000, 6000, 2), np.uint8)),
        "float.tiff": picture("TIFF", np.full((60, 60), np.nan, np.float32)),
        "page.svg": b"<svg xmlns='http://www.w3.org/2000/svg'><image href='http://host/x.png'/></svg>",
        "bomb.svg.png": b'<!DOCTYPE a [<!ENTITY b "bb">]>',
        "empty.jpg": b"",
    }


def runs() -> dict[str, Files]:
    """Changes to a run folder, file by file."""
    record = json.loads(run_folder()["run.json"])
    odd = {
        "format": {"format": []},
        "scores": {"scores": 5},
        "score": {"scores": {"private": {"accuracy": 0.5, "ece": []}}},
        "recall": {"scores": {"private": {"n": 5, "recall": 3}}},
        "calibration": {"calibration": "warm"},
        "markup": {"model": {"name": "![m](http://host/x.png)"}, "name": "![m](http://host/x.png)",
                   "dataset": {"name": "<img src=x>", "counts": {"<b>": 1}}},
        "names": {"name": "../../outside"},
        "training": {"training": {"epochs_run": 3, "optimizer": ["a"], "learning_rate": {"a": 1}, "seed": "x"}},
        "own": {"training": {"epochs_run": 3, "mixup": [1], "teacher": {"a": {}}, "monitor": "=1", "limit": None}},
        "hardware": {"hardware": 5, "versions": ["a"], "created": "yesterday", "tags": ["<b>", "x" * 5000]},
        "preprocessing": {"preprocessing": {"normalisation": {"a": [1]}, "statistics": "x"}},
        "augmentation": {"augmentation": {"rotation": [[]], "": {"": {}}}},
        "lite": {"lite": 5},
        "limits": {"limits": 5, "source": [], "wrapping": {"size": "x"}},
    }  # fmt: skip
    found = {name: {"run.json": json.dumps({**record, **changes}).encode()} for name, changes in odd.items()}
    text = json.dumps(record)
    found["digits"] = {"run.json": ('{"seconds": ' + "9" * 5000 + "," + text[1:]).encode()}
    found["brackets"] = {"run.json": b"[" * 100_000}
    found["deep"] = {"run.json": ('{"own": ' + "[" * 900 + "]" * 900 + "," + text[1:]).encode()}
    found["annotated"] = {"annotations.json": b'{"dataset": 5}'}
    found["epochs"] = {"history.csv": b"epoch,accuracy\n0,.1\nnan,.2\n59x,.3\n"}
    found["metric"] = {"history.csv": b"epoch,![m](http://host/x.png),val_accuracy,<b>\n0,x,y,1\n1,=1+1,inf,2\n"}
    found["heads"] = {"history.csv": b"epoch,accuracy,accuracy,,Unnamed: 2\n0,.1,.2,.3,.4\n"}
    found["vastepoch"] = {"history.csv": b"epoch,accuracy\n0,.1\n1e300,.2\n"}
    found["columns"] = {
        "history.csv": b",".join(b"m%d" % i for i in range(20_000)) + b"\n" + b",".join([b"1"] * 20_000)
    }
    arrays = dict(np.load(io.BytesIO(run_folder()["predictions.npz"])))
    for name, change in {
        "nolabels": {"private_labels": None},
        "short": {"private_labels": arrays["private_labels"][:-1]},
        "high": {"private_labels": arrays["private_labels"] + 3},
        "epochclasses": {"validation_epoch_classes": np.full((3, 63), 9, np.uint8)},
        "epochshape": {"validation_epoch_classes": np.zeros(5, np.uint8)},
        "epochtype": {"validation_epochs": np.array(["a", "b", "c"])},
        "noepochs": {"validation_epochs": None},
        "rowstwice": {"private_rows": np.zeros(63, np.int32)},
        "rowsbig": {"private_rows": np.full(63, 2**62)},
        "rowsnegative": {"private_rows": -np.arange(63)},
        "floatrows": {"private_rows": np.full(63, np.nan)},
        "zeros": {"private_probabilities": np.zeros((63, 7), np.float32)},
        "unlabelled": {"private_labels": np.full(63, -1)},
        "none": {f"private_{part}": arrays[f"private_{part}"][:0] for part in _PARTS},
        "markup": {f"<b>![m](http://host/x.png)_{part}": arrays[f"private_{part}"] for part in _PARTS},
    }.items():  # fmt: skip
        kept = {key: value for key, value in {**arrays, **change}.items() if value is not None}
        found[f"p-{name}"] = {"predictions.npz": npz(**kept)}
    found["p-bomb"] = {"predictions.npz": _zeros("<f8", 60_000)}
    found["p-object"] = {"predictions.npz": _with(private_rows=np.array([None], object))}
    return found


def histories() -> Files:
    """Tables and JSON of the import."""
    return {
        "deep.json": b"[" * 100_000,
        "digits.json": b'{"loss": [' + b"9" * 5000 + b"]}",
        "nan.json": b'{"loss": [NaN, Infinity, -Infinity]}',
        "pairs.json": b'{"loss": [1, [2], {"a": 3}], "acc": "x"}',
        "wide.csv": b",".join(b"m%d" % i for i in range(50_000)) + b"\n" + b",".join([b"1"] * 50_000),
        "long.csv": b"epoch,loss\n" + b"0,1\n" * 3_000_000,
        "formula.csv": b"epoch,=1+1,loss\n0,=2,1\n1,@x,2\n",
        "quotes.csv": b'epoch,"loss\n0,1\n',
        "nul.csv": b"epoch,loss\n0,\x001\n",
        "heads.csv": b"loss,loss,Loss,val_loss\n1,2,3,4\n",
    }


def networks() -> Files:
    """Zips and HDF5 that are no networks."""
    lam = {"class_name": "Lambda", "config": {"function": "x"}}
    return {
        "deep.keras": zipped({"config.json": b"[" * 100_000, "metadata.json": b"{}", "model.weights.h5": b""}),
        "digits.keras": zipped({"config.json": b"9" * 5000}),
        "list.keras": zipped({"config.json": b"[1, 2]", "metadata.json": b"[]", "model.weights.h5": b""}),
        "lambda.keras": zipped({"config.json": json.dumps(lam).encode()}),
        "bomb.keras": zipped({"config.json": b" " * (600 << 20)}),
        "class.keras": zipped({"config.json": b'{"module": "os", "class_name": "system", "config": {"command": "x"}}',
                               "metadata.json": b"{}", "model.weights.h5": b""}),
        "head.h5": b"\x89HDF\r\n\x1a\n" + bytes(2000),
        "empty.tflite": b"",
        "head.tflite": struct.pack("<I", 2**31) + b"TFL3" + bytes(100),
    }  # fmt: skip


def classes() -> Files:
    """Lists of a class that say what is none, and pictures that are none."""
    whole = {"format": 1, "names": ["a", "b"], "labels": [0], "takes": [0]}
    face = picture("PNG", np.zeros((48, 48), np.uint8))

    def made(listed: object, first: bytes = face) -> bytes:
        text = listed if isinstance(listed, bytes) else json.dumps(listed).encode()
        return zipped({"class.json": text, "pictures/000.png": first})

    odd = {"labels": {"a": 1}, "label": [None], "take": [10**30], "last": [2**63 - 1], "half": [0.5], "text": "01"}
    found = {
        f"{name}.zip": made({**whole, "labels" if name != "last" else "takes": value}) for name, value in odd.items()
    }
    found["names.zip"] = made({**whole, "names": ["![m](http://h/x.png)", "<b>"]})
    found["surrogate.zip"] = made({**whole, "names": ["\ud800", "b"]})
    found["deep.zip"], found["digits.zip"] = made(b"[" * 90_000), made(b"9" * 5000)
    found["vast.zip"] = made(whole, picture("PNG", np.zeros((6000, 6000), np.uint8)))
    return found | {"no picture.zip": made(whole, b"text")}


def plans() -> Files:
    """TOML that nests or counts too far."""
    step = b'[[step]]\ntitle="a"\nminutes=20\nask="a"\nreveal="a"\nwhy="a"\n'
    return {
        "deep.toml": b"a = " + b"[" * 5000,
        "digits.toml": b"a = " + b"9" * 5000,
        "keys.toml": b"a" + b".a" * 5000 + b" = 1",
        "grid.toml": b"[grid]\n" + b"".join(b"s%d = [1,2,3,4,5,6,7,8,9]\n" % i for i in range(12)),
        "seeds.toml": b"[grid]\nseed = [" + b"1," * 100_000 + b"]\n",
        "date.toml": b"title = 2026-01-01\n[settings]\nepochs = 1979-05-27T07:32:00Z\n",
        "types.toml": b'[settings]\nepochs = "x"\nmodel_options = 5\n[[run]]\nname = 5\n',
        "best.toml": b'[[run]]\nname="a"\nepochs = { best_of = 5 }\n[[run]]\nname="b"\nseed = { best_of = ["b"] }\n',
        "lesson.toml": b'title="a"\nsummary="a"\ngoal="a"\n' + step.replace(b"20", b"9" * 4400),
        "link.toml": b'title="![m](http://host/x.png)"\nsummary="<b>"\ngoal="a"\n' + step + b'open="http://host/"\npress="x"\n',
        "digits.verdicts.csv": b"row,verdict,who,when,set\n" + b"9" * 5000 + b",right,a,b,set\n",
        "field.verdicts.csv": b"row,verdict,who,when,set\n" + b"1,right," + b"a" * 200_000 + b",b,set\n",
        "more.verdicts.csv": b"row,verdict,who,when,set\n1,right,a,b,set,x,y,z\n",
    }  # fmt: skip


def _zeros(kind: str, count: int) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, descr, shape in (("pixels", kind, (count, 48, 48)), ("emotion", "|i1", (count,))):
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                header = {"descr": descr, "fortran_order": False, "shape": shape}
                np.lib.format.write_array_header_1_0(member, header)
                left = int(np.prod(shape)) * np.dtype(descr).itemsize
                while left:
                    member.write(bytes(min(left, 1 << 20)))
                    left -= min(left, 1 << 20)
    return file.getvalue()


def _with(**arrays: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.savez(file, allow_pickle=True, **arrays)  # type: ignore[arg-type]
    return file.getvalue()


def _npy(header: str) -> bytes:
    return b"\x93NUMPY\1\0" + len(header).to_bytes(2, "little") + header.encode()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
