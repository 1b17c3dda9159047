"""How whole numbers inside a .tflite network stand for pixels and probabilities."""

from typing import Any

import numpy as np
import pytest

from fer_core.errors import FerError
from fer_core.models.lite import LiteModel, LiteNetwork, _quantised


class Interpreter:
    """A network of `batch` pictures at a time that gives each picture's first number and twice it."""

    def __init__(self, batch: int, signature: int | None, entry: Any, end: Any) -> None:
        self.entry = {"index": 0, "shape": np.array([batch, 3]), "dtype": np.float32, "quantization": (0.0, 0), **entry}
        if signature is not None:
            self.entry["shape_signature"] = np.array([signature, 3])
        self.end = {"index": 1, "shape": np.array([batch, 2]), "quantization": (0.0, 0), **end}
        self.asked: list[int] = []

    def get_input_details(self) -> list[Any]:
        return [self.entry]

    def get_output_details(self) -> list[Any]:
        return [self.end]

    def resize_tensor_input(self, index: int, shape: tuple[int, ...]) -> None:
        assert index == 0
        self.entry["shape"] = np.array(shape)

    def allocate_tensors(self) -> None:
        pass

    def set_tensor(self, index: int, values: np.ndarray) -> None:
        assert index == 0 and values.shape == tuple(self.entry["shape"]) and values.dtype == self.entry["dtype"]
        self.given = values

    def invoke(self) -> None:
        self.asked.append(len(self.given))

    def get_tensor(self, index: int) -> np.ndarray:
        assert index == 1
        return np.stack([self.given[:, 0], self.given[:, 0] * 2], axis=1)


def network(monkeypatch: pytest.MonkeyPatch, batch: int, signature: int | None, entry: Any = (), end: Any = ()) -> Any:
    made = Interpreter(batch, signature, dict(entry), dict(end))
    monkeypatch.setattr(LiteNetwork, "_open", lambda self: made)
    return LiteNetwork(bytes, "some.tflite"), made


NUMBERS = np.array([[4, 0, 0], [7, 0, 0], [1, 0, 0], [5, 0, 0], [6, 0, 0]], np.float32)


@pytest.mark.parametrize(
    ("batch", "signature", "asked"), [(1, -1, [5]), (5, None, [5]), (2, 2, [2, 2, 2]), (1, None, [1] * 5), (8, 8, [8])]
)
def test_pictures_are_asked_about_as_many_at_once_as_the_network_takes(monkeypatch, batch, signature, asked) -> None:
    ask, made = network(monkeypatch, batch, signature)
    np.testing.assert_array_equal(ask(NUMBERS), np.stack([NUMBERS[:, 0], NUMBERS[:, 0] * 2], axis=1))
    assert made.asked == asked


def test_whole_numbers_stand_for_pixels_and_for_answers(monkeypatch) -> None:
    entry = {"dtype": np.int8, "quantization": (0.5, -10)}
    ask, made = network(monkeypatch, 5, None, entry, {"quantization": (0.25, 3)})
    found = ask(NUMBERS)
    assert made.given[:, 0].tolist() == [-2, 4, -8, 0, 2]  # x / 0.5 - 10
    np.testing.assert_array_equal(found[:, 0], (made.given[:, 0].astype(float) - 3) * 0.25)


def test_what_is_outside_is_held_at_the_ends_and_halves_go_to_even() -> None:
    values = np.array([-300, -0.6, 0.5, 1.5, 2.4, 300], np.float32)
    assert _quantised(values, {"dtype": np.uint8, "quantization": (0.0, 0)}).tolist() == [0, 0, 0, 2, 2, 255]
    assert _quantised(values, {"dtype": np.int8, "quantization": (2.0, 1)}).tolist() == [-128, 1, 1, 2, 2, 127]
    same = _quantised(values, {"dtype": np.float16, "quantization": (2.0, 1)})
    assert same.dtype == np.float16 and same[2] == 0.5


@pytest.mark.parametrize(
    ("row", "good"), [([0.6, 0.42], True), ([0.6, 0.46], False), ([-0.01, 1.01], False), ([1.0, 0.0], True)]
)
def test_the_first_answers_must_be_probabilities(row: list[float], good: bool) -> None:
    model = LiteModel(bytes, "some.tflite")
    answers = np.array([[0.5, 0.5], row], np.float32)
    if good:
        model._check_answer(answers)
        assert model._probable
    else:
        with pytest.raises(FerError, match="gives no probabilities"):
            model._check_answer(answers)
    empty = LiteModel(bytes, "some.tflite")
    empty._check_answer(answers[:0])
    assert not empty._probable
