"""The Lessons page, and each link of each lesson: it opens the state that the lesson speaks of."""

import shutil

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from fer_core.errors import FerError
from fer_core.labels import CLASSES
from fer_core.lessons import parse, shelf
from fer_core.reading.inference import Predictor
from pages.lessons_parts import checked
from pages.ui import links
from pages.ui.states import LESSONS, of
from tests.conftest import REPO
from tests.pages.state import ask

LESSON_STEPS = [
    pytest.param(step, id=f"{lesson.name}-{number}")
    for lesson in shelf().lessons
    for number, step in enumerate(lesson.steps, 1)
    if step.open
]
FIRST = shelf().lessons[0]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    root = tmp_path_factory.mktemp("shipped")
    for name in ("drawn", "compact", "human"):
        shutil.copytree(REPO / "checkpoints" / name, root / name)
    return root


def open_page(monkeypatch, root, page: str = "lessons", **values) -> AppTest:
    monkeypatch.setenv("FER_RUNS", str(root))
    app = AppTest.from_file(REPO / "dashboard.py", default_timeout=120)
    app.run()
    app.switch_page(f"pages/{page}.py")
    ask(app, of(page), **values)
    return app.run()


def button(app: AppTest, label: str):
    return next(one for one in app.button if one.label == label)


def texts(app: AppTest) -> str:
    return "\n".join(one.value for one in (*app.markdown, *app.caption, *app.success, *app.info, *app.warning))


@pytest.mark.parametrize("step", LESSON_STEPS)
def test_each_link_opens_its_state(step, monkeypatch, shipped) -> None:
    page, state = links.read(step.open)
    if "run" in of(page).fields:
        assert "run" in state or page == "dataset", "a lesson's link names its run"
    app = open_page(monkeypatch, shipped, page, **state)
    assert not app.exception and not app.error
    assert not [one.value for one in app.caption if "The address has" in one.value]
    shown = app.session_state["address"]
    for name, value in state.items():
        held = shown.shared.get("run") if name == "run" else shown.values.get(name, of(page).fields[name].default)
        assert (held if held is not None else shown.defaults.get(name)) == value, name


@pytest.mark.parametrize("step", [param for param in LESSON_STEPS if param.values[0].says])
def test_the_network_says_what_the_lesson_says(step) -> None:
    _, state = links.read(step.open)
    face = checked.face_of(step.open)
    found = Predictor(state["run"]).probabilities(face[None])[0]
    assert CLASSES[int(np.argmax(found))] == step.says


def test_a_lesson_leads_to_our_own_faces_and_it_comes_out_as_told(monkeypatch, shipped) -> None:
    (step,) = [param.values[0] for param in LESSON_STEPS if param.values[0].open.startswith("own")]
    page, state = links.read(step.open)
    monkeypatch.setenv("FER_RUNS", str(shipped))
    app = AppTest.from_file(REPO / "pages" / f"{page}.py", default_timeout=120)
    ask(app, of(page), **state)
    app.run()
    example = next(one for one in app.button if one.label.endswith("Two classes of drawn faces"))
    assert "Two classes of drawn faces" in step.press and "Teach it" in step.press
    example.click().run()
    assert app.selectbox[0].value == "compact"
    button(app, "Teach it").click().run()
    assert not app.exception and "97%" in step.answer
    assert "tells your 2 classes apart in 97% of pictures" in texts(app)
    assert "(95% interval 84% to 99%)" in texts(app) and "31 of 32, with an interval from 84% to 99%" in step.reveal
    assert button(app, "A drawn neighbour")


def test_the_list_has_each_lesson_and_opens_one(monkeypatch, shipped) -> None:
    app = open_page(monkeypatch, shipped)
    assert not app.exception
    assert all(lesson.title in texts(app) for lesson in shelf().lessons)
    app = app.button(key=f"begin_{FIRST.name}").click().run()
    assert FIRST.steps[0].ask in texts(app) and FIRST.steps[0].reveal not in texts(app)


def test_a_step_asks_before_it_shows(monkeypatch, shipped) -> None:
    app = open_page(monkeypatch, shipped, lesson=FIRST.name, step=1)
    step = FIRST.steps[0]
    button(app, "That is our guess").click().run()
    assert "Guess first" in texts(app)
    app.radio[0].set_value(step.choices[1])
    button(app, "That is our guess").click().run()
    assert step.choices[1] in texts(app) and step.reveal not in texts(app)
    button(app, "We have looked: what comes out?").click().run()
    assert step.reveal in texts(app) and "It comes out otherwise" in texts(app)
    button(app, "Next step").click().run()
    assert FIRST.steps[1].ask in texts(app)
    button(app, "All lessons").click().run()
    assert "1 done" in texts(app)


def test_a_bar_leads_back_from_the_opened_page(monkeypatch, shipped) -> None:
    app = open_page(monkeypatch, shipped, lesson=FIRST.name, step=3)
    app.switch_page("pages/playground.py").run()
    assert FIRST.steps[2].ask in texts(app)
    app.button(key="leave_lesson").click().run()
    assert FIRST.steps[2].ask not in texts(app)


def test_notes_and_worksheet_show(monkeypatch, shipped) -> None:
    app = open_page(monkeypatch, shipped, lesson=FIRST.name, view="For the teacher")
    assert not app.exception and FIRST.steps[0].teacher in texts(app).replace(":material/school: ", "")
    app = open_page(monkeypatch, shipped, lesson=FIRST.name, view="Worksheet")
    assert not app.exception and FIRST.steps[0].reveal not in texts(app)


HEAD = 'title = "T"\nsummary = "S"\ngoal = "G"\n'
STEP = '[[step]]\ntitle = "One"\nminutes = 25\nask = "Which?"\nreveal = "R."\nwhy = "W."\npress = "P"\n'


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('open = "playgrund?face=12_0.4"', r"no page 'playgrund'; is playground meant\?"),
        ('open = "playground?fase=12_0.4"', r"keeps no 'fase'; is face meant\?"),
        ('open = "playground?roll=90"', "can't have roll=90: it is a number from -30 to 30"),
        ('open = "explain?view=Mehods"', "can't have view=Mehods: it is one of Methods"),
        ('open = "runs"\nface = "runs?view=Table"', "face is an address of the Playground"),
    ],
)
def test_an_address_with_a_mistake_is_one_sentence(line: str, says: str) -> None:
    with pytest.raises(FerError, match=says):
        checked.check(parse(HEAD + STEP + line, "mine.toml"))


def test_an_address_is_taken_as_the_browser_shows_it() -> None:
    page, state = links.read("http://127.0.0.1:8501/playground?face=12_0.4&look=Sweep+one+unit&roll=-5")
    assert (page, state) == ("playground", {"face": "12_0.4", "look": "Sweep one unit", "roll": -5.0})
    assert links.read("http://127.0.0.1:8501/?person=7") == ("overview", {"person": 7})


def test_a_run_that_is_not_here_is_said(monkeypatch, runs_root) -> None:
    app = open_page(monkeypatch, runs_root, lesson=FIRST.name, step=1)
    app.radio[0].set_value(FIRST.steps[0].choices[0])
    button(app, "That is our guess").click().run()
    assert "not in the folder of runs" in texts(app)


def test_the_address_of_an_unknown_lesson_shows_the_list(monkeypatch, shipped) -> None:
    app = open_page(monkeypatch, shipped, lesson="nonsense")
    assert not app.exception and FIRST.title in texts(app)
    assert LESSONS.fields["lesson"].default is None
