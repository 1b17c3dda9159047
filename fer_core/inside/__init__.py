"""The network opened up: its graph as a drawing, what flows through it, and each number that a layer computes."""

from fer_core.inside.block import block_of
from fer_core.inside.flow import Flowing, flow
from fer_core.inside.layout import Box, Layout, Wire, lay_out
from fer_core.inside.step_arithmetic import Block, Operation, Place, Step

__all__ = ["Block", "Box", "Flowing", "Layout", "Operation", "Place", "Step", "Wire", "block_of", "flow", "lay_out"]
