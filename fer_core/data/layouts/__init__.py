"""The layouts that a data set can have, one a file. Their order is the order in which a place is looked through."""

from fer_core.data.layouts.base import FolderView, Layout, places
from fer_core.data.layouts.ferplus_folders import FerPlusFolders
from fer_core.data.layouts.homework import Homework
from fer_core.data.layouts.image_tree import ImageTree
from fer_core.data.layouts.npz import Npz
from fer_core.data.layouts.whole_csv import WholeCsv

__all__ = ["LAYOUTS", "FolderView", "Layout", "described", "places"]

_IN_ORDER = (WholeCsv(), Homework(), Npz(), FerPlusFolders(), ImageTree())
LAYOUTS: dict[str, Layout] = {layout.name: layout for layout in _IN_ORDER}
"""Name -> layout."""


def described() -> str:
    """What can be read, for a sentence."""
    *first, last = (layout.described for layout in LAYOUTS.values())
    return f"{', '.join(first)}, or {last}"
