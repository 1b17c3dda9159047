"""The methods, one a file. Their order here is their order on the screen."""

from fer_core.saliency.base import Method
from fer_core.saliency.methods.deep_lift import DeepLift
from fer_core.saliency.methods.eigen_cam import EigenCam
from fer_core.saliency.methods.expected_gradients import ExpectedGradients
from fer_core.saliency.methods.grad_cam import GradCam
from fer_core.saliency.methods.grad_cam_pp import GradCamPlusPlus
from fer_core.saliency.methods.gradient import Gradient
from fer_core.saliency.methods.gradient_x_input import GradientTimesInput
from fer_core.saliency.methods.guided import Guided
from fer_core.saliency.methods.guided_grad_cam import GuidedGradCam
from fer_core.saliency.methods.hires_cam import HiResCam
from fer_core.saliency.methods.integrated_gradients import IntegratedGradients
from fer_core.saliency.methods.layer_cam import LayerCam
from fer_core.saliency.methods.lrp_composite import LrpComposite
from fer_core.saliency.methods.lrp_epsilon import LrpEpsilon
from fer_core.saliency.methods.occlusion import Occlusion
from fer_core.saliency.methods.random_map import RandomMap
from fer_core.saliency.methods.rectified import Rectified
from fer_core.saliency.methods.rise import Rise
from fer_core.saliency.methods.score_cam import ScoreCam
from fer_core.saliency.methods.smoothgrad import SmoothGrad
from fer_core.saliency.methods.vargrad import VarGrad
from fer_core.saliency.methods.xgrad_cam import XGradCam

_IN_ORDER = (
    Gradient,
    Guided,
    Rectified,
    GradientTimesInput,
    SmoothGrad,
    VarGrad,
    IntegratedGradients,
    ExpectedGradients,
    DeepLift,
    LrpEpsilon,
    LrpComposite,
    GradCam,
    GradCamPlusPlus,
    HiResCam,
    XGradCam,
    LayerCam,
    GuidedGradCam,
    EigenCam,
    ScoreCam,
    Occlusion,
    Rise,
    RandomMap,
)
METHODS: dict[str, type[Method]] = {cls.name: cls for cls in _IN_ORDER}
"""Name -> class."""
