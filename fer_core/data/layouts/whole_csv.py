"""One csv with pixels: Kaggle's fer2013.csv and icml_face_data.csv, or one of the homework's files alone."""

from pathlib import PurePosixPath

from fer_core.data.csv_columns import finish, read_rows, votes_beside
from fer_core.data.dataset import Dataset
from fer_core.data.folders import Folder
from fer_core.data.layouts.base import FolderView, Layout

_NAMES = ("fer2013.csv", "icml_face_data.csv")


class WholeCsv(Layout):
    """The whole set in one csv, gzipped or not."""

    name = "csv"
    described = "fer2013.csv or icml_face_data.csv"

    def find(self, place: FolderView) -> str | None:
        packed = (name + ending for name in _NAMES for ending in ("", ".gz"))
        return next((place.files[name] for name in packed if name in place.files), None)

    def load(self, folder: Folder, at: str) -> Dataset:
        """One csv on its own: pixels with a label, a usage, an id, or without any of them.

        Without a Usage column the file is a part of the homework's set: pictures to be labelled where there is no
        label, else training pictures.
        """
        rows = read_rows(folder, at)
        table = rows.table
        name = PurePosixPath(at.removesuffix(".gz")).stem
        if rows.tells_splits:
            padded = any(column != column.strip() for column in table.header)
            layout = "icml_face_data.csv" if padded or name == "icml_face_data" else "fer2013.csv"
            votes = votes_beside(folder, at, rows.split)
            return finish(name, table.pixels, rows.labels, rows.split, layout, None, votes, rows.taken, rows.guessed)
        return finish(name, table.pixels, rows.labels, rows.split, "hw3", rows.ids, None, rows.taken, rows.guessed)
