"""The registry of layouts: a new one is a class in a file of its own, and found everywhere."""

import numpy as np
import pytest

from fer_core.data import load, load_upload
from fer_core.data.dataset import Dataset, make_dataset
from fer_core.data.folders import DiskFolder, Folder
from fer_core.data.layouts import LAYOUTS, FolderView, Layout, described, places
from fer_core.errors import FerError
from tests.core.data.conftest import write, zip_of
from tests.core.data.test_sources import layouts


class Raw(Layout):
    """Pixels as bytes, one picture after the other: what somebody might add."""

    name = "raw"
    described = "faces.raw"

    def find(self, place: FolderView) -> str | None:
        return place.files.get("faces.raw")

    def takes(self, member: str, start: bytes) -> bool:
        return member.endswith(".raw")

    def load(self, folder: Folder, at: str) -> Dataset:
        with folder.open(at) as stream:
            pixels = np.frombuffer(stream.read(), np.uint8).reshape(-1, 48, 48)
        return make_dataset(folder.stem, pixels, np.zeros(len(pixels)), np.zeros(len(pixels)), self.name)


def test_a_layout_that_is_registered_opens_from_folders_archives_and_uploads(faces, tmp_path, monkeypatch):
    files = {"deep/down/faces.raw": faces.pixels.tobytes()}
    folder, packed = write(tmp_path / "set", files), zip_of(tmp_path / "a.zip", files)
    with pytest.raises(FerError, match="no data set known here"):
        load(folder)
    monkeypatch.setitem(LAYOUTS, "raw", Raw())
    for dataset in (
        load(folder),
        load(packed),
        load(folder / "deep/down/faces.raw"),
        load_upload("x.raw", faces.pixels.tobytes()),
    ):
        np.testing.assert_array_equal(dataset.pixels, faces.pixels)
        assert dataset.layout == "raw"
    assert described().endswith(", or faces.raw")


def test_every_layout_has_an_example_that_is_opened(faces, tmp_path):
    """Whoever adds a layout adds files to `layouts` of test_sources; this fails until then."""
    found = set()
    for name, (_, files) in layouts(faces).items():
        for place in places(DiskFolder(write(tmp_path / name, files))):
            found |= {layout.name for layout in LAYOUTS.values() if layout.find(place) is not None}
    assert found == set(LAYOUTS)


def test_places_come_from_the_top_down_with_what_lies_in_each(tmp_path):
    folder = DiskFolder(write(tmp_path / "x", {"b/C.csv": "1", "a/d/e.txt": "2", "top.txt": "3"}))
    found = places(folder)
    assert [place.root for place in found] == ["", "a", "b", "a/d"]
    assert found[2].files == {"c.csv": "b/C.csv"}
    assert list(found[0].below()) == ["top.txt", "a/d/e.txt", "b/C.csv"]


@pytest.mark.parametrize("name", list(LAYOUTS))
def test_the_sentence_about_what_can_be_read_names_every_layout(name, tmp_path):
    with pytest.raises(FerError) as caught:
        load(write(tmp_path / "empty", {"notes.txt": "nothing"}))
    assert LAYOUTS[name].described in str(caught.value)
