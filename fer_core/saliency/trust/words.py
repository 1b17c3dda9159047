"""What the numbers of a trust report say, in plain sentences."""

from typing import Any

from fer_core.saliency.completeness import BAD, GOOD

# Where words change. Adebayo et al. give no threshold either; the number always stands beside the word.
_KEEPS, _CHANGES = 0.5, 0.25
_CLEAR = 0.02
_STEADY = 0.8


def sentences(report: Any) -> list[str]:
    """One sentence for each part that the TrustReport holds."""
    said = [_curve(c) for c in (report.deletion, report.insertion) if c is not None]
    if report.randomisation:
        said.append(_randomisation(report))
    if report.sensitivity is not None:
        said.append(_sensitivity(report.sensitivity))
    if report.moved is not None:
        said.append(_moved(*report.moved))
    if report.complete is not None:
        said.append(_complete(report.complete))
    return said


def verdict(report: Any) -> str:
    """What all that was measured so far comes to: one sentence, the gravest first; "" while nothing is known."""
    grave, doubts, passed = _findings(report)
    if not grave + doubts + passed:
        return ""
    if grave:
        said = f"Do not read this map as the network's reasons: {_joined(grave + doubts)}."
    elif doubts:
        said = f"Read this map with care: {_joined(doubts)}."
    else:
        said = f"This map passes on this picture: {_joined(passed)}."
    return said if report.progress == 1 else f"So far: {said[0].lower()}{said[1:]}"


def _findings(report: Any) -> tuple[list[str], list[str], list[str]]:
    """(what speaks against any belief, what calls for care, what was passed), in words."""
    grave, doubts, passed = [], [], []
    curves = [curve.gain for curve in (report.deletion, report.insertion) if curve is not None]
    if curves:
        if max(curves) < -_CLEAR:
            grave.append("random pixels matter more than those that it marks")
        elif max(curves) <= _CLEAR:
            doubts.append("what it marks matters no more than random pixels")
        else:
            passed.append("what it marks matters")
    if report.randomisation:
        first = report.randomisation[0].correlation
        if first > _KEEPS:
            grave.append("it hardly changes when the network forgets its classes")
        elif first > _CHANGES:
            doubts.append("much of it stays when the network forgets its classes")
        else:
            passed.append("it depends on what the network has learned")
    if report.sensitivity is not None:
        if float(report.sensitivity.mean()) <= _KEEPS:
            doubts.append("noise that the eye hardly sees makes another map")
        elif float(report.sensitivity.min()) <= _STEADY:
            doubts.append("noise that the eye hardly sees changes its single pixels")
        else:
            passed.append("it bears a little noise")
    if report.moved is not None:
        share, area = report.moved
        (passed if share > area else doubts).append(
            "it lies on what the expression moved" if share > area else "it misses what the expression moved"
        )
    if report.complete is not None:
        kept = report.complete.gap < BAD
        (passed if kept else doubts).append("its pixels add up" if kept else "its pixels do not add up as they should")
    return grave, doubts, passed


def _joined(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + ", and " + parts[-1]


def _complete(found: Any) -> str:
    figures = f"they add up to {found.total:+.3g}, and {found.promised:+.3g} is shared out: off by {found.percent()}"
    if found.gap <= GOOD:
        return f"The pixels' shares are complete ({figures})."
    if found.gap < BAD:
        return f"The pixels' shares are nearly complete ({figures})."
    return f"The pixels' shares are not complete ({figures}): do not read them as shares."


def _curve(curve: Any) -> str:
    hiding = curve.kind == "deletion"
    what = f"{'Hiding' if hiding else 'Uncovering'} what the map calls important"
    effect = "falls faster" if hiding else "rises sooner"
    figures = f"(area {curve.area:.2f}, random {curve.random_area:.2f})"
    if curve.gain > _CLEAR:
        return f"{what}, the class's probability {effect} than in random order {figures}."
    if curve.gain < -_CLEAR:
        return f"{what} does worse than a random order {figures}: do not read it as importance."
    return f"{what} does no better than a random order {figures}."


def _randomisation(report: Any) -> str:
    first = report.randomisation[0].correlation
    figures = f"rank correlation {first:.2f} with the map before"
    if report.reference:
        figures += f"; plain gradient {report.reference[0].correlation:.2f}"
    shuffled = "With the last layer's weights shuffled, so that the network knows no class any more,"
    if first > _KEEPS:
        return f"{shuffled} the map hardly changes ({figures}): it shows the picture more than the network's reasons."
    if first > _CHANGES:
        return f"{shuffled} much of the map stays ({figures}): it half depends on the network."
    return f"{shuffled} the map becomes another one ({figures}): it depends on the network."


def _sensitivity(values: Any) -> str:
    mean, least = float(values.mean()), float(values.min())
    figures = f"rank correlation {mean:.2f}, worst copy {least:.2f}"
    if least > _STEADY:
        return f"Noise that the eye hardly sees leaves the map as it is ({figures})."
    if mean > _KEEPS:
        return f"Noise that the eye hardly sees changes the map somewhat ({figures}): do not read single pixels."
    return f"Noise that the eye hardly sees makes another map ({figures}): do not read its details."


def _moved(share: float, area: float) -> str:
    times = share / area if area else 0.0
    return (
        f"{share:.0%} of the map lies on the {area:.0%} of the pixels that the drawn expression moved, "
        f"{times:.1f} times what an even map would put there."
    )
