"""The homework's folder: train.csv, test.csv and, where they are known, answers.csv."""

from dataclasses import replace
from pathlib import PurePosixPath

import numpy as np

from fer_core.data.csv_columns import TEST, Rows, finish, read_rows, small_csv, votes_beside
from fer_core.data.csv_form import USAGES, label_of
from fer_core.data.dataset import Dataset
from fer_core.data.folders import Folder, join
from fer_core.data.layouts.base import FolderView, Layout
from fer_core.errors import FerError

_FILES = {"train": "train.csv", "test": "test.csv", "answers": "answers.csv"}


class Homework(Layout):
    """Train and test pictures in a csv each."""

    name = "homework"
    described = "train.csv and test.csv"

    def find(self, place: FolderView) -> str | None:
        return place.root if "train.csv" in place.files or "test.csv" in place.files else None

    def load(self, folder: Folder, at: str) -> Dataset:
        """The homework's folder: train.csv, test.csv or both, and answers.csv (id, label, usage) where it is known.

        `at` is the folder that holds them. Row numbers run on from train to test, so that with
        the answers the set is FER2013 in its own order.
        """
        files = folder.files()
        members = {part: path for part, name in _FILES.items() if (path := join(at, name)) in files}
        parts = [read_rows(folder, members[part]) for part in ("train", "test") if part in members]
        if "test" in members:
            parts[-1] = _as_test(parts[-1], folder, members.get("answers"))
        pixels = np.concatenate([part.table.pixels for part in parts])
        labels = np.concatenate([part.labels for part in parts])
        split = np.concatenate([part.split for part in parts])
        rows = np.arange(len(pixels), dtype=np.int64)
        if "test" in members and parts[-1].ids is not None:
            first = len(pixels) - len(parts[-1].ids)
            rows[first:] = first + parts[-1].ids
        name = PurePosixPath(at).name or folder.stem
        votes = votes_beside(folder, join(at, "train.csv"), split)
        taken = [clause for part in parts for clause in part.taken]
        return finish(name, pixels, labels, split, "hw3", rows, votes, taken)


def _as_test(rows: Rows, folder: Folder, answers: str | None) -> Rows:
    """The rows of test.csv, with labels and halves from answers.csv where there is one."""
    count = len(rows.labels)
    if answers is None:
        split = rows.split if rows.tells_splits else np.full(count, TEST, np.uint8)
        return replace(rows, split=split)
    by_id = _read_answers(folder, answers)
    ids = np.arange(count) if rows.ids is None else rows.ids
    missing = [i for i in ids.tolist() if i not in by_id]
    if missing:
        raise FerError(
            f"{folder.shown(answers)} has no answer for id {missing[0]} of test.csv; "
            f"it answers {len(by_id):,} of {count:,} pictures. Complete it or take it away."
        )
    found = np.array([by_id[i] for i in ids.tolist()])
    return replace(rows, labels=found[:, 0].astype(np.int8), split=found[:, 1].astype(np.uint8))


def _read_answers(folder: Folder, member: str) -> dict[int, tuple[int, int]]:
    """Label and split by id, from columns id, label and, where given, usage."""
    shown = folder.shown(member)
    header, rows = small_csv(folder, member)
    for column in ("id", "label"):
        if column not in header:
            raise FerError(f"{shown} has no column '{column}'; its columns are {', '.join(header)}.")
    answers = {}
    for i, line in enumerate(rows):
        row = dict(zip(header, line, strict=True))
        label = label_of(row["label"])
        if label is None:
            raise FerError(f"{shown}, row {i}: label is '{row['label'][:30]}'; 0 to 6 is expected.")
        usage = USAGES.get(row.get("usage", "test").strip().lower().encode())
        if usage is None:
            raise FerError(f"{shown}, row {i}: usage is '{row['usage'][:30]}'; PublicTest or PrivateTest is expected.")
        if not row["id"].strip().isdecimal():
            raise FerError(f"{shown}, row {i}: id is '{row['id'][:30]}'; a whole number is expected.")
        answers[int(row["id"])] = (label, usage)
    return answers
