"""The list of pages, free of Streamlit.

Navigation, the Overview, the links, the screenshots, the walk through all pages in a browser and the memory benchmark
read it.
"""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Entry:
    """A page as the navigation has it: its module's name, which is its address too, title, icon, section of the
    navigation, what it answers, whether it can do nothing without TensorFlow, and whether all of it is said in other
    languages, too."""

    name: str
    title: str
    icon: str
    section: str
    answers: str
    needs_tensorflow: bool = False
    translated: bool = False

    @property
    def file(self) -> Path:
        """The page's script. Raises FileNotFoundError where it is not there."""
        path = Path(__file__).resolve().parents[1] / f"{self.name}.py"
        if not path.is_file():
            raise FileNotFoundError(f"The page {self.name} is listed in pages/ui/listing.py, but {path} is not there.")
        return path

    @property
    def path(self) -> str:
        """Its address below the server's: empty for the first page."""
        return "" if self is PAGES[0] else self.name


PAGES = (
    Entry("overview", "Overview", "home", "", "What is here, how good it is, and where to start.", translated=True),
    Entry(
        "lessons",
        "Lessons",
        "school",
        "",
        "Lessons for a class: guess first, then look, then know why.",
        translated=True,
    ),
    Entry(
        "glossary",
        "Glossary",
        "menu_book",
        "",
        "What the words of these pages mean, in plain language.",
        translated=True,
    ),
    Entry(
        "learning",
        "Watch it learn",
        "model_training",
        "Networks",
        "A small network learns from drawn faces while you watch, in under a minute.",
        needs_tensorflow=True,
        translated=True,
    ),
    Entry("runs", "Runs", "stacked_line_chart", "Networks", "Which training run is better, and is that real?"),
    Entry("confusion", "Confusion", "grid_on", "Networks", "What is taken for what; click a cell and see its faces."),
    Entry(
        "filters",
        "Filters",
        "blur_on",
        "Networks",
        "What each filter answers to, and the picture that drives it most.",
        needs_tensorflow=True,
    ),
    Entry(
        "robustness",
        "Robustness",
        "foggy",
        "Networks",
        "What blur, noise, darkness, turning and covered parts cost a network.",
    ),
    Entry(
        "fairness",
        "Fair to whom?",
        "balance",
        "Networks",
        "What skin, glasses, age, light or pose alone change in a network's answer.",
        translated=True,
    ),
    Entry(
        "predict",
        "Predict",
        "add_a_photo",
        "Faces",
        "Upload a picture, take a snapshot, or stand in front of the camera.",
        translated=True,
    ),
    Entry(
        "own",
        "Our own faces",
        "groups",
        "Faces",
        "Teach a network classes of your own from some snapshots, and try it on a neighbour.",
    ),
    Entry("guess", "Guess", "quiz", "Faces", "Guess the label of ten faces, against a network and ten people."),
    Entry(
        "explain",
        "Explain",
        "center_focus_strong",
        "Faces",
        "Where the network looked, and whether the map deserves trust.",
        needs_tensorflow=True,
    ),
    Entry(
        "playground",
        "Playground",
        "draw",
        "Faces",
        "Draw a face muscle by muscle and watch the prediction move.",
        translated=True,
    ),
    Entry("dataset", "Data", "photo_library", "Faces", "What the pictures look like and what is wrong with them."),
)


def by_name(name: str) -> Entry:
    """The entry of a page. Raises KeyError for a name that is not listed."""
    return {entry.name: entry for entry in PAGES}[name]
