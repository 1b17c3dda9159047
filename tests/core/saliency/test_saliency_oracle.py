"""Against tf-keras-vis on a relu network, where all tools agree."""

import warnings

import numpy as np
import pytest

from fer_core.runtime import import_keras
from fer_core.saliency import explain, network_for
from fer_core.saliency.methods import METHODS

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    pytest.importorskip("tf_keras_vis")
    from tf_keras_vis.gradcam import Gradcam
    from tf_keras_vis.gradcam_plus_plus import GradcamPlusPlus
    from tf_keras_vis.layercam import Layercam
    from tf_keras_vis.saliency import Saliency
    from tf_keras_vis.utils.scores import CategoricalScore

TARGETS = [0, 3, 6, 1, 3]


def opened(model):
    """Its logits, with inputs and outputs in lists, as the peer calls it."""
    copy = import_keras().models.clone_model(model)
    copy.set_weights(model.get_weights())
    return type(copy)(copy.inputs, [copy.get_layer("logits").output])


@pytest.fixture(scope="module")
def pixels(images):
    return images[..., None].astype(np.float32)


def test_the_gradient(relu, images, pixels):
    theirs = Saliency(opened(relu), clone=False)(
        CategoricalScore(TARGETS), pixels, keepdims=True, normalize_map=False, gradient_modifier=None
    )
    np.testing.assert_allclose(explain(relu, images, target=TARGETS), np.asarray(theirs)[..., 0], rtol=1e-3, atol=1e-8)


@pytest.mark.parametrize(
    ("name", "peer"), [("grad_cam", "Gradcam"), ("grad_cam_pp", "GradcamPlusPlus"), ("layer_cam", "Layercam")]
)
def test_the_class_activation_maps(name, peer, relu, pixels):
    cls = {"Gradcam": Gradcam, "GradcamPlusPlus": GradcamPlusPlus, "Layercam": Layercam}[peer]
    theirs = cls(opened(relu), clone=False)(
        CategoricalScore(TARGETS), pixels, penultimate_layer="conv2", expand_cam=False, normalize_cam=False
    )
    weights = np.eye(7, dtype=np.float32)[TARGETS]
    network = network_for(relu)
    ours = METHODS[name].coarse(*network.features(pixels, weights, "conv2"))
    if name == "grad_cam_pp":  # they keep exp(score), a constant of each image
        ours = ours * np.exp(network.score(pixels, weights))[:, None, None]
    np.testing.assert_allclose(ours, np.asarray(theirs), rtol=2e-3, atol=1e-5 * ours.max())


@pytest.mark.parametrize("rule", ["guided", "rectified"])
def test_the_rules(rule, relu, images, pixels):
    """Their guided modifier is relu's gradient by name; the same rule put on a copy by their model modifier."""
    tf = pytest.importorskip("tensorflow")

    @tf.custom_gradient
    def modified(x):
        def backward(dy):
            through = tf.cast(dy > 0, x.dtype) * dy
            return through * tf.cast(x > 0, x.dtype) if rule == "guided" else through

        return tf.nn.relu(x), backward

    def modifier(model):
        for layer in model.layers:
            if getattr(layer, "activation", None) is tf.keras.activations.relu:
                layer.activation = modified

    theirs = Saliency(opened(relu), model_modifier=modifier, clone=False)(
        CategoricalScore(TARGETS), pixels, keepdims=True, normalize_map=False, gradient_modifier=None
    )
    ours = explain(relu, images, rule, TARGETS)
    assert np.abs(ours - explain(relu, images, "gradient", TARGETS)).max() > 0.01 * np.abs(ours).max()
    np.testing.assert_allclose(ours, np.asarray(theirs)[..., 0], rtol=1e-3, atol=1e-8)
