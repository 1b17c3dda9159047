"""`python -m fer_core submit`: each prediction under the id that test.csv gives its picture."""

import numpy as np
import pytest

from fer_core.cli import main
from tests.conftest import write_run


def _csv(path, ids, levels, labels=None) -> None:
    head = "label,feature" if labels is not None else "id,feature" if ids is not None else "feature"
    lines = [head]
    for i, level in enumerate(levels):
        pixels = " ".join([str(level)] * 2304)
        first = labels[i] if labels is not None else ids[i] if ids is not None else None
        lines.append(pixels if first is None else f"{first},{pixels}")
    path.write_text("\n".join(lines) + "\n")


@pytest.fixture
def root(tmp_path):
    """A run whose network says class n for a picture of gray level 30 n."""
    from fer_core.runtime import import_keras

    keras = import_keras()
    inputs = keras.Input((48, 48, 1))
    level = keras.layers.GlobalAveragePooling2D()(inputs)
    dense = keras.layers.Dense(7, activation="softmax")
    model = keras.Model(inputs, dense(level))
    centres = 30.0 * np.arange(7)
    dense.set_weights([centres[None] / 50, -(centres**2) / 100])
    folder = write_run(tmp_path / "runs", "levels")
    model.save(folder / "model.keras")
    return tmp_path / "runs"


@pytest.mark.parametrize("with_train", [False, True])
def test_ids_of_the_file_are_kept_in_its_order(root, tmp_path, with_train) -> None:
    ids = [7, 3, 0, 5, 1, 6, 2, 4]
    classes = [0, 1, 2, 3, 4, 5, 6, 2]
    data = tmp_path / "hw3"
    data.mkdir()
    _csv(data / "test.csv", ids, [30 * c for c in classes])
    if with_train:
        _csv(data / "train.csv", None, [0, 30, 60], labels=[0, 1, 2])
    given = data if with_train else data / "test.csv"
    out = tmp_path / "out.csv"
    assert main(["submit", "levels", "--root", str(root), "--data", str(given), "--out", str(out)]) == 0
    lines = [tuple(map(int, line.split(","))) for line in out.read_text().split()[1:]]
    assert lines == list(zip(ids, classes, strict=True))
