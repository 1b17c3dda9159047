"""The sanity check: shuffle the network's weights from the top down and see whether the map notices.

Adebayo et al. 2018, "Sanity Checks for Saliency Maps", section 3.1, cascading randomisation. Here a layer's weights are
shuffled, so that their distribution stays and their knowledge goes. A map that explains the network must change when
the last layer alone is shuffled: nothing then ties its class to the face. A rank correlation near 1 says that the map
is drawn by the picture, near 0 that it is drawn by the network.
"""

import threading
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from fer_core.saliency.base import Method
from fer_core.saliency.network import Network, Weights, network_for
from fer_core.saliency.trust.ranks import rank_correlation

MOST_STEPS = 6

_lock = threading.RLock()
_private: "weakref.WeakKeyDictionary[Any, dict[str | None, tuple[Network, Weights, Any]]]" = weakref.WeakKeyDictionary()


@dataclass(frozen=True)
class ShuffledStep:
    """One step of the cascade: all layers from the last down to `layer` are shuffled.

    correlation: Spearman's rho of the map's importance with the original's, mean over the images, -1 to 1.
    """

    layer: str
    layers: int
    correlation: float


def randomisation(
    model: Any,
    images: np.ndarray,
    weights: np.ndarray,
    method: Method,
    seed: int = 0,
    most_steps: int = MOST_STEPS,
) -> Iterator[ShuffledStep]:
    """Yields a step of the cascade at a time, so that it can be watched and left; the live model is not touched.

    Args:
        model: keras.Model.
        images: f32 (N, H, W, 1); weights: f32 (N, C), the targets, kept while the network changes.
        method: with its settings.
        seed: of the shuffling.
        most_steps: at least 1; the first is the last layer alone, the others take several layers at once where there
            are more.
    """
    original = method.importance(method.maps(network_for(model, method.rule), images, weights))
    spoilt, own, lock = _spoilt(model, method.rule)
    values = own.live()
    layers = layers_with_weights(spoilt)[::-1]
    rng = np.random.default_rng(seed)
    done = 0
    for stop in _stops(len(layers), most_steps):
        for _, variables in layers[done:stop]:
            for variable in variables:
                old = values[id(variable)]
                values[id(variable)] = rng.permutation(old.ravel()).reshape(old.shape)
        done = stop
        with lock:  # not held between the steps: whoever watches may walk away
            own.assign(values)
            maps = method.importance(method.maps(spoilt, images, weights))
        each = [rank_correlation(a, b) for a, b in zip(original, maps, strict=True)]
        yield ShuffledStep(layers[stop - 1][0], stop, float(np.mean(each)))


def layers_with_weights(network: Network) -> list[tuple[str, list[Any]]]:
    """(node, its trained variables) of the layers with a kernel, in the order in which a picture meets them, whatever
    model they are nested in; a layer used twice comes once. Normalisations keep their statistics: they know no class.
    """
    score = network.score_of
    found: dict[int, tuple[str, list[Any]]] = {}
    for name in score.graph.ancestors([score.layer]):
        layer = score.graph.nodes[name].layer
        if not score.graph.nodes[name].is_layer:
            continue
        trained = [v for part in layer._flatten_layers() for v in getattr(part, "_trainable_variables", ())]
        if any(len(v.shape) >= 2 for v in trained):
            found.setdefault(id(layer), (name, trained))
    return list(found.values())


def _stops(count: int, most: int) -> list[int]:
    """How many layers are shuffled after each step: 1 first, all at the end, evenly between."""
    return sorted({round(x) for x in np.linspace(1, count, min(most, count))}) if count else []


def _spoilt(model: Any, rule: str | None) -> tuple[Network, Weights, Any]:
    """The network with weights of its own, to be given others while its lock is held.

    It is kept, as compiling its gradient takes longer than asking it.
    """
    with _lock:
        kept = _private.setdefault(model, {})
        if rule not in kept:
            score = network_for(model, rule).score_of
            own = Weights(score.graph)
            kept[rule] = (Network(score, rule, own), own, threading.Lock())
        return kept[rule]
