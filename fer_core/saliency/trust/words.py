"""What the numbers of a trust report say, in plain sentences."""

from typing import Any

from fer_core.languages import Sentence
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
    whole = report.progress == 1
    if grave:
        return Sentence(
            "Do not read this map as the network's reasons: {findings}."
            if whole
            else "So far: do not read this map as the network's reasons: {findings}.",
            findings=_joined(grave + doubts),
        )
    if doubts:
        return Sentence(
            "Read this map with care: {findings}." if whole else "So far: read this map with care: {findings}.",
            findings=_joined(doubts),
        )
    return Sentence(
        "This map passes on this picture: {findings}."
        if whole
        else "So far: this map passes on this picture: {findings}.",
        findings=_joined(passed),
    )


def _findings(report: Any) -> tuple[list[str], list[str], list[str]]:
    """(what speaks against any belief, what calls for care, what was passed), in words."""
    grave: list[str] = []
    doubts: list[str] = []
    passed: list[str] = []
    curves = [curve.gain for curve in (report.deletion, report.insertion) if curve is not None]
    if curves:
        if max(curves) < -_CLEAR:
            grave.append(Sentence("random pixels matter more than those that it marks"))
        elif max(curves) <= _CLEAR:
            doubts.append(Sentence("what it marks matters no more than random pixels"))
        else:
            passed.append(Sentence("what it marks matters"))
    if report.randomisation:
        first = report.randomisation[0].correlation
        if first > _KEEPS:
            grave.append(Sentence("it hardly changes when the network forgets its classes"))
        elif first > _CHANGES:
            doubts.append(Sentence("much of it stays when the network forgets its classes"))
        else:
            passed.append(Sentence("it depends on what the network has learned"))
    if report.sensitivity is not None:
        if float(report.sensitivity.mean()) <= _KEEPS:
            doubts.append(Sentence("noise that the eye hardly sees makes another map"))
        elif float(report.sensitivity.min()) <= _STEADY:
            doubts.append(Sentence("noise that the eye hardly sees changes its single pixels"))
        else:
            passed.append(Sentence("it bears a little noise"))
    if report.moved is not None:
        share, area = report.moved
        (passed if share > area else doubts).append(
            Sentence("it lies on what the expression moved" if share > area else "it misses what the expression moved")
        )
    if report.complete is not None:
        kept = report.complete.gap < BAD
        (passed if kept else doubts).append(
            Sentence("its pixels add up" if kept else "its pixels do not add up as they should")
        )
    return grave, doubts, passed


def _joined(parts: list[str]) -> str:
    if len(parts) == 1:
        return parts[0]
    listed = parts[0]
    for part in parts[1:-1]:
        listed = Sentence("{before}, {one}", before=listed, one=part)
    return Sentence("{before}, and {last}", before=listed, last=parts[-1])


def _complete(found: Any) -> str:
    figures = Sentence(
        "they add up to {total:+.3g}, and {promised:+.3g} is shared out: off by {gap}",
        total=found.total,
        promised=found.promised,
        gap=found.percent(),
    )
    if found.gap <= GOOD:
        return Sentence("The pixels' shares are complete ({figures}).", figures=figures)
    if found.gap < BAD:
        return Sentence("The pixels' shares are nearly complete ({figures}).", figures=figures)
    return Sentence("The pixels' shares are not complete ({figures}): do not read them as shares.", figures=figures)


def _curve(curve: Any) -> str:
    hiding = curve.kind == "deletion"
    figures = Sentence("area {own:.2f}, random {random:.2f}", own=curve.area, random=curve.random_area)
    if curve.gain > _CLEAR:
        return Sentence(
            "Hiding what the map calls important, the class's probability falls faster than in random order "
            "({figures})."
            if hiding
            else "Uncovering what the map calls important, the class's probability rises sooner than in random order "
            "({figures}).",
            figures=figures,
        )
    if curve.gain < -_CLEAR:
        return Sentence(
            "Hiding what the map calls important does worse than a random order ({figures}): do not read it "
            "as importance."
            if hiding
            else "Uncovering what the map calls important does worse than a random order ({figures}): do not read it "
            "as importance.",
            figures=figures,
        )
    return Sentence(
        "Hiding what the map calls important does no better than a random order ({figures})."
        if hiding
        else "Uncovering what the map calls important does no better than a random order ({figures}).",
        figures=figures,
    )


def _randomisation(report: Any) -> str:
    first = report.randomisation[0].correlation
    figures = Sentence("rank correlation {own:.2f} with the map before", own=first)
    if report.reference:
        figures = Sentence(
            "rank correlation {own:.2f} with the map before; plain gradient {plain:.2f}",
            own=first,
            plain=report.reference[0].correlation,
        )
    shuffled = Sentence("With the last layer's weights shuffled, so that the network knows no class any more,")
    if first > _KEEPS:
        return Sentence(
            "{shuffled} the map hardly changes ({figures}): it shows the picture more than the network's reasons.",
            shuffled=shuffled,
            figures=figures,
        )
    if first > _CHANGES:
        return Sentence(
            "{shuffled} much of the map stays ({figures}): it half depends on the network.",
            shuffled=shuffled,
            figures=figures,
        )
    return Sentence(
        "{shuffled} the map becomes another one ({figures}): it depends on the network.",
        shuffled=shuffled,
        figures=figures,
    )


def _sensitivity(values: Any) -> str:
    mean, least = float(values.mean()), float(values.min())
    figures = Sentence("rank correlation {mean:.2f}, worst copy {least:.2f}", mean=mean, least=least)
    if least > _STEADY:
        return Sentence("Noise that the eye hardly sees leaves the map as it is ({figures}).", figures=figures)
    if mean > _KEEPS:
        return Sentence(
            "Noise that the eye hardly sees changes the map somewhat ({figures}): do not read single pixels.",
            figures=figures,
        )
    return Sentence(
        "Noise that the eye hardly sees makes another map ({figures}): do not read its details.", figures=figures
    )


def _moved(share: float, area: float) -> str:
    return Sentence(
        "{share:.0%} of the map lies on the {area:.0%} of the pixels that the drawn expression moved, {times:.1f} "
        "times what an even map would put there.",
        share=share,
        area=area,
        times=share / area if area else 0.0,
    )
