"""What the report's answers are made of and made into: the material of one run, and a section with its parts."""

import base64
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from fer_core.comparison.beside_report import quoted_of
from fer_core.data.dataset import Dataset
from fer_core.errors import FerError
from fer_core.labels import CLASSES
from fer_core.pictures import encode_png
from fer_core.runs import Run, load_model

Tell = Callable[[float], object]
"""Is called with the share of an answer that is done, 0 to 1."""
PICTURES = 4
"""Pictures whose maps are shown, unless rows are named."""
MOST_PICTURES = 8
_ASKED = 2000  # pictures asked about to find some that are read surely, where no predictions are kept


@dataclass
class ReportSection:
    """A heading and its parts: {"kind": "heading", "text", "note", "quote", "table", "matrix" or "picture", ...}."""

    title: str
    parts: list[dict[str, Any]] = field(default_factory=list)

    def add(self, kind: str, text: str = "", **more: Any) -> None:
        """One part more."""
        self.parts.append({"kind": kind, "text": text, **more})

    def picture(self, pixels: np.ndarray, text: str) -> None:
        """A u8 picture with what it shows, within the page."""
        self.add("picture", text, data=base64.b64encode(encode_png(pixels)).decode("ascii"))

    def table(self, titles: Sequence[str], rows: Iterable[Sequence[Any]], quoted: Sequence[str] = ()) -> None:
        """A table; quoted: titles whose column is quoted, not measured."""
        self.add("table", titles=list(titles), rows=[list(row) for row in rows], quoted=list(quoted))


@dataclass(frozen=True, eq=False)
class ReportMaterial:
    """What a report is made of.

    Attributes:
        run, variants: the run, and other runs of the experiment. words: of one language, see `words`.
        split: whose predictions are shown, or None. pixels, labels, rows: the pictures, those of the split where the
            run's own set is at hand. drawn: whether drawn faces stand in for it.
        steps: of gradient ascent, None for the pictures that are kept beside the run, else 60.
        layers, shown: names of layers and row numbers that were asked for; empty for the first two layers and for
            some pictures that are read surely.
    """

    run: Run
    words: dict[str, str]
    variants: list[Run]
    split: str | None
    pixels: np.ndarray
    labels: np.ndarray
    rows: np.ndarray
    drawn: bool
    steps: int | None
    layers: tuple[str, ...] = ()
    shown: tuple[int, ...] = ()

    @cached_property
    def model(self) -> Any:
        """The run's keras.Model, or None."""
        return load_model(self.run) if self.run.can_be_opened else None

    @property
    def classes(self) -> list[str]:
        """The seven classes in the report's language."""
        return self.words["classes"].split()

    @property
    def is_original(self) -> bool:
        """Whether the run trains the original report's network, so that its words may stand beside ours."""
        return quoted_of(self.run) is not None

    def quote(self, section: ReportSection, name: str) -> None:
        """What the original report says here, called so, where it is its network."""
        if self.is_original:
            section.add("quote", self.words[name], source=self.words["quoted"])

    @cached_property
    def chosen(self) -> np.ndarray:
        """Places of the pictures that are shown: the rows asked for, else of some classes the one read surest and
        rightly, else the first. Raises FerError for a row that isn't there."""
        if self.shown:
            return self._asked_for()
        where, p = self._read()
        chosen = []
        for name in ("happy", "surprise", "sad", "fear", "angry", "neutral", "disgust"):
            index = CLASSES.index(name)
            own = np.flatnonzero((self.labels[where] == index) & (p.argmax(axis=1) == index))
            if len(own):
                chosen.append(where[own[p[own, index].argmax()]])
        return np.array((chosen or where.tolist())[:PICTURES], dtype=np.int64)

    def _asked_for(self) -> np.ndarray:
        if len(self.shown) > MOST_PICTURES:
            raise FerError(f"At most {MOST_PICTURES} pictures are shown, not {len(self.shown)}.")
        places = []
        for row in self.shown:
            found = np.flatnonzero(self.rows == row)
            if not len(found):
                raise FerError(
                    f"There is no row {row} among the {len(self.rows):,} pictures of {self.split or 'the set'}."
                )
            places.append(int(found[0]))
        return np.array(places, dtype=np.int64)

    def _read(self) -> tuple[np.ndarray, np.ndarray]:
        """(places i64 (K,), probabilities f32 (K, 7)): as the run keeps them, or asked now."""
        from fer_core.models.batched import predict_in_batches

        if self.split and not self.drawn:
            p = self.run.predictions(self.split).probabilities
            known = np.flatnonzero(self.labels >= 0)
            return known, p[known]
        some = np.flatnonzero(self.labels >= 0)[:_ASKED]
        return some, predict_in_batches(self.model, self.pixels[some])


def material(
    run: Run,
    dataset: Dataset | None,
    variants: Sequence[Run],
    words: dict[str, str],
    steps: int | None,
    layers: Sequence[str],
    rows: Sequence[int],
) -> ReportMaterial:
    """The material of a run; drawn faces stand in for a set that is not the run's own."""
    split = next((name for name in ("private", "test", "public", "validation") if name in run.splits()), None)
    own = dataset is not None and dataset.fingerprint == run.fingerprint
    if not own:
        from fer_core.data.drawn.dataset import drawn_dataset

        dataset = drawn_dataset(count=70)
    assert dataset is not None
    part = dataset.take(dataset.index_of(run.predictions(split).rows)) if own and split else dataset
    return ReportMaterial(
        run, words, list(variants), split, part.pixels, part.labels.astype(np.int64), part.rows, not own, steps,
        tuple(layers), tuple(rows),
    )  # fmt: skip
