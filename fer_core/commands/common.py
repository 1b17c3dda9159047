"""What several commands share."""

from fer_core.data.dataset import Dataset
from fer_core.errors import FerError


def open_data(given: str | None) -> Dataset:
    """The data set that --data names: a path, "drawn", or nothing for FER_DATA and data/.

    Raises FerError where nothing is found.
    """
    from fer_core import data

    if given == "drawn":
        from fer_core.data.drawn.copy import kept_drawn

        return kept_drawn()
    if given:
        return data.load(given)
    dataset = data.open_default()
    if dataset is None:
        raise FerError(
            "No data set was found: set FER_DATA to fer2013.csv (or put it into data/), give --data PATH, "
            "or use --data drawn, the drawn faces that need no download."
        )
    return dataset
