"""A camera that takes ten pictures in one go, and single ones for a live answer."""

import base64
import binascii
from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from fer_core.errors import FerError

_ASSETS = Path(__file__).parent / "assets"
_MOST_JPEG, _MOST_PICTURES = 400_000, 12

_component = st.components.v2.component(
    "fer_lab_burst",
    html='<div class="burst"><div class="bar"><button type="button" data-do="start">Start camera</button>'
    '<button type="button" data-do="take" disabled></button><button type="button" data-do="stop" disabled>Stop</button>'
    '<span class="status" role="status">Camera off</span></div><p class="problem" role="alert" hidden></p>'
    "<video muted playsinline></video></div>",
    css=(_ASSETS / "burst.css").read_text(encoding="utf-8"),
    js=(_ASSETS / "burst.js").read_text(encoding="utf-8"),
)


def burst(
    key: str,
    on_take: Callable[[], None],
    on_frame: Callable[[], None],
    *,
    words: str = "Take 10 pictures",
    ready: bool = True,
    live: bool = False,
    answered: int = 0,
) -> None:
    """Draws the camera; it stays on while the rest of the page changes.

    words: on the button that takes. ready: whether it may be pressed. live: whether frames are sent one by one instead.
    answered: the number of the last frame that was read; the next one is sent then.
    """
    _component(
        key=key,
        data={"take": words, "ready": ready, "live": live, "answered": answered},
        on_take_change=on_take,
        on_frame_change=on_frame,
    )


def taken(key: str) -> tuple[str, list[bytes]] | None:
    """The id and the JPEGs of the take that has come, or None. Raises FerError where it is no take."""
    sent = _sent(key, "take")
    return None if sent is None else _checked(lambda: (str(sent["id"])[:32], [_jpeg(one) for one in _few(sent)]))


def frame(key: str) -> tuple[int, bytes] | None:
    """The number and the JPEG of the live frame that has come, or None. Raises FerError as `taken`."""
    sent = _sent(key, "frame")
    return None if sent is None else _checked(lambda: (int(sent["number"]), _jpeg(sent["jpeg"])))


def _few(sent: Any) -> list[Any]:
    jpegs = sent["jpegs"]
    if not isinstance(jpegs, list) or not 1 <= len(jpegs) <= _MOST_PICTURES:
        raise ValueError("no list of pictures")
    return jpegs


def _jpeg(text: Any) -> bytes:
    if not isinstance(text, str) or len(text) > _MOST_JPEG:
        raise ValueError("no picture, or too large a one")
    return base64.b64decode(text, validate=True)


def _checked(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except (KeyError, TypeError, ValueError, binascii.Error) as error:
        raise FerError("The camera sent pictures that can't be read; reload the page.") from error


def _sent(key: str, event: str) -> Any:
    value = st.session_state.get(key)
    return value.get(event) if value is not None else None
