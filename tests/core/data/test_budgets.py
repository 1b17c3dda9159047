"""Small files that unfold into large ones: refused, or read within the memory that their pictures need."""

import io
import subprocess
import sys
import tarfile
import zipfile

import numpy as np
import pytest

from fer_core.data import load_upload
from fer_core.errors import FerError
from tests.conftest import REPO

MEASURE = """
import io, resource, sys, zipfile
import numpy as np
from PIL import Image
Image.MAX_IMAGE_PIXELS = None
from fer_core import pictures
from fer_core.data import load_upload
from fer_core.errors import FerError
import cv2

def npz(pixels, count):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, kind, shape in (("pixels", pixels, (count, 48, 48)), ("emotion", "|i1", (count,))):
            with archive.open(name + ".npy", "w", force_zip64=True) as member:
                np.lib.format.write_array_header_1_0(member, {"descr": pixels if name == "pixels" else kind,
                                                              "fortran_order": False, "shape": shape})
                left = int(np.prod(shape)) * np.dtype(kind).itemsize
                while left:
                    member.write(bytes(min(left, 1 << 20)))
                    left -= min(left, 1 << 20)
    return file.getvalue()

def zipped(count, member):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number in range(count):
            archive.writestr(f"train/happy/{number}.png", member)
    return file.getvalue()

def png(size, mode):
    file = io.BytesIO()
    Image.new(mode, size).save(file, "PNG", compress_level=1)
    return file.getvalue()

what = sys.argv[1]
if what == "wide": data, read = npz("<f8", 60_000), lambda d: load_upload("a.npz", d)
if what == "million": data, read = npz("|u1", 1_000_000), lambda d: load_upload("a.npz", d)
if what == "padded": data, read = zipped(20, png((48, 48), "L") + bytes(60 << 20)), lambda d: load_upload("a.zip", d)
if what == "little":
    data, read = zipped(30, png((48, 48), "L") + bytes(20 << 20)), lambda d: load_upload("a.zip", d)
if what == "zeros": data, read = zipped(15, bytes(64 << 20)), lambda d: load_upload("a.zip", d)
if what == "thin": data, read = png((1, 49_999_999), "L"), pictures.decode
if what == "deep": data, read = png((7000, 7000), "I;16"), pictures.decode
if what == "clear": data, read = png((6000, 6000), "LA"), pictures.decode
print(len(data))
open("/proc/self/clear_refs", "w").write("5")  # the peak from here on

def peak():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) / 1000
before = peak()
try:
    made = read(data)
    result = "read"
except FerError as error:
    result = str(error)
print(round(peak() - before))
print(result)
"""

NEEDS = {"wide": 138, "deep": 147, "clear": 108}
"""Megabytes that what is read takes for itself."""


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of a process is read from /proc")
@pytest.mark.parametrize("what", ["wide", "million", "padded", "little", "zeros", "thin", "deep", "clear"])
def test_no_upload_takes_more_than_500_mb_over_what_it_needs(what: str) -> None:
    done = subprocess.run([sys.executable, "-c", MEASURE, what], cwd=REPO, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    _, peak, result = done.stdout.strip().split("\n")
    assert int(peak) < 500 + NEEDS.get(what, 0)
    expected = {
        "million": "a.npz: pixels has 1,000,000 rows; at most 500,000 pictures are read.",
        "padded": "is larger than 32 MB",
        "zeros": "is larger than 32 MB",
        "thin": "a side of more than 65,500 is not read",
    }
    assert expected.get(what, "read") in result


def npz(**members: bytes | np.ndarray) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, value in members.items():
            if isinstance(value, np.ndarray):
                held = io.BytesIO()
                np.save(held, value)
                value = held.getvalue()
            archive.writestr(f"{name}.npy", value)
    return file.getvalue()


PIXELS = np.zeros((3, 48, 48), np.uint8)
EMOTION = np.array([0, 1, 2], np.int8)


def headed(text: str) -> bytes:
    return b"\x93NUMPY\1\0" + len(text).to_bytes(2, "little") + text.encode()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (npz(pixels=b"no array", emotion=EMOTION), "is not a readable .npz"),
        (npz(pixels=headed("{'descr': '|u1', ((("), emotion=EMOTION), "is not a readable .npz"),
        (
            npz(pixels=headed("{'descr': '|u1', 'fortran_order': False, 'shape': (3, -48, 48)}\n"), emotion=EMOTION),
            "odd.npz",
        ),
        (npz(pixels=headed("[" * 3000), emotion=EMOTION), "is not a readable .npz"),
        (npz(pixels=np.array(["a"] * 3), emotion=EMOTION), "pixels has type <U1"),
        (npz(pixels=np.array(3.0), emotion=EMOTION), "pixels has no rows"),
        (npz(pixels=PIXELS, emotion=EMOTION, votes=np.full((3, 10), "x")), "votes has type <U1"),
        (npz(pixels=PIXELS, emotion=EMOTION, votes=np.full((3, 10), np.nan)), "votes holds values outside 0 to 255"),
        (npz(pixels=PIXELS, emotion=EMOTION, votes=np.full((3, 10), -1)), "votes holds values outside 0 to 255"),
        (headed("{'descr': '|u1', 'fortran_order': False, 'shape': (1,)}\n") + b"1", "holds a single array"),
    ],
)
def test_an_odd_npz_is_a_sentence(data: bytes, message: str) -> None:
    with pytest.raises(FerError, match=message) as caught:
        load_upload("odd.npz", data)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int32, np.uint16])
@pytest.mark.parametrize("order", ["C", "F"])
def test_pixels_of_wide_types_keep_their_values(dtype: type, order: str) -> None:
    wanted = np.random.default_rng(1).integers(0, 256, (1030, 48, 48), dtype=np.uint8)
    data = npz(pixels=np.asarray(wanted, dtype, order=order), emotion=np.zeros(1030, np.int8))
    assert (load_upload("wide.npz", data).pixels == wanted).all()


def test_a_wrong_pixel_is_named_with_its_row() -> None:
    pixels = np.zeros((1030, 48, 48))
    pixels[1027, 3, 4] = 0.5
    with pytest.raises(FerError, match=r"row 1027: pixel value 0\.5"):
        load_upload("half.npz", npz(pixels=pixels, emotion=np.zeros(1030, np.int8)))


def zipped(*names: str, content: bytes = b"x") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name or zipfile.ZipInfo("?"), content)
    return file.getvalue().replace(b"?", b"") if "" in names else file.getvalue()


@pytest.mark.parametrize(
    "name", ["9" * 4300 + "/a.png", "9" * 4301 + ".txt", "/".join("a" * 1199), "a/" * 1199 + "b.csv"]
)
@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_an_archive_with_an_odd_name_is_a_sentence(name: str, kind: str) -> None:
    file = io.BytesIO()
    if kind == "tar":
        with tarfile.open(fileobj=file, mode="w") as archive:
            archive.addfile(tarfile.TarInfo(name), io.BytesIO(b""))
    data = zipped(name, "b.txt") if kind == "zip" else file.getvalue()
    with pytest.raises(FerError):
        load_upload(f"odd.{kind}", data)


def test_a_zip_whose_directory_points_before_its_start_is_a_sentence() -> None:
    data = bytearray(zipped("train/happy/a.png", "train/sad/b.png"))
    data[-6:-2] = (int.from_bytes(data[-6:-2], "little") + 50).to_bytes(4, "little")
    with pytest.raises(FerError, match=r"is damaged or truncated \(negative seek value"):
        load_upload("odd.zip", bytes(data))


def test_archives_in_archives_end() -> None:
    data = b"nothing"
    for _ in range(1200):
        data = zipped("inner.zip", content=data)
    with pytest.raises(FerError, match="more than 4 archives"):
        load_upload("deep.zip", data)


def test_an_empty_member_name_is_passed_over() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("X", b"x")
        archive.filelist[0].filename = ""
        archive.filelist[0].orig_filename = ""
    with pytest.raises(FerError):
        load_upload("nameless.zip", file.getvalue())
