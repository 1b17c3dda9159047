"""The fused batch normalisation of a training: the same numbers as Keras' own, and nothing left behind in the file."""

import numpy as np
import pytest

from fer_core.runtime import import_keras
from fer_core.training.batch_norm import fuse


def _network(scale: bool = True, center: bool = True):
    keras = import_keras()
    keras.utils.set_random_seed(3)
    norm = keras.layers.BatchNormalization(scale=scale, center=center, momentum=0.7, epsilon=0.02, name="norm")
    return keras.Sequential(
        [
            keras.Input((5, 4, 1)),
            keras.layers.Conv2D(3, 3, name="conv"),
            norm,
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dense(2, activation="softmax"),
        ]
    )


def _trained(model, steps: int = 3):
    keras = import_keras()
    model.compile(keras.optimizers.SGD(0.5), "categorical_crossentropy")
    pixels = np.random.default_rng(0).normal(3, 2, (6, 5, 4, 1)).astype(np.float32)
    targets = np.eye(2, dtype=np.float32)[[0, 1, 1, 0, 1, 1]]
    losses = [float(model.train_on_batch(pixels, targets)) for _ in range(steps)]
    return losses, model.get_weights(), model(pixels, training=False).numpy()


@pytest.mark.parametrize(("scale", "center"), [(True, True), (False, True), (True, False)])
def test_training_gives_what_keras_gives(scale, center):
    losses, weights, answers = _trained(_network(scale, center))
    fused_losses, fused_weights, fused_answers = _trained(fuse(_network(scale, center)))
    assert np.allclose(losses, fused_losses, rtol=1e-4)
    assert len(weights) == len(fused_weights)
    for ours, theirs in zip(fused_weights, weights, strict=True):  # moving averages included
        assert np.allclose(ours, theirs, rtol=2e-4, atol=1e-5)
    assert np.allclose(answers, fused_answers, atol=1e-4)


def test_the_fused_operation_is_what_trains():
    import tensorflow as tf

    model = fuse(_network())
    graph = tf.function(lambda x: model(x, training=True)).get_concrete_function(tf.zeros((6, 5, 4, 1))).graph
    assert "FusedBatchNormV3" in {operation.type for operation in graph.get_operations()}


def test_a_frozen_layer_keeps_its_averages():
    model = fuse(_network())
    model.get_layer("norm").trainable = False
    before = model.get_layer("norm").get_weights()
    _trained(model)
    for old, new in zip(before, model.get_layer("norm").get_weights(), strict=True):
        assert np.array_equal(old, new)


def test_the_stored_model_is_an_ordinary_one(tmp_path):
    model = fuse(_network())
    _, _, answers = _trained(model)
    model.save(tmp_path / "m.keras")
    again = import_keras().models.load_model(tmp_path / "m.keras")
    assert type(again.get_layer("norm")) is import_keras().layers.BatchNormalization
    pixels = np.random.default_rng(0).normal(3, 2, (6, 5, 4, 1)).astype(np.float32)
    assert np.allclose(again(pixels, training=False), answers, atol=1e-6)


def test_dense_features_are_left_to_keras():
    keras = import_keras()
    model = keras.Sequential([keras.Input((4,)), keras.layers.BatchNormalization(name="norm")])
    plain = model.get_layer("norm").call
    assert fuse(model).get_layer("norm").call == plain
