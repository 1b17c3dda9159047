"""Ways in for still pictures: upload, snapshot, example."""

import functools
from dataclasses import dataclass

import numpy as np
import streamlit as st

from fer_core import pictures
from fer_core.errors import FerError
from fer_core.pictures.kinds import VIDEO_SUFFIXES, is_video
from pages.ui.language import say
from pages.ui.plain import plain

MAX_PICTURES = 40


@dataclass(frozen=True)
class Source:
    """A picture u8 (h, w, 3) RGB, its name, and a key that is the same for the same bytes."""

    name: str
    picture: np.ndarray
    key: str


@dataclass(frozen=True)
class Clip:
    """A video's bytes, its name, and its key."""

    name: str
    data: bytes
    key: str


def uploaded() -> tuple[list[Source], list[Clip]]:
    """Pictures and videos that were chosen; each that can't be read leaves its sentence on the screen."""
    files = st.file_uploader(
        say("Pictures or a video"),
        type=[*pictures.SUFFIXES, *VIDEO_SUFFIXES],
        accept_multiple_files=True,
        help=say("JPEG, PNG, WebP, GIF (its first frame), BMP, TIFF, HEIC, AVIF; videos of phones, cameras, browsers."),
    )
    if len(files) > MAX_PICTURES:
        st.warning(say("{count} files were chosen; the first {most} are read.", count=len(files), most=MAX_PICTURES))
    stills, clips = [], []
    for file in files[:MAX_PICTURES]:
        if is_video(file.getvalue(), file.name):
            clips.append(Clip(file.name, file.getvalue(), file.file_id))
        elif source := _decoded(file.getvalue(), file.name, file.file_id):
            stills.append(source)
    return stills, clips


def one_of(clips: list[Clip]) -> Clip:
    """The video to look at: videos are read one at a time."""
    if len(clips) == 1:
        return clips[0]
    place = st.selectbox(
        say("Video"), range(len(clips)), format_func=lambda i: f"{i + 1}  {clips[i].name}", key="predict_video"
    )
    return clips[min(place, len(clips) - 1)]


def snapshot() -> list[Source]:
    """The picture that the browser's camera took, if one was taken."""
    file = st.camera_input(
        say("One picture from the camera"),
        help=say(
            "The browser asks whether the page may use the camera. No camera? Upload a picture or try the example."
        ),
    )
    return [] if file is None else _some(_decoded(file.getvalue(), "snapshot.jpg", file.file_id))


def example() -> list[Source]:
    """Drawn portraits: no photograph of a person comes with FER Lab."""
    return [Source("drawn_portraits.png", drawn_portraits(), "example")]


def from_bytes(data: bytes, name: str, key: str) -> list[Source]:
    """A picture that came another way, say from the live camera."""
    return _some(_decoded(data, name, key))


@functools.lru_cache(maxsize=1)
def drawn_portraits() -> np.ndarray:
    """Three drawn people side by side, u8 (h, w, 3)."""
    from fer_core.data.drawn.dataset import EXPRESSIONS, Light, Pose, draw_face, sample_identity

    side, gap = 300, 40
    scene = np.full((side + 2 * gap, 3 * side + 4 * gap, 3), 226, np.uint8)
    rng = np.random.default_rng(4)
    for i, name in enumerate(("happy", "surprise", "angry")):
        face = draw_face(EXPRESSIONS[name], sample_identity(rng), Pose(), Light(), size=side)
        left = gap + i * (side + gap)
        scene[gap : gap + side, left : left + side] = face[..., None]
    return scene


def _decoded(data: bytes, name: str, key: str) -> Source | None:
    known = st.session_state.setdefault("predict_pictures", {})
    if key not in known:
        try:
            known[key] = pictures.decode(data, name)
        except FerError as error:
            st.error(plain(error))
            return None
        while sum(picture.nbytes for picture in known.values()) > 400_000_000 and len(known) > 1:
            known.pop(next(iter(known)))
    return Source(name, known[key], key)


def _some(source: Source | None) -> list[Source]:
    return [] if source is None else [source]
