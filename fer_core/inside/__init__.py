"""The network opened up: its graph as a drawing, what flows through it, and each number that a layer computes."""

from fer_core.inside.block import block_of
from fer_core.inside.flow import Flowing, flow
from fer_core.inside.layout import MapBox, MapLayout, Wire, lay_out
from fer_core.inside.step_arithmetic import ArithmeticStep, Block, Operation, OutputArithmetic

__all__ = [
    "ArithmeticStep",
    "Block",
    "Flowing",
    "MapBox",
    "MapLayout",
    "Operation",
    "OutputArithmetic",
    "Wire",
    "block_of",
    "flow",
    "lay_out",
]
