"""The rules of the house, read from the source."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPO

HEAVY = ("tensorflow", "keras", "streamlit")

LAYERS = (
    *(
        "errors",
        "languages",
        "types",
        "labels",
        "runtime",
        "pool",
        "line",
        "spreadsheet",
        "table_text",
        "parsed",
        "lessons",
        "graphs",
        "pictures",
        "data",
        "models",
        "runs",
        "evaluation",
        "reading",
        "own_classes",
    ),
    *(
        "comparison",
        "importing",
        "training",
        "saliency",
        "robustness",
        "features",
        "inside",
        "figures",
        "reports",
        "commands",
        "api",
        "cli",
        "__main__",
    ),
)
"""The core's rooms, lowest first: a room imports only what stands before it, and itself."""


def modules(folder: str) -> list[Path]:
    return sorted((REPO / folder).rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Names of all modules that a file imports, anywhere in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names |= {node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("path", modules("fer_core"), ids=lambda p: str(p.relative_to(REPO)))
def test_the_core_knows_neither_streamlit_nor_pages(path: Path) -> None:
    tops = {name.split(".")[0] for name in imported(path)}
    assert not tops & {"streamlit", "pages", "dashboard"}


def room_of(name: str) -> str:
    return name.split(".")[1] if "." in name else "__init__"


def test_every_room_of_the_core_has_its_place() -> None:
    rooms = {path.relative_to(REPO / "fer_core").with_suffix("").parts[0] for path in modules("fer_core")}
    assert rooms - {"__init__"} == set(LAYERS)


@pytest.mark.parametrize("path", modules("fer_core"), ids=lambda p: str(p.relative_to(REPO)))
def test_no_room_of_the_core_imports_one_above_it(path: Path) -> None:
    own = path.relative_to(REPO / "fer_core").with_suffix("").parts[0]
    if own == "__init__":  # the package's face names rooms, and imports them on first use
        return
    for name in imported(path):
        if name.startswith("fer_core.") and room_of(name) in LAYERS:
            assert LAYERS.index(room_of(name)) <= LAYERS.index(own), f"{path.name} imports {name}"


@pytest.mark.parametrize("path", modules("pages/ui"), ids=lambda p: str(p.relative_to(REPO)))
def test_shared_parts_know_no_page(path: Path) -> None:
    for name in imported(path):
        assert not name.startswith("pages.") or name.startswith("pages.ui"), f"{path.name} imports {name}"


def test_a_page_does_not_import_another_page() -> None:
    for path in modules("pages"):
        relative = path.relative_to(REPO / "pages")
        own = f"{relative.parts[0].removesuffix('.py').removesuffix('_parts')}_parts"
        for name in imported(path):
            if name.startswith("pages."):
                room = name.split(".")[1]
                assert room in ("ui", own), f"{relative} imports {name}"


def test_importing_the_core_and_the_pages_shared_parts_stays_light() -> None:
    """Every module of fer_core can be imported without TensorFlow, Keras or Streamlit."""
    names = [
        ".".join(path.relative_to(REPO).with_suffix("").parts).removesuffix(".__init__")
        for path in modules("fer_core")
        if path.name != "__main__.py"
    ]
    code = "import sys, importlib\n"
    code += "".join(f"importlib.import_module({name!r})\n" for name in names)
    code += f"print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=REPO, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


def test_no_picture_of_the_data_set_and_no_large_file_is_kept() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=REPO, capture_output=True, text=True, check=True)
    files = [REPO / name for name in listed.stdout.split("\0") if name]
    checkpoints = [path for path in files if path.is_relative_to(REPO / "checkpoints") and path.is_file()]
    assert sum(path.stat().st_size for path in checkpoints) < 60e6
    assert not [path for path in checkpoints if path.suffix in (".png", ".jpg", ".jpeg")]
    assert not [path for path in files if path.name in ("fer2013.csv", "icml_face_data.csv", "train.csv")]


def test_no_two_classes_of_one_name() -> None:
    """A name means one thing; a module's private classes aside."""
    homes: dict[str, list[str]] = {}
    for path in (*modules("fer_core"), *modules("pages")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes.setdefault(node.name, []).append(str(path.relative_to(REPO)))
    assert {name: places for name, places in homes.items() if len(places) > 1} == {}


def test_every_picture_and_chart_has_a_text_alternative() -> None:
    silent = []
    for path in modules("pages"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                given = {keyword.arg for keyword in node.keywords}
                if node.func.attr in ("image", "plotly_chart") and not given & {"alt", None}:
                    silent.append(f"{path.relative_to(REPO)}:{node.lineno}")
    assert silent == []
