"""A network from elsewhere in a real Chromium: one upload, one press, and it is confused, explained and looked into."""

from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import settle
from tests.conftest import write_run
from tests.core.importing.readable import reader, saved
from tests.core.importing.test_candidates import data_file

pytestmark = pytest.mark.browser


def test_one_upload_brings_a_network_to_every_page(start_app: Any, page: Any, tmp_path: Path) -> None:
    write_run(tmp_path / "runs", "there")
    address = start_app(runs=tmp_path / "runs", data=data_file(tmp_path))
    network = saved(reader(), tmp_path / "theirs.h5")
    page.set_default_timeout(180_000)
    page.goto(f"{address}/runs?view=Train+and+import")
    page.locator("input[type=file]").first.set_input_files(network)
    page.get_by_text("is clearly the best, right about 100% of the pictures").wait_for()
    assert not (tmp_path / "runs" / "theirs").exists()  # proposed, and not taken
    page.get_by_role("button", name="Import", exact=True).click()
    page.get_by_role("link", name="What it confuses").click()
    page.get_by_text("84 pictures, 100.0% recognised").wait_for()
    for link, words in (("Explain", "Explain"), ("Filters", "Filters")):
        page.get_by_test_id("stSidebar").get_by_role("link", name=link, exact=True).click()
        page.get_by_role("heading", name=words).first.wait_for()
        settle(page)
        assert page.get_by_test_id("stException").count() == 0
        page.wait_for_function("[...document.querySelectorAll('input')].some(i => i.value.includes('theirs'))")
