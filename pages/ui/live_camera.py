"""The live camera: a component that sends frames and draws what Python answers.

The browser keeps at most `in_flight` frames on their way. Streamlit runs the fragment for the newest of those that
have arrived, so a slow server skips frames instead of falling behind. What the visitor asks of the server beside (keys
of the full screen) travels with the frames, for the same reason.
"""

import ast
import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from fer_core.errors import FerError
from fer_core.labels import CLASSES, COLOURS
from fer_core.languages import DEFAULT
from fer_core.reading.crowd import left_out_words
from fer_core.reading.live import Seen
from fer_core.reading.sure import UNSURE, UNSURE_COLOUR, label_of
from pages.ui import language
from pages.ui.plain import said

_ASSETS = Path(__file__).parent / "assets" / "live"
_PARTS = (
    "plates",
    "wire",
    "draw",
    "past",
    "play",
    "stage",
    "sheet",
    "speech",
    "take_along",
    "camera",
)  # the last one joins the others' methods

_SOURCE = "\n".join((_ASSETS / f"{part}.js").read_text(encoding="utf-8") for part in _PARTS)
_SAID = [ast.literal_eval(f'"{text}"') for text in dict.fromkeys(re.findall(r'\bsay\("((?:[^"\\]|\\.)*)"', _SOURCE))]
"""All texts that the component says, in English."""

_component = st.components.v2.component(
    "fer_lab_live_camera",
    css=(_ASSETS / "camera.css").read_text(encoding="utf-8"),
    js=_SOURCE,
)

MAX_JPEG = 2_000_000
"""Bytes of a live frame; one of 480 x 360 has about 20,000."""


@dataclass(frozen=True)
class CameraFrame:
    """A frame as the browser sent it: JPEG bytes, seconds since the camera's start, and what to answer with.

    switched: switches of SWITCHES that the visitor moved in the browser.
    rest: seconds since when a resting face is watched, None for none.
    game: the id of the game that is played, empty for none. players: 1 or 2.
    """

    jpeg: bytes
    time: float
    session: str
    sequence: int
    switched: dict[str, bool] = field(default_factory=dict)
    rest: float | None = None
    game: str = ""
    players: int = 1


SWITCHES = ("mirror", "map")
"""What the browser may switch: `settings` of `live_camera` of these names, bool."""


def live_camera(
    key: str,
    answers: list[dict[str, Any]],
    on_frame: Callable[[], None],
    on_snapshot: Callable[[], None],
    snapshot: str = "",
    **settings: Any,
) -> None:
    """Mounts the camera.

    Args:
        key: Streamlit key; `taken_frame(key)` and `taken_snapshot(key)` read in the callbacks what has come.
        answers: the latest of `answer`.
        snapshot: the id of the snapshot that came last, which tells the camera that it arrived.
        on_frame, on_snapshot: called before the script (or fragment) runs, when one has come.
        settings: mirror, map (bool), in_flight (frames on their way at once), send_width (pixels), scale (u8 (256, 4)
            RGBA, the colours of maps), run and accuracy (texts that go along with what is taken along).
    """
    shown = {
        "classes": list(CLASSES),
        "colours": [COLOURS[name] for name in CLASSES],
        "unsure": UNSURE,
        "unsure_colour": UNSURE_COLOUR,
        "language": language.current(),
        "words": _words(),
        **settings,
    }
    if "scale" in shown:
        shown["scale"] = _text(shown["scale"])
    _component(
        key=key,
        data={"settings": shown, "answers": answers, "snapshot": snapshot},
        on_frame_change=on_frame,
        on_snapshot_change=on_snapshot,
    )


def _words() -> dict[str, str]:
    """What the component says, English text -> that of the visit's language; empty for English."""
    if language.current() == DEFAULT:
        return {}
    return {text: language.say(text) for text in (*_SAID, *CLASSES, UNSURE)}


def taken_frame(key: str) -> CameraFrame | None:
    """The frame that has come, or None. Raises FerError where it isn't what the component sends."""
    sent = _value(key, "frame")
    return None if sent is None else parse_frame(sent)


def parse_frame(sent: Any) -> CameraFrame:
    """What the component sent, checked: a browser can send anything. Raises FerError."""
    try:
        return CameraFrame(
            _bytes(sent["jpeg"]),
            float(sent["time"]),
            str(sent["session"])[:32],
            int(sent["seq"]),
            {name: bool(value) for name, value in dict(sent.get("set") or {}).items() if name in SWITCHES},
            None if sent.get("rest") is None else float(sent["rest"]),
            str(sent.get("game") or "")[:32],
            2 if sent.get("players") == 2 else 1,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise FerError("The camera sent a frame that can't be read; reload the page.") from error


def taken_snapshot(key: str) -> tuple[str, bytes] | None:
    """The id and the JPEG bytes of the snapshot that was asked for, or None. Raises FerError as `taken_frame`."""
    sent = _value(key, "snapshot")
    try:
        return None if sent is None else (str(sent["id"])[:64], _bytes(sent["jpeg"], 20_000_000))
    except (KeyError, TypeError, ValueError) as error:
        raise FerError("The camera sent a snapshot that can't be read; reload the page.") from error


def answer(
    frame: CameraFrame, seen: list[Seen], size: tuple[int, int], run: str = "", least: float = 0.0, left_out: int = 0
) -> dict[str, Any]:
    """What the component draws for a frame; positions in the pixels of the frame that was sent.

    run: who answered. least: the probability from which on a face has a label (`fer_core.reading.sure`). left_out: how
    many faces were not read, being the smallest.
    """
    faces = [_face(one, least) for one in seen]
    more = left_out_words(left_out, len(faces))
    return {**_head(frame), "size": list(size), "run": run, "faces": faces, "left_out": said(more)}


def lightened(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer without pictures: what the browser's log needs of one that it may have missed."""
    return {**answer, "faces": [{**face, "crop": None, "map": None} for face in answer["faces"]]}


def apology(frame: CameraFrame, problem: str) -> dict[str, Any]:
    """An answer that says why a frame could not be read."""
    return {**_head(frame), "size": None, "faces": [], "problem": problem}


def _head(frame: CameraFrame) -> dict[str, Any]:
    return {"session": frame.session, "seq": frame.sequence, "time": frame.time}


def _face(one: Seen, least: float) -> dict[str, Any]:
    square = one.face.square
    return {
        "number": one.number,
        "square": [round(value, 1) for value in (square.x, square.y, square.side, square.roll)],
        "box": [round(value, 1) for value in one.face.box],
        "p": [round(float(value), 4) for value in one.probabilities],
        "label": label_of(one.probabilities, least),
        "crop": _text(one.face.crop),
        "map": None if one.map is None else _text(one.map),
    }


def _value(key: str, name: str) -> Any:
    state = st.session_state.get(key)
    return None if state is None else state.get(name)


def _bytes(text: Any, limit: int = MAX_JPEG) -> bytes:
    if not isinstance(text, str) or len(text) > limit * 4 // 3 + 4:
        raise ValueError("not the text of a frame, or too long")
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("no base64") from error


def _text(array: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode("ascii")
