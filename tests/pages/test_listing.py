"""The list of pages: one place, whole, and a missing file is an error."""

import pytest

from pages.ui.listing import PAGES, Entry, by_name
from pages.ui.states import STATES
from tests.conftest import REPO


def test_every_page_is_listed_and_every_listed_page_is_there() -> None:
    scripts = {path.stem for path in (REPO / "pages").glob("*.py")} - {"__init__"}
    assert {entry.name for entry in PAGES} == scripts
    assert all(entry.file.is_file() for entry in PAGES)


def test_every_page_declares_its_state() -> None:
    assert set(STATES) == {entry.name for entry in PAGES}


def test_a_missing_file_is_an_error() -> None:
    with pytest.raises(FileNotFoundError, match="The page nowhere is listed"):
        _ = Entry("nowhere", "Nowhere", "home", "", "nothing").file


def test_the_first_page_has_no_path() -> None:
    assert by_name("overview").path == "" and by_name("runs").path == "runs"
