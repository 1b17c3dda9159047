"""Any picture file in, one kind of array out.

A file from a browser may be anything: empty, cut short, a text with a picture's name, a few megabytes that
unfold into gigabytes. `decode` reads the header first, refuses what is too large before a pixel is unpacked,
and says in one sentence what is wrong with what it can't read.
"""

import base64
import functools
import io
import os

# A second line of defence: OpenCV reads this limit once, when it is first imported.
MAX_PIXELS = 50_000_000
"""Largest picture that is unpacked: 50 megapixels, 150 MB as RGB."""
MAX_SIDE = 65_500
"""Longest side: what JPEG allows. A picture of one pixel by millions costs more in row tables than in pixels."""
_STRIP = 1 << 22
"""Pixels converted at a time, so that a large picture is in memory once decoded and once as RGB, not four times."""
os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(MAX_PIXELS))

import numpy as np  # noqa: E402
from PIL import Image, ImageOps, UnidentifiedImageError  # noqa: E402

from fer_core.errors import FerError  # noqa: E402
from fer_core.languages import Sentence  # noqa: E402
from fer_core.pictures import kinds  # noqa: E402

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "HEIF")
"""Pillow's names of the formats that are read; HEIF, which it has to be taught first, is the last."""

_END = b"\xff\xd9"  # a JPEG's last mark
_DAMAGED = Sentence("{name} is damaged or cut short and can't be decoded; save or copy it again.")
_BACKGROUND = 255  # what shows through transparent pixels: white, as on a page


def decode(data: bytes, name: str = "the picture") -> np.ndarray:
    """The picture in a file's bytes, upright and opaque.

    EXIF rotation is applied, transparency laid over white, gray spread to three channels, 16 bit shifted to 8,
    and of an animation the first frame taken.

    Args:
        data: the file's bytes, of any format in FORMATS.
        name: what to call it in an error.

    Returns:
        u8 (height, width, 3), RGB.

    Raises:
        FerError: one sentence for an empty, cut, foreign or over-large file.
    """
    if not data:
        raise FerError(Sentence("{name} is empty (0 bytes); choose another file.", name=name))
    try:
        return _read(data, name)
    except FerError:
        raise
    except _BOMB as error:
        raise _bomb(name) from error
    except UnidentifiedImageError as error:
        raise FerError(_foreign(data, name)) from error
    except Exception as error:  # Pillow raises OSError, SyntaxError, ValueError, struct.error, ... on damage
        raise FerError(Sentence(_DAMAGED, name=name)) from error


def check_header(data: bytes, name: str) -> None:
    """Raises FerError where a picture's header announces more pixels than are unpacked; other damage is left to
    the decoder."""
    try:
        with _open(data) as picture:
            size = picture.size
    except _BOMB as error:
        raise _bomb(name) from error
    except Exception:  # no header that Pillow knows
        return
    _check_size(*size, name)


_BOMB = (Image.DecompressionBombError, Image.DecompressionBombWarning)


def _bomb(name: str) -> FerError:
    most = MAX_PIXELS // 1_000_000
    return FerError(Sentence("{name} unfolds to more than {most} megapixels; make it smaller.", name=name, most=most))


def _open(data: bytes) -> Image.Image:
    """The picture, its header read. Pillow is asked for HEIF only where it has been taught it: a format that it does
    not know is a KeyError there."""
    if heif := kinds.heif(data):
        _learn_heif()
    return Image.open(io.BytesIO(data), formats=FORMATS if heif else FORMATS[:-1])


def _read(data: bytes, name: str) -> np.ndarray:
    try:
        with _open(data) as picture:
            _check_size(picture.width, picture.height, name)
            picture.load()
            return _upright_rgb(picture)
    except OSError:
        whole = _completed(data)
        if whole is None:
            raise
        return whole


def _completed(data: bytes) -> np.ndarray | None:
    """The picture of a JPEG that lacks its end mark and no pixel, u8 (h, w, 3); None for any other damage.

    Cameras and downloads lose the last bytes now and then. Whether a pixel is lost with them shows when other bytes
    follow: a decoder that still waits for pixels takes them for such, one that has all passes over them.
    """
    if not data.startswith(b"\xff\xd8\xff") or data.endswith(_END):
        return None
    filler = np.random.default_rng(0).integers(0, 255, 4096, dtype=np.uint8).tobytes()  # no 255: that begins a mark
    body = data.removesuffix(b"\xff")
    found: list[np.ndarray] = []
    for more in (b"", filler):
        with Image.open(io.BytesIO(body + more + _END), formats=("JPEG",)) as picture:
            picture.load()
            found.append(_upright_rgb(picture))
    return found[0] if np.array_equal(found[0], found[1]) else None


@functools.cache
def _learn_heif() -> None:
    """Teaches Pillow HEIF; only where such a picture has come, as it costs every start otherwise."""
    import pi_heif

    pi_heif.register_heif_opener()


def encode_png(picture: np.ndarray, compression: int = 6) -> bytes:
    """PNG bytes of u8 (h, w), (h, w, 3) RGB or (h, w, 4) RGBA; compression 0 (none, at once) to 9 (small, slow)."""
    return _encode(picture, "PNG", compress_level=compression)


def data_url(picture: np.ndarray, compression: int = 6) -> str:
    """A picture as `encode_png` takes it, for an <img>."""
    return "data:image/png;base64," + base64.b64encode(encode_png(picture, compression)).decode("ascii")


def encode_jpeg(picture: np.ndarray, quality: int = 85) -> bytes:
    """JPEG bytes of u8 (h, w) or (h, w, 3) RGB; quality 1 to 95."""
    return _encode(picture, "JPEG", quality=quality)


def jpeg_url(picture: np.ndarray, quality: int = 85) -> str:
    """A picture as `encode_jpeg` takes it, for an <img>: a photograph, many times smaller than as PNG."""
    return "data:image/jpeg;base64," + base64.b64encode(encode_jpeg(picture, quality)).decode("ascii")


def gray(picture: np.ndarray) -> np.ndarray:
    """Luminance u8 (h, w) of u8 (h, w, 3) RGB, by ITU-R BT.601 as FER2013's pictures were made gray."""
    import cv2

    return cv2.cvtColor(np.ascontiguousarray(picture), cv2.COLOR_RGB2GRAY)


def shrink(picture: np.ndarray, longest: int) -> np.ndarray:
    """The picture with its longer side at most `longest` pixels, by area averaging; smaller ones unchanged."""
    import cv2

    height, width = picture.shape[:2]
    scale = longest / max(height, width)
    if scale >= 1:
        return picture
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)


def _encode(picture: np.ndarray, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(picture)).save(buffer, kind, **options)
    return buffer.getvalue()


def _check_size(width: int, height: int, name: str) -> None:
    if width * height > MAX_PIXELS:
        raise FerError(
            Sentence(
                "{name} is {width:,} x {height:,} pixels, more than the {most} megapixels that are unpacked here; "
                "make it smaller.",
                name=name,
                width=width,
                height=height,
                most=MAX_PIXELS // 1_000_000,
            )
        )
    if max(width, height) > MAX_SIDE:
        raise FerError(
            Sentence(
                "{name} is {width:,} x {height:,} pixels; a side of more than {most:,} is not read; make it smaller.",
                name=name,
                width=width,
                height=height,
                most=MAX_SIDE,
            )
        )


def _upright_rgb(picture: Image.Image) -> np.ndarray:
    if picture.mode == "F":
        raise ValueError("floating point")  # only scientific TIFFs; reported as not decodable
    ImageOps.exif_transpose(picture, in_place=True)
    width, height = picture.size
    upright = np.empty((height, width, 3), np.uint8)
    rows = max(1, _STRIP // max(width, 1))
    for top in range(0, height, rows):
        strip = picture.crop((0, top, width, min(top + rows, height)))
        upright[top : top + rows] = _opaque_rgb(strip)
    return upright


def _opaque_rgb(strip: Image.Image) -> np.ndarray:
    if strip.mode in ("I;16", "I;16B", "I;16L", "I"):
        return _spread(np.asarray(strip))
    if strip.has_transparency_data:
        strip = strip.convert("RGBA")
        ground = Image.new("RGBA", strip.size, (_BACKGROUND,) * 4)
        strip = Image.alpha_composite(ground, strip)
    return np.asarray(strip.convert("RGB"))


def _spread(levels: np.ndarray) -> np.ndarray:
    """16 bit gray (h, w) as u8 (h, w, 3): the upper byte, as every viewer shows it."""
    eight = (np.clip(levels.astype(np.int32), 0, 65535) >> 8).astype(np.uint8)
    return np.repeat(eight[..., None], 3, axis=2)


def _foreign(data: bytes, name: str) -> str:
    """What a file that is no readable picture seems to be."""
    seen = kinds.kind(data)
    if seen == kinds.VIDEO:
        return Sentence("{name} is a video, not a picture; open it as a video.", name=name)
    if seen == kinds.PDF:
        return Sentence("{name} is a PDF, not a picture; save the page as JPEG or PNG.", name=name)
    if seen == kinds.TEXT:
        return Sentence("{name} holds text, not a picture; choose a JPEG, PNG, WebP or GIF file.", name=name)
    if seen == kinds.PICTURE:
        return Sentence(_DAMAGED, name=name)
    return Sentence("{name} is not a picture that can be read; choose a JPEG, PNG, WebP or GIF file.", name=name)
