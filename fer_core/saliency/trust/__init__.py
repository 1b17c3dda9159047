"""Does a map deserve belief? Four questions, each answered by a number and measured against a map that knows nothing.

- `curves`: does hiding the pixels that the map calls important hurt the class more than hiding random ones?
- `randomisation`: does the map change when the network's knowledge is taken away?
- `sensitivity`: does it stay when the picture changes by less than the eye sees?
- `moved`: on drawn faces, where it is known which pixels make the expression, does it lie on them?
"""

from fer_core.saliency.trust.curves import HidingCurve, curve, curves
from fer_core.saliency.trust.moved import moved_share
from fer_core.saliency.trust.randomisation import ShuffledStep, randomisation
from fer_core.saliency.trust.ranks import rank_correlation
from fer_core.saliency.trust.report import PARTS, TrustReport, trust_report
from fer_core.saliency.trust.sensitivity import sensitivity

__all__ = [
    "PARTS",
    "HidingCurve",
    "ShuffledStep",
    "TrustReport",
    "curve",
    "curves",
    "moved_share",
    "randomisation",
    "rank_correlation",
    "sensitivity",
    "trust_report",
]
