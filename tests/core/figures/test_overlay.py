import numpy as np
import pytest

from fer_core.errors import FerError
from fer_core.figures.overlay import coloured, enlarged, overlay


def test_colours_at_the_ends_of_the_scales():
    heat = coloured(np.array([[0.0, 1.0, 7.0]]))[0].tolist()
    assert heat == [[0, 0, 4], [252, 253, 191], [252, 253, 191]]
    signed = coloured(np.array([[-1.0, 0.0, 1.0]]), signed=True)[0].tolist()
    assert signed == [[5, 48, 97], [236, 236, 236], [103, 0, 31]]
    lightness = coloured(np.linspace(0, 1, 50)[None])[0] @ [0.299, 0.587, 0.114]
    assert (np.diff(lightness) > 0).all()


def test_nothing_is_laid_over_where_the_map_is_zero():
    image = np.arange(16, dtype=np.uint8).reshape(4, 4)
    values = np.zeros((4, 4))
    values[1, 2] = 1
    picture = overlay(image, values, opacity=1)
    assert picture.dtype == np.uint8 and picture.shape == (4, 4, 3)
    assert picture[1, 2].tolist() == [252, 253, 191]
    picture[1, 2] = 6
    np.testing.assert_array_equal(picture, image[..., None].repeat(3, 2))


def test_sizes_of_the_helpers():
    assert enlarged(np.zeros((4, 4, 3), np.uint8), 3).shape == (12, 12, 3)


@pytest.mark.parametrize(
    ("image", "values", "options", "says"),
    [
        (np.zeros((4, 4)), np.zeros((4, 5)), {}, "one size"),
        (np.zeros((4, 4, 3)), np.zeros((4, 4)), {}, "gray picture"),
        (np.zeros((4, 4)), np.zeros((4, 4)), {"opacity": 2}, "opacity"),
        (np.zeros((4, 4)), np.full((4, 4), np.nan), {}, "finite"),
    ],
)
def test_bad_input_is_one_sentence(image, values, options, says):
    with pytest.raises(FerError, match=says):
        overlay(image, values, **options)
