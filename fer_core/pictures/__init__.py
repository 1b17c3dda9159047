"""Pictures as arrays: any file in, sheets of tiles, captions and animations out."""

from fer_core.pictures.decode import (
    FORMATS,
    MAX_PIXELS,
    check_header,
    data_url,
    decode,
    encode_jpeg,
    encode_png,
    gray,
    jpeg_url,
    shrink,
)
from fer_core.pictures.kinds import SUFFIXES, VIDEO_SUFFIXES

__all__ = [
    "FORMATS",
    "MAX_PIXELS",
    "SUFFIXES",
    "VIDEO_SUFFIXES",
    "check_header",
    "data_url",
    "decode",
    "encode_jpeg",
    "encode_png",
    "gray",
    "jpeg_url",
    "shrink",
]
