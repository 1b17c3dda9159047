"""Layer-wise relevance propagation, composite rule."""

from dataclasses import dataclass
from typing import ClassVar

from fer_core.saliency.methods.lrp_epsilon import LrpEpsilon


@dataclass(frozen=True)
class LrpComposite(LrpEpsilon):
    """LRP with a calmer rule at the convolutions: what agrees with an output counts a quarter more.

    Dense layers by the epsilon rule, convolutions by gamma = 0.25: R_i = sum_j (c_ij + gamma c_ij+) / z_j * R_j with
    c_ij = x_i w_ij, c+ those of the output's sign, z_j the sum above. It grows smoother, and on relu networks marks
    more for than against. Separable and depthwise convolutions keep the epsilon rule. Normalisations are folded into
    the convolution before them.

    Montavon et al. 2019, "Layer-Wise Relevance Propagation: An Overview", sections 10.2 and 10.3.
    """

    name: ClassVar[str] = "lrp_composite"
    label: ClassVar[str] = "LRP (composite)"
    rule: ClassVar[str | None] = "lrp_composite"
