"""What the live view is told of faces that were not read."""

from pages.ui import live_camera
from pages.ui.live_camera import CameraFrame


def test_the_answer_says_how_many_faces_were_left_out() -> None:
    frame = CameraFrame(b"", 0.5, "s", 3)
    assert live_camera.answer(frame, [], (640, 480))["left_out"] == ""
    said = live_camera.answer(frame, [], (640, 480), left_out=2)["left_out"]
    assert said == "2 more faces, the smallest, were not read beside these 0"
