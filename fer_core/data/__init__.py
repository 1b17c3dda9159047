"""Pictures in: FER2013 in every layout that people have it in, folders of images, drawn faces."""

import os
from typing import Any

# OpenCV reads this limit once, when it is first imported, and the drawn faces import it; the same as
# fer_core.pictures.MAX_PIXELS. Without it a picture of a few megabytes can unfold into gigabytes.
os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", "50000000")

from fer_core.data.dataset import SPLITS, Dataset, make_dataset
from fer_core.data.sources import find, load, load_upload, open_default
from fer_core.data.twins import twins

__all__ = ["SPLITS", "Dataset", "drawn_dataset", "find", "load", "load_upload", "make_dataset", "open_default", "twins"]


def drawn_dataset(*args: Any, **kwargs: Any) -> Dataset:
    """The drawn faces; see `fer_core.data.drawn.dataset.drawn_dataset`."""
    from fer_core.data.drawn.dataset import drawn_dataset as draw

    return draw(*args, **kwargs)
