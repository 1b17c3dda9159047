"""Whatever a browser may send: decoded as seen by people, or refused in one sentence, with the memory given back."""

import base64
import io
import struct
import tracemalloc
import zlib

import numpy as np
import pytest
from PIL import Image

from fer_core import pictures
from fer_core.errors import FerError


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def png_header(width: int, height: int) -> bytes:
    """A whole one-bit PNG of nothing, 30,000 lines in a few hundred kilobytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    line = b"\0" * (1 + width // 8)
    body = zlib.compress(line * height, 1)
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.fixture
def ramp() -> np.ndarray:
    """u8 (20, 30, 3), a different value in each channel."""
    across = np.arange(30, dtype=np.uint8)[None] * 8
    return np.stack([np.repeat(across, 20, 0), np.full((20, 30), 90, np.uint8), np.repeat(255 - across, 20, 0)], 2)


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF"])
def test_lossless_formats_come_back_exactly(ramp: np.ndarray, kind: str) -> None:
    assert np.array_equal(pictures.decode(encoded(Image.fromarray(ramp), kind)), ramp)


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_lossy_formats_come_back_nearly(ramp: np.ndarray, kind: str) -> None:
    found = pictures.decode(encoded(Image.fromarray(ramp), kind, quality=95))
    assert np.abs(found.astype(int) - ramp).mean() < 4


def test_exif_rotation_is_honoured() -> None:
    sideways = np.zeros((16, 32, 3), np.uint8)
    sideways[:, :16] = 255
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees clockwise: the left half becomes the upper half
    found = pictures.decode(encoded(Image.fromarray(sideways), "JPEG", quality=95, exif=exif))
    assert found.shape == (32, 16, 3)
    assert found[:12].mean() > 240
    assert found[20:].mean() < 15


def test_gray_sixteen_bit_and_palette() -> None:
    levels = (np.arange(64, dtype=np.uint16).reshape(8, 8) * 1000).astype(np.uint16)
    found = pictures.decode(encoded(Image.fromarray(levels), "PNG"))
    assert np.array_equal(found[..., 0], (levels >> 8).astype(np.uint8))
    assert np.array_equal(found[..., 0], found[..., 2])
    gray = Image.fromarray(np.full((8, 8), 77, np.uint8))
    assert (pictures.decode(encoded(gray, "PNG")) == 77).all()
    palette = Image.fromarray(np.full((8, 8, 3), (10, 200, 30), np.uint8)).quantize(4)
    assert np.array_equal(pictures.decode(encoded(palette, "PNG"))[0, 0], (10, 200, 30))


def test_transparent_pixels_show_white() -> None:
    half = np.zeros((4, 4, 4), np.uint8)
    half[:, :2, 3] = 255  # black, opaque
    half[0, 2, 3] = 128
    found = pictures.decode(encoded(Image.fromarray(half), "PNG"))
    assert (found[:, :2] == 0).all()
    assert (found[1:, 2:] == 255).all()
    assert 120 <= found[0, 2, 0] <= 135


def test_first_frame_of_a_gif() -> None:
    black, white = (Image.fromarray(np.full((8, 8), level, np.uint8)) for level in (0, 255))
    assert (pictures.decode(encoded(black, "GIF", save_all=True, append_images=[white])) == 0).all()


def test_bad_files_get_one_sentence_each(ramp: np.ndarray) -> None:
    jpeg = encoded(Image.fromarray(ramp), "JPEG")
    png = encoded(Image.fromarray(ramp), "PNG")
    cases = {
        "empty": (b"", "0 bytes"),
        "half a jpeg": (jpeg[: len(jpeg) // 2], "cut short"),
        "jpeg without its end": (jpeg[:-30], "cut short"),
        "half a png": (png[: len(png) // 2], "cut short"),
        "text": (b"no picture at all\n" * 9, "text"),
        "broken heic": (b"\0\0\0\x18ftypheic" + bytes(99), "damaged"),
        "broken avif": (b"\0\0\0\x18ftypavif" + bytes(99), "damaged"),
        "avi": (b"RIFF\0\0\0\0AVI LIST" + bytes(99), "video"),
        "wmv": (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11" + bytes(99), "video"),
        "video": (b"\x1aE\xdf\xa3" + bytes(99), "video"),
        "noise": (np.random.default_rng(0).bytes(999), "not a picture"),
        "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", "text"),
    }
    for name, (data, word) in cases.items():
        with pytest.raises(FerError) as caught:
            pictures.decode(data, name)
        message = str(caught.value)
        assert word in message, name
        assert message.startswith(name), name
        assert message.count("\n") == 0, name


@pytest.mark.parametrize(("width", "height"), [(30_000, 30_000), (8_000, 8_000)])
def test_a_bomb_is_refused_before_it_unfolds(width: int, height: int) -> None:
    bomb = png_header(width, height)
    tracemalloc.start()
    for read in (pictures.decode, pictures.check_header):
        with pytest.raises(FerError, match=r"bomb\.png .*more than (the )?50 megapixels"):
            read(bomb, "bomb.png")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000


def test_png_and_jpeg_out_and_in_again(ramp: np.ndarray) -> None:
    assert np.array_equal(pictures.decode(pictures.encode_png(ramp)), ramp)
    assert pictures.decode(pictures.encode_jpeg(ramp)).shape == ramp.shape
    assert pictures.decode(pictures.encode_png(ramp[..., 0])).shape == ramp.shape


def test_shrink_keeps_the_shape_and_averages() -> None:
    board = np.indices((40, 80)).sum(0).astype(np.uint8) % 2 * 200
    small = pictures.shrink(np.repeat(board[..., None], 3, 2), 40)
    assert small.shape == (20, 40, 3)
    assert (small == 100).all()
    assert pictures.shrink(small, 100) is small


def test_heic_and_avif_come_back_nearly(ramp: np.ndarray) -> None:
    writer = pytest.importorskip("pillow_heif")
    large = np.kron(ramp, np.ones((4, 4, 1), np.uint8))
    buffer = io.BytesIO()
    writer.from_pillow(Image.fromarray(large)).save(buffer, quality=90)
    for data in (buffer.getvalue(), encoded(Image.fromarray(large), "AVIF", quality=90)):
        found = pictures.decode(data, "phone.heic")
        assert found.shape == large.shape
        assert np.abs(found.astype(int) - large).mean() < 6


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("noisy", [False, True])
def test_a_jpeg_without_its_last_two_bytes_is_whole(ramp: np.ndarray, progressive: bool, noisy: bool) -> None:
    made = np.random.default_rng(0).integers(0, 255, (90, 70, 3), dtype=np.uint8) if noisy else ramp
    data = encoded(Image.fromarray(made), "JPEG", progressive=progressive)
    whole = pictures.decode(data)
    for short in (data[:-1], data[:-2]):
        assert np.array_equal(pictures.decode(short, "short.jpg"), whole)
    for lost in (8, 60, len(data) // 2):  # here pixels are lost too: nothing is made up for them
        with pytest.raises(FerError, match="cut short"):
            pictures.decode(data[:-lost], "short.jpg")


def test_what_a_file_is_is_seen_from_its_content(ramp: np.ndarray) -> None:
    from fer_core.pictures import kinds

    for suffix, made in (("png", "PNG"), ("jpg", "JPEG"), ("webp", "WEBP"), ("gif", "GIF"), ("bmp", "BMP"),
                         ("tif", "TIFF"), ("avif", "AVIF")):  # fmt: skip
        data = encoded(Image.fromarray(ramp), made)
        assert kinds.kind(data) == kinds.PICTURE
        assert suffix in pictures.SUFFIXES
        assert not kinds.is_video(data, "clip.mp4")  # a picture under a video's name
    assert kinds.kind("Straße, ü".encode()[:7]) == kinds.TEXT  # a letter cut in two
    assert kinds.kind(b"") == kinds.UNKNOWN
    assert kinds.kind(b"%PDF-1.7\n\xff") == kinds.PDF


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"a letter to a friend", "holds text"),
        (b"%PDF-1.7 and so on", "is a PDF"),
        (b"\0\0\0\x18ftypmp42" + bytes(40), "is a video"),
        (b"\x01\x02\x03\x04" * 20, "is not a picture that can be read"),
    ],
)
def test_what_is_no_picture_is_named_before_pillow_knows_heif(monkeypatch, data: bytes, said: str) -> None:
    Image.init()
    monkeypatch.delitem(Image.OPEN, "HEIF", raising=False)  # as at every start, until a HEIC picture comes
    with pytest.raises(FerError, match=said):
        pictures.decode(data, "a.jpg")


def test_a_picture_for_a_page_is_itself_again() -> None:
    picture = np.zeros((20, 30, 3), np.uint8)
    picture[:, 15:] = (200, 40, 90)
    url = pictures.jpeg_url(picture)
    kind, _, text = url.partition(",")
    assert kind == "data:image/jpeg;base64"
    again = pictures.decode(base64.b64decode(text), "page.jpg")
    np.testing.assert_allclose(again[:, [2, 27]].astype(int), picture[:, [2, 27]].astype(int), atol=4)


def test_a_text_may_end_within_a_letter_and_has_no_broken_one_before() -> None:
    from fer_core.pictures import kinds

    letters = "Überall grüßt man, € 12".encode()
    assert kinds.kind(letters) == kinds.TEXT
    for end in (1, 2):  # of the three bytes of €
        assert kinds.kind(letters[: letters.index(b"\xe2") + end]) == kinds.TEXT
    for at in (1, 12, len(letters) - 5):
        assert kinds.kind(letters[:at] + b"\xff" + letters[at:]) == kinds.UNKNOWN
