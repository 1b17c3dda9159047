"""A Keras model read as a graph: nodes instead of layer names, and the score that its output is the softmax of."""

from fer_core.graphs.behaviour import twin
from fer_core.graphs.nodes import Graph, Node, graph_of
from fer_core.graphs.score import Score, score_of

__all__ = ["Graph", "Node", "Score", "graph_of", "score_of", "twin"]
