"""Damaged files through the real upload boxes: each gets its sentence, none a traceback, and the page goes on."""

import io
import zipfile
from typing import Any

import pytest

from benchmarks.fuzzing import seeds
from tests.browser.conftest import settle

pytestmark = pytest.mark.browser

PNG = b"\x89PNG\r\n\x1a\nno picture"
ZIP = b"PK\3\4no archive"


def half(data: bytes) -> bytes:
    return data[: len(data) // 2]


def listed(text: bytes) -> bytes:
    """A class's zip with another list."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("class.json", text)
    return file.getvalue()


IMPORT = "runs?view=Train+and+import"
BOXES = {
    "picture": ("predict?way=Upload", "broken.png", PNG, "", "broken.png"),
    "video": ("predict?way=Upload", "broken.mp4", b"\0\0\0\x18ftypmp42" + bytes(300), "Read the video", "broken.mp4"),
    "history": (IMPORT, "broken.csv", b"epoch,loss\n0,x\n", "", "broken.csv"),
    "events": (IMPORT, "events.out.tfevents.1", b"\x18" + bytes(200), "", "events.out.tfevents.1"),
    "network": (IMPORT, "broken.keras", ZIP, "", "broken.keras"),
    "set": ("dataset?view=open", "broken.zip", ZIP, "", "broken.zip"),
    "lesson": ("lessons", "broken.toml", b"a = [[[", "", "broken.toml"),
    "class": ("own", "my-class.zip", listed(b'{"format": 1, "names": ["a"], "labels": {"a": 1}, "takes": [0]}'), "",
              "no class that was downloaded here"),
    "of a class": ("own", "broken.png", PNG, "Take these", "broken.png"),
    "second reader": ("dataset?view=review&set=drawn", "theirs.csv", b"row,verdict\n\xff", "", "theirs.csv"),
    "explained": ("explain?picture=Upload", "broken.png", PNG, "", "broken.png"),
    "filtered": ("filters?view=One+filter&picture=Upload", "broken.png", PNG, "", "broken.png"),
    "half a picture": ("predict?way=Upload", "half.jpg", half(seeds.pictures()["a.jpeg"]), "", "half.jpg"),
}  # fmt: skip
"""Address, file, its bytes, the button that reads it, and what the sentence says."""
OPENED = {
    "lesson": "A lesson of your own",
    "class": "Keep, open or forget",
    "of a class": "Two classes of drawn faces",
    "second reader": "What was decided, by whom",
}
"""What is pressed before the box is there."""


@pytest.mark.parametrize("name", BOXES)
def test_a_damaged_file_gets_its_sentence(name: str, server: str, page: Any) -> None:
    address, file, data, press, said = BOXES[name]
    page.goto(f"{server}/{address}")
    settle(page, 120)
    if name in OPENED:
        page.get_by_text(OPENED[name]).first.click()
    if name == "of a class":  # its box comes before the one that stood alone
        page.get_by_role("button", name=press).wait_for(timeout=120_000)
    box = page.locator('[data-testid="stFileUploaderDropzoneInput"]').first
    box.wait_for(state="attached", timeout=120_000)
    page.wait_for_timeout(500)  # the boxes around it are drawn and have told the browser what they hold
    box.set_input_files({"name": file, "mimeType": "application/octet-stream", "buffer": data})
    if press:
        page.get_by_text(file, exact=True).first.wait_for()
        page.get_by_role("button", name=press).click()
    page.locator('[data-testid="stAlert"]', has_text=said).first.wait_for(timeout=120_000)
    settle(page, 120)
