"""One way to take a file along."""

import ast

from pages.ui import downloads
from tests.conftest import REPO


def test_only_the_downloads_module_makes_download_buttons() -> None:
    for path in sorted((REPO / "pages").rglob("*.py")):
        names = {n.attr for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.Attribute)}
        assert "download_button" not in names or path.name == "downloads.py", path.name


def test_pictures_are_encoded_in_one_module() -> None:
    for folder in ("pages", "fer_core"):
        for path in sorted((REPO / folder).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            assert "imencode" not in text, path.name
            assert "image/png;base64," not in text or path.name == "decode.py", path.name


def test_a_files_kind_is_told_by_its_ending(monkeypatch) -> None:
    given = {}
    monkeypatch.setattr(downloads.st, "download_button", lambda *args, **options: given.update({args[2]: args[3]}))
    for name in ("a.csv", "a.png", "a.html", "a.json", "a.zip", "a.webm", "a.gif", "a.unknown-kind"):
        downloads.button("Take", b"", name)
    assert list(given.values()) == [
        "text/csv", "image/png", "text/html", "application/json", "application/zip", "video/webm", "image/gif",
        "application/octet-stream",
    ]  # fmt: skip
