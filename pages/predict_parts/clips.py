"""Videos: read with progress and a stop, then a timeline for each face, the frame of any moment, and copies."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from fer_core.errors import FerError
from fer_core.figures.in_words import in_words
from fer_core.labels import CLASSES, COLOURS
from fer_core.reading import video, video_copy
from fer_core.reading.crowd import crowded_words
from fer_core.reading.live import MAX_FACES
from fer_core.reading.sure import name_of
from fer_core.reading.video import Sight, VideoReading
from fer_core.spreadsheet import csv_text
from pages.predict_parts import track_table
from pages.predict_parts.request import ReadingRequest
from pages.predict_parts.sources import Clip
from pages.ui import downloads, language, queue
from pages.ui.bars import STYLE, bars, label
from pages.ui.language import count, mark, say
from pages.ui.plain import plain, said
from pages.ui.states import PREDICT

_STATE = "predict_clip"
_RATES = {
    5.0: mark("5 frames a second"),
    10.0: mark("10 frames a second"),
    15.0: mark("15 frames a second"),
    1000.0: mark("every frame"),
}
_MOST_FACES = 8


@dataclass
class ClipState:
    """The video that was read last; `copy` is its annotated copy, `frames` the moments looked at lately."""

    key: tuple
    found: VideoReading
    problem: str = ""
    copy: bytes = b""
    copied_with: float = 0.0
    as_read: VideoReading | None = None
    """What was read, where faces were merged since."""
    frames: dict[int, np.ndarray] = field(default_factory=dict)


def show(clip: Clip, request: ReadingRequest) -> None:
    """Reads a video on demand and shows what was found, also of one that was stopped half-way."""
    st.subheader(plain(clip.name), anchor=False)
    first, second, third = st.columns([2, 3, 2], vertical_alignment="bottom")
    rate = first.selectbox(
        say("Read"), list(_RATES), format_func=lambda rate: say(_RATES[rate]), **PREDICT.widget("rate")
    )
    smoothing = second.slider(
        say("Smoothing over time (seconds; 0 for none)"), step=0.1, format="%.1f s", **PREDICT.widget("clip_smoothing")
    )
    if len(request.runs) > 1:
        st.caption(say("Videos and live frames are read by one run: {run}.", run=request.run.name))
    key = (clip.key, request.key, rate, smoothing)
    state: ClipState | None = st.session_state.get(_STATE)
    if third.button(say("Read the video"), icon=":material/play_arrow:", type="primary", width="stretch"):
        state = _read(clip, request, key, rate, smoothing)
    if state is None or state.key[0] != clip.key:
        st.caption(
            say("Faces are tracked from frame to frame; each keeps its number. A long video can be stopped half-way.")
        )
        return
    if state.problem:
        st.error(plain(state.problem))
        return
    if state.key != key:
        st.info(say("The settings were changed since the video was read; read it again to see their effect."))
    _found(clip, state, request)


def _read(clip: Clip, request: ReadingRequest, key: tuple, rate: float, smoothing: float) -> ClipState:
    """Reads to the end, or until a click on Stop (or anywhere else) starts the page anew; the part read stays."""
    try:
        opened = video.Video(clip.data, clip.name)
    except FerError as error:
        state = st.session_state[_STATE] = ClipState(
            key, VideoReading(video.Info(clip.name, 0, 0, 1.0, None)), said(error)
        )
        return state
    with opened:
        found = VideoReading(opened.info, rate, smoothing)
        state = st.session_state[_STATE] = ClipState(key, found)
        place = st.empty()
        with place.container(horizontal=True, vertical_alignment="center"):
            bar = st.progress(0.0, say("Reading"))
            st.button(say("Stop"), icon=":material/stop:", key="clip_stop")
        try:
            with queue.turn():
                for _ in video.read(opened, found, request.predictors[0], request.flip, request.level):
                    bar.progress(found.done, f"{found.times[-1]:.1f} s, {_count(found)}")
        except FerError as error:
            state.problem = said(error)
        place.empty()
    return state


def _count(found: VideoReading) -> str:
    return count(len({sight.number for sight in found.sights}), "{count} face so far", "{count} faces so far")


def _found(clip: Clip, state: ClipState, request: ReadingRequest) -> None:
    found = state.found
    numbers = found.numbers()
    last = found.times[-1] if found.times else 0.0
    end = say("read to the end, {seconds:.1f} s" if found.finished else "stopped after {seconds:.1f} s", seconds=last)
    st.caption(
        say(
            "{width} x {height} pixels, {frames} frames read, {end}. Times are those that the file gives its frames.",
            width=found.info.width,
            height=found.info.height,
            frames=found.read_frames,
            end=end,
        )
    )
    if crowded := crowded_words(found.left_out, MAX_FACES):
        st.caption(f":material/groups: {said(crowded)}")
    if not numbers:
        st.info(say("No face was found in this video."))
        return
    shown = numbers[:_MOST_FACES]
    number = shown[0]
    if len(shown) > 1:
        number = st.pills(
            say("Face"),
            shown,
            default=shown[0],
            format_func=lambda n: say("Face {number}", number=n),
            required=True,
            key=f"clip_face_{clip.key}",
        )
        if len(numbers) > len(shown):
            st.caption(
                say("The {most} faces seen longest of {count}; the csv has all.", most=_MOST_FACES, count=len(numbers))
            )
    _moments(clip, state, number, request.least[request.run.name])
    st.caption(say(request.rule.words()))
    track_table.show(state, request.least[request.run.name], f"{Path(clip.name).stem}_tracks")
    _copies(clip, state, request)


@st.fragment
def _moments(clip: Clip, state: ClipState, number: int, least: float) -> None:
    """The timeline; a press on it, or the slider below it, chooses the frame that is shown."""
    sights = state.found.of(number)
    name = f"clip_moment_{clip.key}_{number}"
    chart = f"clip_chart_{clip.key}_{number}"

    def pressed() -> None:
        points = st.session_state[chart].selection.points
        if points:
            st.session_state[name] = min(int(points[0]["point_index"]), len(sights) - 1)

    st.session_state.setdefault(name, 0)
    st.session_state[name] = min(st.session_state[name], len(sights) - 1)
    drawn = timeline(sights, _step(state.found), sights[st.session_state[name]].time, least)
    st.plotly_chart(
        drawn,
        key=chart,
        alt=in_words(drawn, say("Probabilities of face {number} over time", number=number), language.words()),
        on_select=pressed,
        selection_mode="points",
        config={"displayModeBar": False},
    )
    downloads.numbers(drawn, f"face-{number}-over-time", chart)
    if len(sights) > 1:
        place = st.select_slider(
            say("Moment"),
            range(len(sights)),
            format_func=lambda i: f"{sights[i].time:.2f} s",
            key=name,
            help=say("Or press on the timeline."),
        )
    else:
        place = 0
    sight = sights[place]
    left, right = st.columns([3, 2])
    try:
        with left:
            frame = _frame(clip, state, sight, least)
            downloads.picture(frame, f"{Path(clip.name).stem}_{sight.time:.2f}s", "clip_frame", width="stretch")
    except FerError as error:
        left.error(plain(error))
    p = sight.probabilities
    title = say("Face {number} at {seconds:.2f} s", number=number, seconds=sight.time)
    right.html(f"{STYLE}<strong>{title}</strong>{label(p, least)}{bars(p)}")


def _step(found: VideoReading) -> float:
    """Seconds that one frame stands for, the median."""
    return float(np.median(np.diff(found.times))) if len(found.times) > 1 else 1.0


def timeline(sights: list[Sight], step: float, now: float, least: float = 0.0) -> go.Figure:
    """Stacked probabilities of one face over time; clear bars on top take the presses. least: see
    `fer_core.reading.sure`."""
    times = [sight.time for sight in sights]
    p = np.stack([sight.probabilities for sight in sights])
    figure = go.Figure()
    for i, name in enumerate(CLASSES):
        figure.add_scatter(
            x=times,
            y=p[:, i],
            name=say(name),
            stackgroup="faces",
            mode="lines",
            line={"width": 0.5, "color": COLOURS[name]},
            fillcolor=COLOURS[name],
            hoverinfo="skip",
        )
    figure.add_bar(
        x=times,
        y=np.ones(len(times)),
        width=max(step, 1e-3),
        marker={"color": "rgba(128,128,128,0.01)", "line": {"width": 0}},
        customdata=[[say(name_of(row, least)), row.max()] for row in p],
        hovertemplate="%{x:.2f} s: %{customdata[0]} %{customdata[1]:.0%}<extra></extra>",
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
        showlegend=False,
    )
    figure.add_vline(x=now, line={"color": "#888", "width": 2, "dash": "dot"})
    figure.update_layout(
        height=260,
        margin={"l": 0, "r": 0, "t": 10, "b": 0},
        xaxis={"title": say("seconds"), "fixedrange": True},
        yaxis={"range": [0, 1], "tickformat": ".0%", "fixedrange": True},
        legend={"orientation": "h", "y": -0.3},
        clickmode="event+select",
        dragmode=False,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        uirevision="stay",
    )
    return figure


def _frame(clip: Clip, state: ClipState, sight: Sight, least: float) -> np.ndarray:
    """The marked frame, u8 (h, w, 3); the last few are kept unmarked while this video is open."""
    if sight.frame not in state.frames:
        state.frames[sight.frame] = video.frame_at(clip.data, clip.name, sight.frame)
        while len(state.frames) > 8:
            state.frames.pop(next(iter(state.frames)))
    sights = [each for each in state.found.sights if each.frame == sight.frame]
    return video_copy.small_marked(state.frames[sight.frame], sights, least)


def _copies(clip: Clip, state: ClipState, request: ReadingRequest) -> None:
    stem = Path(clip.name).stem
    least = request.least[request.run.name]
    table = pd.DataFrame(video.rows(state.found, request.run.name, least))
    if state.copied_with != least:
        state.copy, state.copied_with = b"", least
    with st.container(horizontal=True):
        downloads.button(
            "csv",
            lambda: csv_text(table).encode(),
            f"{stem}_faces.csv",
        )
        make = not state.copy and st.button(say("Make the annotated video"), icon=":material/movie:")
    if video_copy.ON_DISK:
        st.caption(
            say("For this copy OpenCV needs a temporary file on this system; it is deleted as soon as it was made.")
        )
    if make:
        place = st.empty()
        with place.container(horizontal=True, vertical_alignment="center"):
            bar = st.progress(0.0, say("Drawing the frames"))
            st.button(say("Stop"), icon=":material/stop:", key="clip_copy_stop")
        copy = video_copy.Annotation(clip.data, clip.name, state.found, least)
        try:
            for done in copy.steps():
                bar.progress(done, say("Drawing the frames"))
            state.copy = copy.content
        except FerError as error:
            st.error(plain(error))
        place.empty()
    if state.copy:
        st.video(state.copy, format="video/webm")
        downloads.button(
            say("Annotated video"),
            state.copy,
            f"{stem}_faces.webm",
        )
