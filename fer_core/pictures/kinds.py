"""What a file is, by its content: names lie, and a phone's "photo.jpg" may be a HEIC picture or a video."""

PICTURE, VIDEO, PDF, TEXT, UNKNOWN = "picture", "video", "PDF", "text", "unknown"

SUFFIXES = ("jpg", "jpeg", "jfif", "png", "webp", "gif", "bmp", "tif", "tiff", "heic", "heif", "avif")
"""File name endings of pictures to offer in an upload box, in lower case."""

VIDEO_SUFFIXES = ("mp4", "m4v", "mov", "webm", "mkv", "3gp", "avi", "wmv", "mpg", "mpeg")
"""File name endings of videos, in lower case; all of them decode with OpenCV's own FFmpeg."""

HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_AVIF_BRANDS = (b"avif", b"avis")
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"BM", b"II*\0", b"MM\0*")
_VIDEOS = (
    b"\x1aE\xdf\xa3",  # Matroska, webm
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",  # ASF: wmv
    b"\0\0\1\xba",  # MPEG program stream
    b"\0\0\1\xb3",  # MPEG video
    b"FLV\1",
)
_TRANSPORT = 188  # bytes of an MPEG transport stream's packet, each of which begins with 0x47


def kind(data: bytes) -> str:
    """PICTURE, VIDEO, PDF, TEXT or UNKNOWN, by the first bytes of a file."""
    if data[:4] == b"RIFF":
        return {b"WEBP": PICTURE, b"AVI ": VIDEO}.get(data[8:12], UNKNOWN)
    if data[4:8] == b"ftyp":
        return PICTURE if heif(data) or data[8:12] in _AVIF_BRANDS else VIDEO
    if data.startswith(_VIDEOS) or data[4:8] in (b"moov", b"mdat", b"wide") or _transport_stream(data):
        return VIDEO
    if data.startswith(_PICTURES):
        return PICTURE
    if data.startswith(b"%PDF-"):
        return PDF
    return TEXT if _looks_like_text(data[:512]) else UNKNOWN


def is_video(data: bytes, name: str) -> bool:
    """Whether a file is to be opened as a video: by its content, and by its name only where that says nothing."""
    seen = kind(data)
    return seen == VIDEO or (seen != PICTURE and name.rpartition(".")[2].lower() in VIDEO_SUFFIXES)


def heif(data: bytes) -> bool:
    """Whether a file is a HEIF picture (HEIC), as phones take them."""
    return data[4:8] == b"ftyp" and data[8:12] in HEIF_BRANDS


def _transport_stream(data: bytes) -> bool:
    return len(data) > 4 * _TRANSPORT and all(data[i * _TRANSPORT] == 0x47 for i in range(4))


def _looks_like_text(start: bytes) -> bool:
    try:
        text = start.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(start) - 3:  # else a letter was cut in two
            return False
        text = start[: error.start].decode("utf-8")
    return bool(text) and all(letter.isprintable() or letter in "\r\n\t" for letter in text)
