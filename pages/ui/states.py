"""What each page keeps in its address: all of it, once. The pages' parts and `links` take it from here."""

import ast
from pathlib import Path
from typing import Any, cast

from fer_core.comparison import beside_report, curves, reference
from fer_core.data.dataset import SPLITS
from fer_core.data.selections import EVERY
from fer_core.evaluation.embedding_map import WAYS
from fer_core.evaluation.fairness import FACTORS, PEOPLE
from fer_core.evaluation.flips import ORDERS as FLIP_ORDERS
from fer_core.figures.embedding import PAINTS
from fer_core.labels import CLASSES
from fer_core.reading.sure import WANTED
from fer_core.robustness.disturbances import DISTURBANCES, STRENGTHS
from fer_core.training.classroom import RATES
from pages.ui.address import RUN, Band, Choice, Real, Several, State, Text, Toggle, Whole
from pages.ui.listing import by_name

MOST_PEOPLE = 99_999
"""The highest number of a drawn person."""

ANY = "any class"
_MERGED = (
    Toggle("merge"),
    Several("group1", ["angry", "disgust"], CLASSES),
    Several("group2", [], CLASSES),
    Several("group3", [], CLASSES),
)
"""Which classes are taken together, on the pages that compare runs (pages/ui/merging.py)."""

SELECTION = Choice("selection", EVERY)
"""Pictures of the set that bear a name (pages/ui/selections.py)."""

ROWS = Whole("row", None)
"""A picture of the data set by its row number."""

OVERVIEW = State(
    "overview",
    RUN,
    Choice("expression", "happy", CLASSES),
    Whole("person", 4, 0, MOST_PEOPLE),
    renamed={"first_expression": "expression", "first_run": "run"},
)

_QUOTED = [quote.name for quote in reference.ALL if quote.val_accuracy]

RUNS = State(
    "runs",
    RUN,
    Several("runs"),
    Choice("ref"),
    Choice(
        "view",
        "Curves",
        (
            "Curves",
            "Table",
            "Settings",
            "Is it real?",
            "Flips",
            "Calibration",
            "The report",
            "Other sets",
            "Take along",
            "Train and import",
        ),
    ),
    Several("metric"),
    Choice("part", "both", ("validation", "train", "both")),
    Choice("x", "epoch", tuple(curves.AXES)),
    Real("smooth", 0.0, 0.0, 0.95),
    Choice("group", ""),
    Several("quoted", [], _QUOTED),
    Toggle("log"),
    Toggle("best", True),
    Toggle("panels"),
    Toggle("shared", True),
    Toggle("join"),
    Text("filter"),
    Choice("sort", "as listed"),
    Toggle("down", True),
    Toggle("differs"),
    Choice("over", "all runs", ("all runs", "chosen runs")),
    Choice("score"),
    Toggle("diff", True),
    Several("axes"),
    Choice("sx"),
    Choice("sc", "nothing"),
    Several("sq", []),
    Toggle("mattered"),
    Choice("split"),
    Choice("of", "accuracy", ("accuracy", "macro_f1")),
    *_MERGED,
    Several("quoted_acc", []),
    Toggle("pairs"),
    Choice("flip"),
    Choice("first", next(iter(FLIP_ORDERS)), tuple(FLIP_ORDERS)),
    Choice("class", ANY),
    Whole("shown", 24, 6, 96),
    Whole("opened", None),
    Whole("bins", 15, 5, 30),
    Toggle("scaled"),
    Choice("rsplit", "private", tuple(beside_report.SPLITS)),
    Choice("rgroup"),
    Toggle("with_quoted"),
    Choice("report_in", "en"),
    Text("report_layers", most=400),
    Text("report_rows", most=80),
)

CONFUSION = State(
    "confusion",
    RUN,
    Choice("split"),
    Choice(
        "view",
        "Matrix",
        ("Matrix", "Two runs", "Over epochs", "Per class", "Abstain", "Doubtful labels", "Slices", "Map", "Merged"),
    ),
    *_MERGED,
    Choice("gtrue"),
    Choice("gpred"),
    Choice("lay", "PCA", tuple(WAYS)),
    Choice("paint", "class", PAINTS),
    Choice("map_vs"),
    Choice("true", ANY, (ANY, *CLASSES)),
    Choice("pred", ANY, (ANY, *CLASSES)),
    Choice("by", "true class", ("true class", "predicted class", "all pictures", "counts")),
    Choice("of_what", "what A calls so", ("what A calls so", "what B calls so", "all pictures", "counts")),
    Choice("order", "as given", ("as given", "by support", "confused together")),
    Toggle("dim"),
    Choice("vs"),
    Choice("kind", "difference", ("difference", "run against run")),
    Choice("who", "only A", ("only A", "only B", "both")),
    Choice("among_label", ANY, (ANY, *CLASSES)),
    Whole("epoch", None, 0, 100_000),
    Choice("ceiling", "100%", ("100%", "its own greatest share")),
    Choice("class", "all classes", ("all classes", *CLASSES)),
    Real("threshold", 0.5),
    Real("wanted", 0.8, 0.5, 1.0),
    Choice("rank", "margin", ("margin", "probability of the label", "weighted entropy", "confident joint first")),
    Choice("doubt_of", ANY, (ANY, *CLASSES)),
    Whole("bins", 5, 2, 10),
    Choice("twins", "all", ("all", "without twins", "only twins")),
    SELECTION,
    Toggle("once"),
    Choice("measure", "none", ("none", "brightness", "contrast", "sharpness")),
    Band("band", (0, 100)),
    Choice("face", "all", ("all", "found", "not found")),
    Choice("sort", "surest", ("surest", "closest call", "doubtful label", "row")),
    Choice("tile", "medium", ("small", "medium", "large")),
    Whole("page", None, 1, 1_000_000),
    ROWS,
    Toggle("map"),
    Choice("method"),
    Real("opacity", 0.5),
    Toggle("alike"),
    Choice("among", "The same split", ("The same split", "The training split")),
)

DRAWN, DATA, UPLOAD, CAMERA = "Drawn face", "Data set", "Upload", "Camera"
FROM_PREDICT, FROM_PLAYGROUND = "From Predict", "From Playground"
_PICTURE = (
    Choice("picture", None, (DRAWN, DATA, UPLOAD, CAMERA, FROM_PREDICT, FROM_PLAYGROUND)),
    Choice("expression", "happy", CLASSES),
    Whole("person", 0, 0, MOST_PEOPLE),
    Choice("labelled", "any", ("any", *CLASSES)),
    SELECTION,
    Choice("split", "any", ("any", *SPLITS), renamed={"validation": "train"}),
    ROWS,
    Text("drawing", most=2000),
)
"""Which picture a network is asked about, on the pages that ask about one."""


def same_picture(state: State) -> dict[str, Any]:
    """The picture in view on a page that keeps one, for a link to another such page."""
    return {one.name: state.value(one.name) for one in _PICTURE if state.value(one.name) is not None}


_FILM = (Choice("beside"), Whole("at_epoch", None, 1, 1_000_000))
"""Which epoch of a run is in view, and the run beside it, on the pages that show how a network came to be."""

FILTERS = State(
    "filters",
    RUN,
    Choice("epoch"),
    Choice("layer"),
    Choice(
        "view",
        "Activations",
        ("Activations", "Feature visualisation", "One filter", "Step by step", "Over epochs", "Side by side"),
        renamed={"Answers": "Activations", "Wishes": "Feature visualisation"},
        always=True,
    ),
    Whole("filter", 0),
    Choice("run2"),
    Choice("epoch2"),
    Choice("layer2"),
    Whole("filter2", 0),
    Choice("order", "by strength", ("by strength", "by number")),
    Choice("scale", "each its own", ("each its own", "one for all")),
    Whole("part", 1, 1),
    Choice("start"),
    Whole("seed", 0, 0, 9999),
    Choice("amount"),
    *_FILM,
    *_PICTURE,
    renamed={"source": "picture"},
)

PREDICT = State(
    "predict",
    RUN,
    Choice("way", "Example", ("Upload", "Snapshot", "Live camera", "Example")),
    Several("beside"),
    Toggle("flip"),
    Toggle("clear"),
    Toggle("level", True),
    Toggle("sure", True),
    Real("sure_of", WANTED, 0.5, 0.95),
    Choice("method"),
    Choice("question", "Why this class", ("Why this class", "Why this, not that")),
    Choice("face"),
    Real("opacity", 0.65),
    Real("blur", 1.0, 0.0, 3.0),
    Choice("colours"),
    Real("live_smoothing", 0.5, 0.0, 3.0),
    Toggle("live_fast", True),
    Toggle("mirror", True),
    Toggle("live_map"),
    Choice("live_method"),
    Whole("live_faces", 8, 1, 8),
    Choice("rate", 10.0, (5.0, 10.0, 15.0, 1000.0)),
    Real("clip_smoothing", 0.3, 0.0, 3.0),
)

GAMES = 100_000
"""How many games of "Guess the label" have a number of their own."""

GUESS = State("guess", RUN, Choice("set", "faces", ("faces", "drawn")), Whole("game", 0, 0, GAMES - 1))

EXPLAIN = State(
    "explain",
    RUN,
    Choice(
        "view",
        "Methods",
        (
            "Methods",
            "Classes",
            "This, not that",
            "Hide",
            "What flips it",
            "Parts",
            "Trust",
            "Cells",
            "Network",
            "Over epochs",
        ),
    ),
    *_PICTURE,
    Choice("why", "predicted", ("predicted", *CLASSES)),
    Choice("why_not", "nothing", ("nothing", *CLASSES)),
    Choice("method"),
    Text("settings"),
    Real("opacity", 0.75),
    Real("blur", 0.5, 0.0, 3.0),
    Toggle("all_methods"),
    Toggle("slow", True),
    Choice("method_scale", "one for each unit", ("one for each unit", "each its own")),
    Choice("scale", "one for all classes", ("one for all classes", "each its own")),
    Whole("hide", 20, 0, 100),
    Choice("fill", "mean", ("mean", "blurred", "black")),
    Choice("cell_split"),
    Choice("true", "sad", CLASSES),
    Choice("taken", "neutral", CLASSES),
    Toggle("all_cells"),
    Choice("layer"),
    Whole("channel", None, 0, 100_000),
    *_FILM,
    Choice("towards"),
    Choice("attack", "FGSM", ("FGSM", "PGD")),
    Whole("epsilon", 4, 0, 32),
)

ROBUSTNESS = State(
    "robustness",
    RUN,
    Choice("vs"),
    Choice("amount"),
    Choice("what", next(iter(DISTURBANCES)), tuple(DISTURBANCES)),
    Whole("level", 3, 1, STRENGTHS),
    ROWS,
)

FAIRNESS = State(
    "fairness",
    RUN,
    Choice("vs"),
    Choice("people", PEOPLE, (10, PEOPLE, 50)),
    Choice("measure", "changed", ("changed", "moved")),
    Choice("factor", None, tuple(factor.name for factor in FACTORS)),
)

PLAYGROUND = State(
    "playground",
    RUN,
    Text("face"),
    Real("lean", 0.0, -1.0, 1.0),
    Whole("person", 0, 0, MOST_PEOPLE),
    Text("tuned"),
    Real("yaw", 0.0, -30.0, 30.0),
    Real("pitch", 0.0, -20.0, 20.0),
    Real("roll", 0.0, -30.0, 30.0),
    Real("scale", 1.0, 0.7, 1.3),
    Real("shift_x", 0.0, -0.2, 0.2),
    Real("shift_y", 0.0, -0.2, 0.2),
    Real("azimuth", None, -80.0, 80.0),
    Real("elevation", None, -30.0, 80.0),
    Real("ambient", None, 0.1, 0.9),
    Real("gain", None, 0.4, 1.6),
    Real("gamma", None, 0.5, 1.6),
    Real("contrast", None, 0.3, 1.6),
    Real("grain", 0.0, 0.0, 30.0),
    Real("blur", 0.0, 0.0, 2.0),
    Choice("look", "Pixels moved", ("Pixels moved", "What each unit gives", "Sweep one unit")),
    Toggle("atlas"),
    Choice("owed"),
    Choice("sweep"),
)

DATASET = State(
    "dataset",
    RUN,
    Choice(
        "view",
        "classes",
        ("classes", "pictures", "problems", "review", "map", "inputs", "open"),
        renamed={
            "Classes": "classes",
            "Pictures": "pictures",
            "What is wrong": "problems",
            "Normalise and augment": "inputs",
            "Open a set": "open",
        },
    ),
    Choice("set", "faces", ("faces", "drawn"), renamed={"drawn faces": "drawn"}),
    Choice(
        "kind",
        "mean",
        ("mean", "against", "deviation"),
        renamed={"Mean face": "mean", "Against all": "against", "How varied": "deviation"},
    ),
    Choice("face_split"),
    Choice("split", "all"),
    Choice("class", "all"),
    SELECTION,
    Choice(
        "order",
        "random",
        ("random", "row", "darkest", "brightest", "flattest", "blurred", "sharpest"),
        renamed={
            "as in the file": "row",
            "darkest first": "darkest",
            "brightest first": "brightest",
            "least contrast first": "flattest",
            "least sharp first": "blurred",
            "sharpest first": "sharpest",
        },
    ),
    Whole("page", 1, 1, 1_000_000),
    ROWS,
    Choice("problem"),
    Choice("lay", "PCA", tuple(WAYS)),
    Choice("paint", "class", PAINTS),
    Choice("map_split"),
    Choice("map_vs"),
    Choice("list"),
    Choice("outlier"),
    Whole("leave", None, 1),
    Text("who", most=40),
    Toggle("votes"),
    Choice("measure", "brightness", ("brightness", "contrast", "sharpness")),
    Choice("augmentation"),
    Whole("seed", 0),
    renamed={
        "data_view": "view",
        "data_set": "set",
        "data_face": "kind",
        "data_split": "split",
        "data_class": "class",
        "data_order": "order",
        "data_row": "row",
        "data_problem": "problem",
    },
)

LEARNING = State(
    "learning",
    Choice("pictures", 2800, (350, 1400, 2800)),
    Choice("steps", "fair steps", tuple(RATES)),
    Toggle("mirrored"),
    Choice("epochs", 15, (5, 15, 30)),
    Whole("start", 0, 0, 9),
    Whole("epoch", None, 0, 30),
)

OWN = State("own", RUN, Choice("cut", "the face", ("the face", "the middle of the picture")))

GLOSSARY = State("glossary", Text("word", most=60))

LESSONS = State(
    "lessons",
    Choice("lesson"),
    Whole("step", 1, 1, 30),
    Choice("view", "Lesson", ("Lesson", "For the teacher", "Worksheet")),
)

_KNOWN = {
    state.name: state
    for state in (
        OVERVIEW,
        LESSONS,
        GLOSSARY,
        LEARNING,
        OWN,
        RUNS,
        CONFUSION,
        FILTERS,
        PREDICT,
        GUESS,
        EXPLAIN,
        ROBUSTNESS,
        FAIRNESS,
        PLAYGROUND,
        DATASET,
    )
}


def of(page: str) -> State:
    """The state of a page: the one above, or the one that the page's own file declares.

    A page that no other links into need not stand in this module. Raises KeyError for a page that is not listed or
    declares none.
    """
    if page not in _KNOWN:
        _KNOWN[page] = _declared_in(by_name(page).file)
    return _KNOWN[page]


def _declared_in(script: Path) -> State:
    """The State of a page's script, whose imports and assignment of it are run, and nothing else: it draws nothing."""
    tree = ast.parse(script.read_text(encoding="utf-8"))
    imports = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=ast.Name(id="State"))):
                names: dict[str, Any] = {}
                exec(compile(ast.Module([*imports, node], []), str(script), "exec"), names)  # our own file, as imported
                return cast(State, names[name])
    raise KeyError(f"{script.name} declares no State")
