import numpy as np
import pytest

from fer_core.errors import FerError
from fer_core.figures.layers import SCALES, layer, on_crop
from fer_core.labels import COLOURS
from fer_core.reading.annotate import annotate, lay_back, plates
from fer_core.reading.faces import Square


def colour(name: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(COLOURS[name][1:]))


def test_frames_lie_where_the_crops_were_in_the_class_s_colour() -> None:
    picture = np.full((200, 300, 3), 128, np.uint8)
    marked = annotate(picture, [Square(80, 110, 60), Square(220, 110, 60)], np.eye(7)[[3, 4]])
    assert (picture == 128).all()
    assert tuple(marked[110, 50]) == colour("happy")
    assert tuple(marked[110, 190]) == colour("sad")
    assert tuple(marked[110, 80]) == (128, 128, 128)


def test_a_label_at_the_edge_stays_inside() -> None:
    (plate,) = plates((60, 60), [Square(5, 5, 40)], np.eye(7)[[5]], [12])
    assert plate.box[0] >= 0 and plate.box[1] >= 0 and plate.box[2] <= 60 and plate.box[3] <= 60
    marked = annotate(np.zeros((60, 60, 3), np.uint8), [Square(5, 5, 40)], np.eye(7)[[5]], [12])
    assert tuple(marked[round(plate.box[1]), round(plate.box[0])]) == colour("surprise")


def crowd(count: int, side: float, gap: float) -> list[Square]:
    """Rows of ten faces."""
    return [Square(60 + (side + gap) * (i % 10), 80 + (side + gap) * (i // 10), side) for i in range(count)]


@pytest.mark.parametrize(("side", "gap"), [(50, 150), (60, 4), (24, 12), (90, 0)])
def test_labels_of_a_crowd_cover_no_other_face_and_no_other_label(side: float, gap: float) -> None:
    faces = crowd(31, side, gap)
    found = plates((900, 2100), faces, np.eye(7)[[i % 7 for i in range(31)]])
    for i, plate in enumerate(found):
        for j, square in enumerate(faces):
            if i != j:
                assert shared(plate.box, around(square)) == 0
                assert shared(plate.box, found[j].box) == 0
    covered = sum(shared(plate.box, around(square)) for plate, square in zip(found, faces, strict=True))
    assert covered < 0.2 * 31 * side**2
    assert all(plate.text.split()[0] == str(i + 1) for i, plate in enumerate(found))
    assert all(plate.full for plate in found) == (gap == 150)


def test_text_shrinks_with_its_face() -> None:
    large, small = plates((1000, 1000), [Square(300, 300, 300), Square(800, 800, 60)], np.eye(7)[[3, 3]])
    assert large.full and small.full and small.size < 0.6 * large.size


def test_a_face_that_fills_the_picture_keeps_its_label() -> None:
    (plate,) = plates((480, 480), [Square(240, 240, 480)], np.eye(7)[[3]])
    assert plate.full and plate.box[1] == 0


def around(square: Square) -> tuple[float, ...]:
    half = square.side / 2
    return square.x - half, square.y - half, square.x + half, square.y + half


def shared(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    across, down = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    return max(0.0, across) * max(0.0, down)


@pytest.mark.parametrize("roll", [0.0, 90.0, 180.0])
def test_a_layer_is_laid_where_its_crop_was_cut(roll: float) -> None:
    layer_ = np.zeros((48, 48, 4), np.uint8)
    layer_[:24, :24] = (255, 0, 0, 255)  # the crop's upper left quarter
    laid = lay_back(np.zeros((100, 100, 3), np.uint8), layer_, Square(50, 50, 48, roll))
    inside = {0.0: (38, 38), 90.0: (38, 62), 180.0: (62, 62)}[roll]  # row, column
    assert tuple(laid[inside]) == (255, 0, 0)
    assert laid.astype(int).sum() == pytest.approx(24 * 24 * 255, rel=0.06)


def test_a_layer_over_the_edge_or_outside_does_no_harm() -> None:
    full = np.full((48, 48, 4), 255, np.uint8)
    picture = np.zeros((50, 50, 3), np.uint8)
    assert (lay_back(picture, full, Square(0, 0, 40))[:15, :15] == 255).all()
    assert (lay_back(picture, full, Square(500, 500, 40)) == 0).all()


def test_opacity_and_scales() -> None:
    values = np.array([[0.0, 1.0]], np.float32)
    for scale in SCALES:
        colours = layer(values, scale, opacity=0.5)
        assert colours.shape == (1, 2, 4)
        assert colours[0, :, 3].tolist() == [0, 128]
    assert layer(values, "gray")[0, 1, :3].tolist() == [255, 255, 255]
    clear = on_crop(np.full((1, 2), 77, np.uint8), layer(values, opacity=0.0))
    assert (clear == 77).all()
    with pytest.raises(FerError, match="opacity"):
        layer(values, opacity=1.5)
    with pytest.raises(FerError, match="sepia"):
        layer(values, "sepia")


def test_signed_values_have_two_colours() -> None:
    against, nothing, for_it = layer(np.array([[-1.0, 0.0, 1.0]], np.float32), signed=True)[0].astype(int)
    assert against[2] > against[0]
    assert for_it[0] > for_it[2]
    assert nothing[3] == 0
