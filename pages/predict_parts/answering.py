"""What a live frame is answered with, and what is known of the session between two frames."""

from dataclasses import dataclass, field
from typing import Any

from fer_core.errors import FerError
from fer_core.reading.game import ExpressionGame, askable, order
from fer_core.reading.live import LiveReader, Seen
from fer_core.reading.resting import RestingFaces
from fer_core.reading.tracking import Tracker
from pages.ui import live_camera
from pages.ui.plain import said as spoken

_ANSWERS = 4  # the browser may miss an answer when two come at once; the next one brings it again


@dataclass
class AnswerState:
    """One visitor's live session; holds boxes and probabilities, no frame."""

    reader: LiveReader
    made_for: tuple
    session: str = ""
    answers: list[dict[str, Any]] = field(default_factory=list)
    snapshot: str = ""
    least: float = 0.0
    settings: dict[str, Any] = field(default_factory=dict)
    """What the component is told, so that the fragment takes no arguments and stays the same whatever is set."""
    stands_at: list[Any] | None = None
    """What the page's controls stood at when it was last drawn whole."""
    resting: RestingFaces = field(default_factory=RestingFaces)
    game_id: str = ""
    game: ExpressionGame | None = None


def answer(state: AnswerState, frame: live_camera.CameraFrame) -> None:
    """Reads a frame and adds its answer to the state."""
    if frame.session != state.session:  # the camera was started anew
        state.session, state.answers = frame.session, []
        state.resting, state.game, state.game_id = RestingFaces(), None, ""
        state.reader.tracker = Tracker(state.reader.tracker.smoothing)
    if state.answers and frame.sequence <= state.answers[-1]["seq"]:
        return  # a run that was interrupted brings its frame once more
    try:
        seen, size = state.reader.read_jpeg(frame.jpeg, frame.time)
        said = live_camera.answer(
            frame, seen, size, state.reader.predictor.run.name, state.least, state.reader.left_out
        )
        _rest(state, frame, seen, said)
        _play(state, frame, seen, said)
    except FerError as error:
        said = live_camera.apology(frame, spoken(error))
    state.answers = [*map(live_camera.lightened, state.answers[1 - _ANSWERS :]), said]


def _rest(state: AnswerState, frame: live_camera.CameraFrame, seen: list[Seen], said: dict[str, Any]) -> None:
    """Adds each face's difference from its resting face, where one was asked for."""
    if frame.rest != state.resting.began:
        state.resting.begin(frame.rest)
    if state.resting.began is None:
        return
    said["rest"] = round(state.resting.done(frame.time), 3)
    for one, face in zip(seen, said["faces"], strict=True):
        apart = state.resting.see(one.number, frame.time, one.probabilities)
        face["apart"] = None if apart is None else [round(float(value), 2) for value in apart]


def _play(state: AnswerState, frame: live_camera.CameraFrame, seen: list[Seen], said: dict[str, Any]) -> None:
    """Adds the game's state, where one is played."""
    if frame.game != state.game_id:
        state.game_id, state.game = frame.game, None
        if frame.game:
            asked = order(askable(state.reader.predictor.run), seed=hash(frame.game) % 2**32)
            state.game = ExpressionGame(asked, frame.players)
    if state.game is None:
        return
    width = said["size"][0]
    places = [one.face.square.x / width for one in seen]
    if state.settings.get("mirror"):
        places = [1 - place for place in places]
    faces = [(place, one.face.square.side, one.probabilities) for place, one in zip(places, seen, strict=True)]
    state.game.update(frame.time, faces)
    said["game"] = state.game.told(frame.time)
