"""The report that writes itself: the five answers of the report this lab grew from, for any run, with its own figures.

page = student_report(find_run("compact"), dataset)      # one self-contained HTML page that prints on A4
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from fer_core.data.dataset import Dataset
from fer_core.errors import FerError
from fer_core.reports.answer import material
from fer_core.reports.confusion_answer import confused
from fer_core.reports.inside_answers import filters, saliency_maps
from fer_core.reports.network_answers import network, preparation
from fer_core.reports.words import WORDS
from fer_core.runs import Run

LANGUAGES = tuple(WORDS)
ANSWERS = (network, preparation, confused, saliency_maps, filters)
_TEMPLATES = Path(__file__).with_name("templates")


def student_report(
    run: Run,
    dataset: Dataset | None = None,
    variants: Sequence[Run] = (),
    language: str = "en",
    steps: int | None = None,
    tell: Callable[[float, str], object] = lambda share, what: None,
    layers: Sequence[str] = (),
    rows: Sequence[int] = (),
) -> str:
    """The page as text.

    Args:
        run: the run. dataset: the set its predictions refer to, or another whose pictures are to be shown (drawn faces
            where none is at hand). variants: runs of one experiment for the second answer, the run among them or not.
        language: "en" or "zh-TW". steps: of gradient ascent; None for the pictures kept beside the run, else 60.
        tell: is called with the share done, 0 to 1, and what comes.
        layers: those of the fifth answer, by default the first two convolutions. rows: of the pictures whose maps are
            shown, by default some that are read rightly and surely.

    Raises FerError for another language, a layer or a row that there isn't.
    """
    from jinja2 import Environment, FileSystemLoader

    if language not in WORDS:
        raise FerError(f"The report is written in {' or '.join(WORDS)}, not in {language!r}.")
    words = WORDS[language]
    made_of = material(run, dataset, variants, words, steps, layers, rows)
    sections = []
    for place, answer in enumerate(ANSWERS):

        def within(share: float, place: int = place) -> None:
            tell((place + share) / len(ANSWERS), words[f"q{place + 1}"])

        within(0.0)
        sections.append(answer(made_of, within))
    tell(1.0, "")
    template = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True).get_template("student.html")
    return template.render(
        language=language,
        title=words["title"].format(run=run.name),
        made=words["made"],
        own=words["own"],
        when=f"{datetime.now(UTC):%Y-%m-%d}",
        sections=sections,
    )
