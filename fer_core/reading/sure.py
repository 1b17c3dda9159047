"""When a reading is given a label, and when it is "not sure": one rule for photographs, video, live frames and tables.

Selective prediction by a threshold on the greatest calibrated probability (see `fer_core.evaluation.abstention`). The
threshold is chosen on the run's validation split, which no weight was fitted on: the lowest one at which the answers
that are given agree with the labels as often as is wanted. On other pictures the share may differ.
"""

from dataclasses import dataclass

import numpy as np

from fer_core.errors import FerError
from fer_core.evaluation import abstention
from fer_core.evaluation.calibration import apply_temperature
from fer_core.labels import CLASSES
from fer_core.languages import Sentence
from fer_core.runs import Run

UNSURE = "not sure"
UNSURE_COLOUR = "#3f4754"
WANTED = 0.75
"""Share of the given answers that are to agree with the label; what is asked for where nothing else is."""
_SPLIT = "validation"


@dataclass(frozen=True)
class Rule:
    """From which probability on a run's answer is a label.

    Attributes:
        least: the threshold, 0 to 1; 0 where every answer is a label, above 1 where none is.
        wanted: the accuracy that was asked for, 0 to 1; 0 for none.
        answered: what the threshold leaves of the validation split, or None where there was nothing to choose it on.
    """

    least: float
    wanted: float
    answered: abstention.Answered | None = None

    def words(self) -> Sentence:
        """The rule in a sentence or two."""
        if not self.wanted:
            return Sentence("The likeliest class is always named, however unlikely it is.")
        if self.answered is None:
            return Sentence(
                "This run keeps no predictions on a validation split, so no threshold could be chosen: the likeliest "
                "class is always named."
            )
        if not self.answered.answered:
            return Sentence(
                'The answer is always "not sure": at no threshold did {wanted:.0%} of this run\'s answers on its '
                "validation pictures agree with the label.",
                wanted=self.wanted,
            )
        low, high = self.answered.interval
        return Sentence(
            'Below a probability of {least:.0%} the answer is "not sure". On the validation pictures this run '
            "answers {coverage:.0%} that way, and {accuracy:.0%} of those as they are labelled (95%: {low:.0%} to "
            "{high:.0%}); in front of a camera it may be fewer.",
            least=self.least,
            coverage=self.answered.coverage,
            accuracy=self.answered.accuracy,
            low=low,
            high=high,
        )


def rule_for(run: Run, wanted: float = WANTED) -> Rule:
    """The rule of a run; wanted: accuracy among the answers given, 0 to 1, or 0 for a label always."""
    if not wanted:
        return Rule(0.0, 0.0)
    try:
        found = run.predictions(_SPLIT)
        probabilities = apply_temperature(found.probabilities, run.temperature)
        curve = abstention.coverage_curve(found.labels, probabilities)
    except FerError:
        return Rule(0.0, wanted)
    least = abstention.threshold_for(curve, wanted)
    least = 1.01 if least is None else least
    return Rule(least, wanted, abstention.at(found.labels, probabilities, least))


def label_of(probabilities: np.ndarray, least: float = 0.0) -> int | None:
    """The likeliest class of (7,), 0 to 6, or None where its probability is below `least`."""
    best = int(np.argmax(probabilities))
    return best if probabilities[best] >= least else None


def name_of(probabilities: np.ndarray, least: float = 0.0) -> str:
    """The likeliest class's name, or UNSURE."""
    label = label_of(probabilities, least)
    return UNSURE if label is None else CLASSES[label]
