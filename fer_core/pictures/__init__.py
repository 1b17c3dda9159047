"""Pictures as arrays: any file in, sheets of tiles, captions and animations out."""

from fer_core.pictures.decode import (
    FORMATS,
    MAX_PIXELS,
    SUFFIXES,
    check_header,
    decode,
    encode_jpeg,
    encode_png,
    gray,
    shrink,
)

__all__ = ["FORMATS", "MAX_PIXELS", "SUFFIXES", "check_header", "decode", "encode_jpeg", "encode_png", "gray", "shrink"]
