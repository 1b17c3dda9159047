"""The address of a page: read, checked, written in one step, one visit one entry."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st
from hypothesis import given, settings
from hypothesis import strategies as draw
from streamlit.testing.v1 import AppTest

from pages.ui import address, drawing, states
from pages.ui.fields import Band, Choice, Real, Several, Text, Toggle, Whole


def script() -> None:
    import streamlit as st

    from pages.ui import address
    from pages.ui.address import Choice, Real, Several, State, Text, Toggle, Whole

    one = State(
        "one",
        address.RUN,
        Real("smooth", 0.0, 0.0, 0.95),
        Real("light", None, -1.0, 1.0),
        Whole("shown", 24, 6, 96),
        Choice("view", "Map", ("Map", "List"), renamed={"Karte": "Map"}),
        Choice("layer"),
        Several("kinds", ["a"], ("a", "b", "c")),
        Toggle("log"),
        Text("words", most=20),
        renamed={"old_view": "view"},
    )
    other = State("other", address.RUN, Choice("view", "Top", ("Top", "Side")))
    page = st.session_state.get("page", "one")
    if page == "one":
        one.open()
        run = st.selectbox("Run", ["best", "drawn"], **one.widget("run", default="best", options=["best", "drawn"]))
        st.slider("Smooth", **one.widget("smooth"))
        st.slider("Shown", **one.widget("shown"))
        st.radio("View", one.options("view"), **one.widget("view"))
        layers = {"best": ["conv", "dense"], "drawn": ["stem", "dense"]}[run]
        st.selectbox("Layer", layers, **one.widget("layer", default=layers[0], options=layers))
        st.multiselect("Kinds", one.options("kinds"), **one.widget("kinds"))
        st.toggle("Log", **one.widget("log"))
        st.text_input("Words", **one.widget("words"))
        st.button("Both", on_click=one.put_all, kwargs={"shown": 30, "log": True})
    else:
        other.open()
        st.selectbox("Run", ["best", "drawn"], **other.widget("run", default="best", options=["best", "drawn"]))
        st.radio("View", other.options("view"), **other.widget("view"))
    address.finish()


def opened(**query: Any) -> AppTest:
    app = AppTest.from_function(script, default_timeout=30)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception, app.exception[0].message
    return app


def said(app: AppTest) -> str:
    return " ".join(caption.value for caption in app.caption)


def test_an_address_is_taken_over() -> None:
    app = opened(smooth="0.5", shown="30", view="List", kinds=["b", "c"], log="1", words="deep sea", layer="dense")
    assert app.slider(key="one:smooth").value == 0.5
    assert app.slider(key="one:shown").value == 30
    assert app.radio(key="one:view").value == "List"
    assert app.multiselect(key="one:kinds").value == ["b", "c"]
    assert app.toggle(key="one:log").value is True
    assert app.text_input(key="one:words").value == "deep sea"
    assert app.selectbox(key="one:layer").value == "dense"
    assert not app.caption


@pytest.mark.parametrize(
    ("name", "text", "widget", "shown"),
    [
        ("smooth", "1e308", "slider", 0.0),
        ("smooth", "nan", "slider", 0.0),
        ("smooth", "much", "slider", 0.0),
        ("shown", "-3", "slider", 24),
        ("shown", "9" * 5000, "slider", 24),
        ("view", "Nowhere", "radio", "Map"),
        ("layer", "none such", "selectbox", "conv"),
        ("kinds", "z", "multiselect", ["a"]),
        ("log", "perhaps", "toggle", False),
        ("words", "w" * 5000, "text_input", ""),
        ("run", "../../etc", "selectbox", "best"),
    ],
)
def test_what_cannot_be_falls_back_and_is_said(name: str, text: str, widget: str, shown: Any) -> None:
    app = opened(**{name: text})
    assert getattr(app, widget)(key=f"one:{name}").value == shown
    assert f"`{name}=" in said(app)
    assert len(said(app)) < 250
    app.run()
    assert not app.exception
    assert name not in app.query_params
    assert not app.caption


def test_only_what_differs_is_written_in_one_message(monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened()
    app.slider(key="one:shown").set_value(48).run()
    assert app.query_params == {"shown": "48"}
    app.slider(key="one:shown").set_value(24).run()
    assert app.query_params == {}
    sent = []
    plain = type(st.query_params.from_dict.__self__).from_dict
    monkeypatch.setattr(
        type(st.query_params.from_dict.__self__), "from_dict", lambda self, d: (sent.append(d), plain(self, d))[1]
    )
    app.button[0].click().run()
    assert app.query_params == {"shown": "30", "log": "1"}
    assert len(sent) == 1


def test_nothing_is_written_in_a_sessions_first_run() -> None:
    app = opened(view="Karte", stranger="1")
    assert app.query_params == {"view": "Karte", "stranger": "1"}
    app.run()
    assert app.query_params == {}


def test_old_names_and_old_values_still_open() -> None:
    assert opened(old_view="List").radio(key="one:view").value == "List"
    assert opened(old_view="Karte").radio(key="one:view").value == "Map"


def test_an_empty_choice_is_a_choice_too() -> None:
    app = opened()
    app.multiselect(key="one:kinds").set_value([]).run()
    assert app.query_params == {"kinds": ""}
    assert opened(kinds="").multiselect(key="one:kinds").value == []


def test_names_of_one_page_never_reach_another_and_the_run_goes_along() -> None:
    app = opened(run="drawn", view="List", shown="30")
    app.run()
    app.session_state["page"] = "other"
    app.query_params.clear()
    app.run()
    assert app.radio(key="other:view").value == "Top"
    assert app.selectbox(key="other:run").value == "drawn"
    assert app.query_params == {"run": "drawn"}
    app.session_state["page"] = "one"
    app.query_params = {}
    app.run()
    assert app.slider(key="one:shown").value == 24
    assert app.selectbox(key="one:run").value == "drawn"


def test_back_gives_an_entry_with_its_state(monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened()
    app.session_state["page"] = "other"
    app.run()
    app.selectbox(key="other:run").set_value("drawn").run()
    app.session_state["page"] = "one"  # by Back, to the entry that was left with the usual run
    app.query_params = {"shown": "30"}
    monkeypatch.setattr("pages.ui.address.by_history", lambda: True)
    app.run()
    assert app.selectbox(key="one:run").value == "best"
    assert app.slider(key="one:shown").value == 30


def test_a_value_follows_its_options() -> None:
    app = opened(layer="conv", shown="30")
    app.selectbox(key="one:run").set_value("drawn").run()
    assert app.selectbox(key="one:layer").value == "stem"
    assert app.query_params == {"run": "drawn", "shown": "30"}


def test_a_late_address_does_not_undo_a_change() -> None:
    app = opened()
    app.slider(key="one:shown").set_value(48).run()
    app.query_params = {}  # a click that came before the browser had heard of the change
    app.toggle(key="one:log").set_value(True).run()
    assert app.slider(key="one:shown").value == 48
    assert app.query_params == {"shown": "48", "log": "1"}


def test_a_link_to_the_same_page_is_taken() -> None:
    app = opened()
    app.run()
    app.query_params = {"shown": "12"}
    app.run()
    assert app.slider(key="one:shown").value == 12


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (Whole("n", 1, 0, 9), 7),
        (Real("x", 0.0, -1.0, 1.0), -0.25),
        (Toggle("t"), True),
        (Choice("c", 1.0, (1.0, 2.0)), 2.0),
        (Several("s", [], ("a", "b")), ["b", "a"]),
        (Text("w"), "a & b = c"),
        (Band("b", (0, 100)), (10, 90)),
    ],
)
def test_a_value_is_read_as_it_was_written(field: Any, value: Any) -> None:
    assert field.read(field.texts(value)) == value


def test_a_number_that_has_no_default_falls_back_to_nothing() -> None:
    app = opened(light="much")
    assert "`light=much" in said(app) and "nothing is shown" in said(app)


def test_a_band_is_read_in_its_old_form_too() -> None:
    assert Band("b", (0, 100)).read(["10", "90"]) == (10, 90)
    with pytest.raises(ValueError, match="two whole numbers"):
        Band("b", (0, 100)).read(["90-10"])
    with pytest.raises(ValueError, match="two whole numbers"):
        Band("b", (0, 100)).read(["nan-10"])


@pytest.fixture
def query(monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict]:
    from pages.ui.states import EXPLAIN

    monkeypatch.setattr(st, "session_state", {})
    return EXPLAIN.query


def test_a_link_says_only_what_differs_and_is_checked(query: Callable[..., dict]) -> None:
    assert query(view="Trust", why="sad", opacity=0.75, run="drawn") == {
        "run": ["drawn"],
        "view": ["Trust"],
        "why": ["sad"],
    }
    with pytest.raises(ValueError, match="keeps no bins"):
        query(bins=5)
    with pytest.raises(ValueError, match="one of Methods"):
        query(view="Wishes")


# Laws: whatever state a page can be in, its address gives it back.

law = settings(max_examples=12, derandomize=True, deadline=None, database=None)


def _admitted(field: Any) -> Any:
    """A strategy for the values of a field of the address."""
    if isinstance(field, Choice):
        return draw.sampled_from(list(field.options))
    if isinstance(field, Several):
        return draw.lists(draw.sampled_from(list(field.options)), unique=True, max_size=4)
    if isinstance(field, Whole):
        return draw.integers(field.low, field.high)
    if isinstance(field, Real):
        return draw.floats(field.low, field.high)
    if isinstance(field, Band):
        return draw.tuples(*[draw.integers(field.low, field.high)] * 2).map(sorted).map(tuple)
    return draw.booleans() if isinstance(field, Toggle) else draw.text(max_size=min(field.most, 20))


SETTLED = [
    (f"{state.name}.{name}", field)
    for state in vars(states).values()
    if isinstance(state, address.State)
    for name, field in state.fields.items()
    if field.is_settled and getattr(field, "options", True)
]


@law
@given(draw.data())
def test_whatever_a_field_can_be_its_address_gives_it_back(data: Any) -> None:
    assert len(SETTLED) > 80
    for name, field in SETTLED:
        value = data.draw(_admitted(field), label=name)
        if not field.admits(value):  # a text with a character that no address takes
            continue
        texts = field.texts(value) or [""]
        found = field.read(texts)
        if isinstance(field, Real):
            assert found == pytest.approx(value, rel=1e-5, abs=1e-9), name
        else:
            assert found == value and type(found) is type(value), name


PART = {
    **{name: draw.floats(-20, 20).map(lambda x: round(x, 1)) for name in ("roll", "yaw", "pitch")},
    "person": draw.integers(0, 999),
    "lean": draw.sampled_from([-1.0, -0.25, 0.0, 0.5]),
    "grain": draw.sampled_from([0.0, 1.5, 4.0]),
    "blur": draw.sampled_from([0.0, 0.35, 1.0]),
    "gain": draw.sampled_from([0.8, 1.0, 1.15]),
    "azimuth": draw.integers(-60, 60).map(float),
    "face": draw.dictionaries(draw.sampled_from([1, 4, 6, 12, 25]), draw.sampled_from([0.25, 0.6, 1.0])).map(
        drawing.units_text
    ),
}


@law
@given(draw.fixed_dictionaries({}, optional=PART))
def test_a_drawn_face_is_read_back_from_its_text(values: dict[str, Any]) -> None:
    assert drawing.from_text(drawing.text(values)) == drawing.drawing(values)


def test_what_came_with_the_address_is_known_in_the_run_that_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    session = SimpleNamespace(read_in="first", written={"filter": ["3"]})
    monkeypatch.setattr(address, "_session", lambda: session)
    monkeypatch.setattr(address, "_run_id", lambda: "first")
    assert states.FILTERS.came_with("filter") and not states.FILTERS.came_with("view")
    session.written = None
    assert not states.FILTERS.came_with("filter")
    session.read_in, session.written = "before", {"filter": ["3"]}
    assert not states.FILTERS.came_with("filter")
