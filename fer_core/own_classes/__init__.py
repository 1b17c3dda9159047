"""Classes of somebody's own, taught to a network from a few snapshots: only a last layer learns, the rest stays."""

from fer_core.own_classes.collection import LEAST, MOST, MOST_CLASSES, Collection
from fer_core.own_classes.head import LastLayer, Taught, features, teach

__all__ = ["LEAST", "MOST", "MOST_CLASSES", "Collection", "LastLayer", "Taught", "features", "teach"]
