"""A training that a class watches: the same from the same start, and honest words about it."""

import itertools

import numpy as np
import pytest

from fer_core.data.dataset import SPLITS, Dataset, make_dataset
from fer_core.errors import FerError
from fer_core.figures.learning import accuracy_curves, filters_picture
from fer_core.languages import catalogue
from fer_core.training.classroom import FILTERS, ClassroomSettings, Epoch, epochs, network, verdict


def halves(count: int = 96) -> Dataset:
    """Two kinds of pictures that any network tells apart: bright on the left (happy), bright on the right (sad)."""
    rng = np.random.default_rng(3)
    labels = np.tile([3, 4], count // 2)
    pixels = rng.integers(0, 60, (count, 48, 48), dtype=np.uint8)
    pixels[labels == 3, :, :20] += 150
    pixels[labels == 4, :, 28:] += 150
    split = np.where(np.arange(count) < count * 2 // 3, SPLITS.index("train"), SPLITS.index("test"))
    return make_dataset("drawn", pixels, labels, split, "drawn")


def epoch(number: int, accuracy: float, test: float) -> Epoch:
    filters = np.zeros((FILTERS, 7, 7), np.float32)
    filters[:, 0, 0] = number + 1.0
    return Epoch(number, accuracy, 1.0, test, 1.0, np.zeros(700, np.int64), filters)


def test_it_learns_and_can_be_replayed() -> None:
    settings = ClassroomSettings(pictures=64, epochs=6)
    shares: list[float] = []
    film = list(epochs(settings, halves(), shares.append))
    assert [one.number for one in film] == list(range(7)) and shares == [0.5, 1.0] * 6
    assert film[-1].test_accuracy == 1.0 and film[-1].accuracy == 1.0 and film[-1].test_loss < film[0].test_loss
    assert film[-1].classes.tolist() == [3, 4] * 16
    again = list(epochs(settings, halves()))
    assert all(np.array_equal(a.filters, b.filters) for a, b in zip(film, again, strict=True))
    other = next(epochs(ClassroomSettings(pictures=64, start=1), halves()))
    assert not np.array_equal(film[0].filters, other.filters)


def test_mirrored_pictures_are_seen_from_both_sides() -> None:
    """Only the mirror makes it call a left-bright picture now happy, now sad: it can't learn these two any more."""
    film = list(epochs(ClassroomSettings(pictures=64, epochs=6, mirrored=True), halves()))
    assert film[-1].test_accuracy < 0.9


def test_the_network_is_as_small_as_it_says_and_whoever_stops_asking_ends_it() -> None:
    assert network().count_params() == 5607
    assert len(list(itertools.islice(epochs(ClassroomSettings(pictures=64), halves()), 2))) == 2


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"steps": "leaps"}, "Steps are tiny steps, fair steps, giant steps, not 'leaps'"),
        ({"epochs": 0}, "1 to 40 epochs"),
        ({"pictures": 31}, "32 pictures or more"),
    ],
)
def test_settings_that_can_not_be(given: dict, says: str) -> None:
    with pytest.raises(FerError, match=says):
        ClassroomSettings(**given)


def test_more_pictures_than_there_are_is_said() -> None:
    with pytest.raises(FerError, match="64 training and 32 test pictures; 65"):
        next(epochs(ClassroomSettings(pictures=65), halves()))


def test_the_verdict_says_what_came_out() -> None:
    start = epoch(0, 0.13, 0.16)
    assert verdict([start]).startswith("Before any training it is right on 16% of the test faces")
    assert "learned nothing" in verdict([start, epoch(1, 0.15, 0.18)])  # 1/7 + 3 sqrt(6 / 49 / 700) is 0.1825
    assert "learned nothing" not in verdict([start, epoch(1, 0.2, 0.19)])
    assert "by heart" in verdict([start, epoch(1, 0.5, 0.6), epoch(2, 0.97, 0.58)])
    assert verdict([start, epoch(1, 0.5, 0.6)]).endswith("It was still getting better.")
    assert verdict([start, epoch(1, 0.7, 0.66), epoch(2, 0.7, 0.6)]).endswith("on 70% of those that it trained on.")
    with pytest.raises(FerError):
        verdict([])


def test_the_figures_hold_the_film() -> None:
    film = [epoch(0, 0.1, 0.2), epoch(1, 0.5, 0.4)]
    figure = accuracy_curves(film, 5, 1, before=[epoch(0, 0.1, 0.3)])
    assert [list(trace.y) for trace in figure.data] == [[0.3], [0.1, 0.5], [0.2, 0.4]]
    picture = filters_picture(film, 1, scale=2)
    assert picture.shape == (2 * 14 + 3 * 6, FILTERS * 14 + 9 * 6, 3)
    assert picture[6, 6, 0] == 255 and picture[12, 12, 0] == 128  # its greatest weight; a weight of 0


def test_what_it_came_to_is_said_in_another_language() -> None:
    said = verdict([epoch(0, 0.1, 0.16), epoch(1, 0.5, 0.45), epoch(2, 0.9, 0.6)])
    assert said == (
        "After 2 epochs it is right on 60% of faces that it never saw, and on 90% of those that it trained on. "
        "It begins to learn its pictures by heart: what it knows of them helps less with new ones."
    )
    assert catalogue("zh-TW").say(said) == (
        "2 個 epoch 之後，它答對 60% 沒看過的臉，訓練過的臉則答對 90%。"
        "它開始把圖片背起來：背下來的東西對新的圖片沒什麼幫助。"
    )
