"""What people decided about single pictures of a set: the label is right, another one is, no face, unsure.

Kept in a small csv beside the set, one line a decision, only ever added to: row, verdict, who, when, set (the
fingerprint of the set that the row number belongs to). A line without a verdict takes that reader's last one back.
"""

import contextlib
import csv
import hashlib
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from fer_core.data.cache import cache_folder
from fer_core.data.dataset import SPLITS, Dataset, make_dataset
from fer_core.errors import FerError
from fer_core.labels import CLASSES

RIGHT, NOT_A_FACE, UNSURE = "right", "not a face", "unsure"
VERDICTS = (RIGHT, *CLASSES, NOT_A_FACE, UNSURE)
"""What can be said of a picture: its label is right, it is one of the classes, it is no face, one can't tell."""

SUFFIX = ".verdicts.csv"
_HEAD = ("row", "verdict", "who", "when", "set")
_MOST = 1 << 25
"""Bytes of a file of verdicts: more than a line for each of half a million pictures."""


@dataclass(frozen=True)
class Verdict:
    """One decision: the picture's row, a word of VERDICTS, the reader's name, UTC in ISO 8601."""

    row: int
    verdict: str
    who: str
    when: str


def file_for(dataset: Dataset, source: Path | None) -> Path:
    """Where a set's verdicts lie: beside its file or folder; below the cache folder for a set that has none.

    Args:
        dataset: the set. source: the path it was read from, or None for an uploaded or drawn one.
    """
    return beside(dataset, source, "verdicts", SUFFIX)


def beside(dataset: Dataset, source: Path | None, kind: str, suffix: str) -> Path:
    """Where what people say of a set's pictures lies: as `file_for`, with a suffix and, in the cache, a folder."""
    if source is None:
        return cache_folder() / kind / f"{dataset.fingerprint}{suffix}"
    source = source.absolute()
    return source.with_name(f"{source.name.removesuffix('.csv')}{suffix}")


def read(path: Path, fingerprint: str, mixed: bool = False) -> list[Verdict]:
    """The decisions that hold, oldest first, those taken back left out; empty where there is no file.

    Args:
        fingerprint: of the set. mixed: a file with lines about other sets alone counts as empty, as where one is about
            to add to it.

    Raises FerError, naming the line, for a file that is something else, or whose lines are all about another set.
    """
    return parse(_content(path), str(path), fingerprint, mixed)


def parse(content: bytes, title: str, fingerprint: str, mixed: bool = False) -> list[Verdict]:
    """As `read`, of the file's bytes; `title` is what sentences call it."""
    stacks: dict[str, list[Verdict]] = {}
    held: list[Verdict] = []
    others = 0
    for number, line in enumerate(_lines(content, title), 2):
        if line.get("set") != fingerprint:
            others += 1
            continue
        found = _verdict(line, title, number)
        stack = stacks.setdefault(found.who, [])
        if found.verdict:
            stack.append(found)
            held.append(found)
        elif stack:
            gone = stack.pop()
            held = [one for one in held if one is not gone]  # not an equal one, given before in the same second
    if others and not stacks and not mixed:
        raise FerError(
            f"All {others} verdicts in {title} are about another set than the one at hand (fingerprint {fingerprint})."
        )
    return held


def give(path: Path, fingerprint: str, row: int, verdict: str, who: str) -> Verdict:
    """Adds a decision to the file, which is made where there is none. Raises FerError for an unknown word."""
    if verdict not in VERDICTS:
        raise FerError(f"A verdict is one of {', '.join(VERDICTS)}, not {verdict!r}.")
    return _add(path, fingerprint, row, verdict, who)


def take_back(path: Path, fingerprint: str, who: str) -> Verdict | None:
    """Takes a reader's last decision back and gives it; None where there is none left."""
    own = [one for one in read(path, fingerprint, mixed=True) if one.who == reader(who)]
    if not own:
        return None
    _add(path, fingerprint, own[-1].row, "", who)
    return own[-1]


def latest(verdicts: Iterable[Verdict], who: str | None = None) -> dict[int, str]:
    """Row -> the last word of one reader; of all readers, where they agree on that row (`disputed` has the others)."""
    words = _by_row(verdicts)
    if who is not None:
        return {row: said[who] for row, said in words.items() if who in said}
    return {row: next(iter(said.values())) for row, said in words.items() if len(set(said.values())) == 1}


def disputed(verdicts: Iterable[Verdict]) -> dict[int, dict[str, str]]:
    """Row -> reader -> last word, for the rows on which readers differ."""
    return {row: said for row, said in _by_row(verdicts).items() if len(set(said.values())) > 1}


def readers(verdicts: Iterable[Verdict]) -> list[str]:
    """Names of those who decided anything, by name."""
    return sorted({one.who for one in verdicts})


def reader(name: str) -> str:
    """A reader's name as it is kept: without line breaks, at most 40 letters, "somebody" for none."""
    return " ".join(name.split())[:40] or "somebody"


def corrected_labels(rows: np.ndarray, labels: np.ndarray, decided: Mapping[int, str]) -> tuple[np.ndarray, np.ndarray]:
    """Labels i8 (N,) after the decisions, and kept bool (N,): False for what is no face.

    Args:
        rows: i64 (N,). labels: i8 (N,), -1 where not given. decided: row -> word of VERDICTS.

    "right" and "unsure" leave a label as it is.
    """
    labels, kept = np.array(labels, np.int8), np.ones(len(rows), bool)
    for at, row in enumerate(np.asarray(rows).tolist()):
        word = decided.get(row)
        if word in CLASSES:
            labels[at] = CLASSES.index(word)
        elif word == NOT_A_FACE:
            kept[at] = False
    return labels, kept


def corrected(dataset: Dataset, decided: Mapping[int, str]) -> Dataset:
    """The set after the decisions: labels changed, what is no face left out; its rows keep their numbers."""
    labels, kept = corrected_labels(dataset.rows, dataset.labels, decided)
    votes = None if dataset.votes is None else dataset.votes[kept]
    parts = (dataset.pixels[kept], labels[kept], dataset.split[kept])
    return make_dataset(f"{dataset.name}-corrected", *parts, dataset.layout, dataset.rows[kept], votes)


def corrected_csv(dataset: Dataset, decided: Mapping[int, str]) -> Iterable[bytes]:
    """fer2013-corrected.csv in FER2013's own layout (emotion, pixels, Usage), some hundred rows at a time.

    Unlabelled pictures are left out: the layout has no word for them.
    """
    after = corrected(dataset, decided)
    usage = {"train": "Training", "public": "PublicTest", "private": "PrivateTest", "test": "PrivateTest"}
    yield b"emotion,pixels,Usage\n"
    text = np.array([str(value) for value in range(256)])
    positions = np.flatnonzero(after.labels >= 0)
    for start in range(0, len(positions), 256):
        part = []
        for at in positions[start : start + 256]:
            pixels = " ".join(text[after.pixels[at].ravel()])
            part.append(f"{after.labels[at]},{pixels},{usage[SPLITS[after.split[at]]]}\n")
        yield "".join(part).encode("ascii")


@dataclass(frozen=True)
class Kappa:
    """Cohen's kappa of two readers on n pictures, its 95% interval (NaN where undefined) and their raw agreement."""

    kappa: float
    low: float
    high: float
    agreement: float
    n: int


def kappa(first: Mapping[int, str], second: Mapping[int, str], draws: int = 1000) -> Kappa:
    """How far two readers agree beyond chance on the rows that both decided (Cohen 1960, Educ. Psychol. Meas. 20:37).

    The interval is of the percentile bootstrap over pictures, seeded. Raises FerError where they share no picture.
    """
    from sklearn.metrics import cohen_kappa_score

    rows = sorted(set(first) & set(second))
    if not rows:
        raise FerError("These two readers have decided on no picture in common yet.")
    a = np.array([VERDICTS.index(first[row]) for row in rows])
    b = np.array([VERDICTS.index(second[row]) for row in rows])
    if len(set(a) | set(b)) == 1:  # chance alone agrees always: kappa is 0 / 0
        return Kappa(float("nan"), float("nan"), float("nan"), 1.0, len(rows))
    rng = np.random.default_rng(0)
    values = []
    for _ in range(draws):
        at = rng.integers(0, len(rows), len(rows))
        if len(set(a[at]) | set(b[at])) > 1:
            values.append(cohen_kappa_score(a[at], b[at]))
    low, high = np.percentile(values, [2.5, 97.5]) if values else (np.nan, np.nan)
    return Kappa(float(cohen_kappa_score(a, b)), float(low), float(high), float(np.mean(a == b)), len(rows))


def against_votes(dataset: Dataset, decided: Mapping[int, str]) -> tuple[int, int, int]:
    """How many decided pictures FER+'s voters confirm: with the verdict, with the original label, of how many.

    "unsure", and pictures without a label or a vote, are left out; "not a face" is confirmed where that column leads.
    Raises FerError where the set has no votes.
    """
    from fer_core.data.votes import agrees, not_a_face

    if dataset.votes is None:
        raise FerError(f"The set {dataset.name!r} has no FER+ votes to compare with.")
    rows = [row for row, word in decided.items() if word != UNSURE]
    positions = dataset.index_of(np.array(rows, np.int64)) if rows else np.empty(0, np.int64)
    votes, labels = dataset.votes[positions], dataset.labels[positions]
    counted = (labels >= 0) & (votes.max(axis=1, initial=0) > 0)
    after, kept = corrected_labels(dataset.rows[positions], labels, decided)
    confirmed = np.where(kept, agrees(votes, after), not_a_face(votes))
    return int(confirmed[counted].sum()), int(agrees(votes, labels)[counted].sum()), int(counted.sum())


def digest(decided: Mapping[int, str]) -> str:
    """12 hex digits that change when a decision does."""
    text = "\n".join(f"{row},{word}" for row, word in sorted(decided.items()))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _by_row(verdicts: Iterable[Verdict]) -> dict[int, dict[str, str]]:
    words: dict[int, dict[str, str]] = {}
    for one in verdicts:
        words.setdefault(one.row, {})[one.who] = one.verdict
    return words


def _content(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        return path.read_bytes() if size <= _MOST else b" " * (_MOST + 1)
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise FerError(f"{path} can't be read: {error.strerror}.") from error


def _lines(content: bytes, title: str) -> list[dict[str, str]]:
    if len(content) > _MOST:
        raise FerError(f"{title} is too large for a file of verdicts: it has more than {_MOST >> 20} MB.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FerError(f"{title} is no file of verdicts: it is not UTF-8 text.") from None
    whole = text[: text.rfind("\n") + 1]  # a line whose writing was broken off counts as not written
    try:
        table = csv.DictReader(io.StringIO(whole))
        if table.fieldnames is not None and tuple(table.fieldnames) != _HEAD:
            raise FerError(f"{title} is no file of verdicts: its first line is not {','.join(_HEAD)}.")
        return list(table)
    except csv.Error as error:
        raise FerError(f"{title} is no file of verdicts: {error}.") from None


def _verdict(line: Mapping[str, str], title: str, number: int) -> Verdict:
    row, word = line.get("row") or "", line.get("verdict") or ""
    if not (row.isascii() and row.isdigit() and len(row) < 12) or (word and word not in VERDICTS):
        raise FerError(f"Line {number} of {title} is no verdict: row {row[:20]!r}, verdict {word[:20]!r}.")
    return Verdict(int(row), word, reader(line.get("who") or ""), line.get("when") or "")


def _add(path: Path, fingerprint: str, row: int, verdict: str, who: str) -> Verdict:
    given = Verdict(int(row), verdict, reader(who), datetime.now(UTC).isoformat(timespec="seconds"))
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow([given.row, verdict, given.who, given.when, fingerprint])
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            start = b"" if file.tell() else (",".join(_HEAD) + "\n").encode()
            if file.tell():
                with contextlib.suppress(OSError), path.open("rb") as before:
                    before.seek(-1, io.SEEK_END)
                    start = b"" if before.read(1) == b"\n" else b"\n"
            file.write(start + text.getvalue().encode("utf-8"))  # one write: lines of two writers never mix
    except OSError as error:
        raise FerError(f"The verdict could not be kept in {path}: {error.strerror}.") from error
    return given
