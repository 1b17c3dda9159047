"""The network opened up: its graph as a drawing, what flows through it, and each number that a layer computes."""

from fer_core.inside.flow import Flowing, flow
from fer_core.inside.layout import Box, Layout, Wire, lay_out

__all__ = ["Box", "Flowing", "Layout", "Wire", "flow", "lay_out"]
