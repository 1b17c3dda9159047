"""The list of pages: one place, whole, and a missing file is an error."""

from pathlib import Path

import pytest

from pages.ui import states
from pages.ui.listing import PAGES, Entry, by_name
from tests.conftest import REPO


def test_every_page_is_listed_and_every_listed_page_is_there() -> None:
    scripts = {path.stem for path in (REPO / "pages").glob("*.py")} - {"__init__"}
    assert {entry.name for entry in PAGES} == scripts
    assert all(entry.file.is_file() for entry in PAGES)


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.name)
def test_every_page_declares_its_state(entry: Entry) -> None:
    assert states.of(entry.name).name == entry.name


def test_a_page_may_declare_its_state_itself(tmp_path: Path) -> None:
    script = tmp_path / "alone.py"
    script.write_text(
        "from pages.ui.address import RUN, State, Whole\n"
        "ALONE = State('alone', RUN, Whole('depth', 3, 1, 9))\n"
        "raise AssertionError('the page is drawn')\n"
    )
    state = states._declared_in(script)
    assert state.name == "alone" and state.fields["depth"].default == 3
    script.write_text("print('no state')\n")
    with pytest.raises(KeyError, match=r"alone\.py declares no State"):
        states._declared_in(script)


def test_a_missing_file_is_an_error() -> None:
    with pytest.raises(FileNotFoundError, match="The page nowhere is listed"):
        _ = Entry("nowhere", "Nowhere", "home", "", "nothing").file


def test_the_first_page_has_no_path() -> None:
    assert by_name("overview").path == "" and by_name("runs").path == "runs"
