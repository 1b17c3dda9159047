"""What the numbers of a trust report say, in plain sentences."""

from typing import Any

# Where words change. Adebayo et al. give no threshold either; the number always stands beside the word.
_KEEPS, _CHANGES = 0.5, 0.25
_CLEAR = 0.02


def sentences(report: Any) -> list[str]:
    """One sentence for each part that the TrustReport holds."""
    said = [_curve(c) for c in (report.deletion, report.insertion) if c is not None]
    if report.randomisation:
        said.append(_randomisation(report))
    if report.sensitivity is not None:
        said.append(_sensitivity(report.sensitivity))
    if report.moved is not None:
        said.append(_moved(*report.moved))
    return said


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
    if least > 0.8:
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
