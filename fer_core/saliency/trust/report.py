"""All four questions about one map, answered one after the other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from fer_core.errors import FerError
from fer_core.languages import Sentence
from fer_core.saliency.base import Method, create
from fer_core.saliency.completeness import Completeness, completeness
from fer_core.saliency.methods import METHODS
from fer_core.saliency.network import network_for
from fer_core.saliency.targets import Target, target_weights
from fer_core.saliency.trust.curves import HidingCurve, curve
from fer_core.saliency.trust.moved import moved_share
from fer_core.saliency.trust.randomisation import ShuffledStep, randomisation
from fer_core.saliency.trust.sensitivity import sensitivity

PARTS = ("curves", "randomisation", "sensitivity")


@dataclass(frozen=True)
class TrustReport:
    """What is known so far; the parts not yet measured, or not asked for, are None or empty.

    Attributes:
        method: its name.
        progress: 0 to 1.
        doing: what is measured next, in words; "" at the end.
        deletion, insertion: see `curves`.
        randomisation: steps of the cascade so far.
        reference: the same steps for the plain gradient; empty where the method is the plain gradient.
        sensitivity: f32 (copies,), see `sensitivity`.
        moved: (share of the map on the moved pixels, share of their area), on drawn faces.
        complete: what the map adds up to and what was promised, for methods that promise completeness.
    """

    method: str
    progress: float = 0.0
    doing: str = ""
    deletion: HidingCurve | None = None
    insertion: HidingCurve | None = None
    randomisation: tuple[ShuffledStep, ...] = ()
    reference: tuple[ShuffledStep, ...] = ()
    sensitivity: np.ndarray | None = None
    moved: tuple[float, float] | None = None
    complete: Completeness | None = None
    parameters: dict[str, Any] = field(default_factory=dict)

    def verdict(self) -> str:
        """All parts measured so far in one sentence, without numbers; empty before anything is known."""
        from fer_core.saliency.trust.words import verdict

        return verdict(self)

    def sentences(self) -> list[str]:
        """What the numbers say, one plain sentence each with its number, for the parts measured so far."""
        from fer_core.saliency.trust.words import sentences

        return sentences(self)


def trust_report(
    model: Any,
    image: np.ndarray,
    method: str = "gradient",
    target: Target = None,
    parameters: dict[str, Any] | None = None,
    *,
    moved: np.ndarray | None = None,
    parts: Sequence[str] = PARTS,
    seed: int = 0,
) -> Iterator[TrustReport]:
    """Yields the report as it grows; stop by closing the iterator (leaving the loop).

    Args:
        model: keras.Model of raw pixels; not changed.
        image: (H, W) or (H, W, 1), 0 to 255.
        method, target, parameters: as for `fer_core.saliency.explain`; the target is one image's.
        moved: bool (H, W), the pixels that the expression moved, on a drawn face.
        parts: which of PARTS to measure.
        seed: of everything random.
    """
    from fer_core.saliency import as_images, get

    for part in parts:
        if part not in PARTS:
            raise FerError(f"The trust report has no part {part!r}; it has {', '.join(PARTS)}.")
    chosen = create(get(method), parameters or {})
    plain = network_for(model)
    images = as_images(np.asarray(image)[None], plain.size)
    weights = target_weights(target, plain.logits(images))
    network = network_for(model, chosen.rule)
    maps = chosen.maps(network, images, weights)
    importance = chosen.importance(maps)[0]
    kept = completeness(chosen, network, images, weights, maps)
    report = TrustReport(method, complete=kept[0] if kept else None, parameters=dict(parameters or {}))
    if moved is not None:
        report = replace(report, moved=moved_share(importance, moved))
    stages = _stages(parts, model, plain, network, images, weights, chosen, importance, seed)
    for number, (doing, measure) in enumerate(stages):
        yield replace(report, progress=number / len(stages), doing=doing)
        for found in measure():
            report = replace(report, **found(report))
            yield replace(report, progress=number / len(stages), doing=doing)
    yield replace(report, progress=1.0)


def _stages(
    parts: Sequence[str],
    model: Any,
    plain: Any,
    network: Any,
    images: np.ndarray,
    weights: np.ndarray,
    method: Method,
    importance: np.ndarray,
    seed: int,
) -> list[tuple[str, Any]]:
    """(words, function that yields changes of the report) in the order of measuring, the quickest first."""

    def one_curve(kind: str) -> Iterator[Any]:
        found = curve(plain, images[0], weights[0], importance, kind, seed=seed)
        yield lambda report: {kind: found}

    def cascade(who: Method, where: str) -> Iterator[Any]:
        for step in randomisation(model, images, weights, who, seed):
            yield lambda report, step=step: {where: (*getattr(report, where), step)}

    def noisy() -> Iterator[Any]:
        found = sensitivity(network, images[0], weights[0], method, seed=seed)
        yield lambda report: {"sensitivity": found}

    stages: list[tuple[str, Any]] = []
    if "curves" in parts:
        stages += [
            (Sentence("Hiding the important pixels first"), lambda: one_curve("deletion")),
            (Sentence("Uncovering the important pixels first"), lambda: one_curve("insertion")),
        ]
    if "randomisation" in parts:
        stages.append(
            (Sentence("Shuffling the network's weights, last layer first"), lambda: cascade(method, "randomisation"))
        )
        if method.name != "gradient":
            gradient = METHODS["gradient"]()
            stages.append((Sentence("The same for the plain gradient"), lambda: cascade(gradient, "reference")))
    if "sensitivity" in parts:
        stages.append((Sentence("Adding noise that the eye hardly sees"), noisy))
    return stages
