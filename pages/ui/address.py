"""What a page shows, kept in its address: so that it can be reloaded, sent to somebody, and gone back to.

A page declares its state once, and its widgets take their value, range and key from there:

    RUNS = address.State("runs", address.RUN, address.Real("smooth", 0.0, 0.0, 0.95), address.Toggle("log"))
    RUNS.open()                                                        # at the top of the page
    smoothing = st.slider("Smoothing", **RUNS.widget("smooth"))
    log = st.toggle("Logarithmic", **RUNS.widget("log"))

All pages' states stand in `pages/ui/states.py`, so that any page can make a link into any other (`pages/ui/links.py`).

Only what differs from the default is written, all of it in one step; names that a page does not declare never reach
its address. A value that can't be is not taken: the default is shown in its place, and a caption says so. Streamlit's
own `bind="query-params"` is not used, because it forgets a parameter with its widget and fails on impossible values.

One visit of a page is one entry of the browser's history. Streamlit pushes an entry for each change that Python makes
(and marks a visit that came by Back or Forward, `is_history_navigation`); `assets/history.js` turns a push that stays
on the page into a replacement. Until that script runs, in a session's first run, nothing is written.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from fer_core.languages import DEFAULT
from pages.ui import language
from pages.ui.fields import Band, Choice, Field, Real, Several, Text, Toggle, Whole
from pages.ui.plain import plain

__all__ = ["RUN", "Band", "Choice", "Field", "Real", "Several", "State", "Text", "Toggle", "Whole", "share", "shared"]

RUN = Choice("run")
"""The chosen run: the one name that goes along from page to page."""
FOLDER = "folder"
"""Where the runs are read from, where it is not the usual folder: a part of every page's address."""
LANGUAGE = "lang"
"""The language of the visit, where it is not English: a part of every page's address."""

_KEY = "address"
_LATE_SECONDS = 5.0

_component = st.components.v2.component(
    "fer_lab_history", html="<span hidden></span>", js=(Path(__file__).parent / "assets" / "history.js").read_text()
)


def keep_one_entry_a_visit() -> None:
    """Puts the script on the page that keeps the browser's history to one entry a visit, and tells the browser the
    language of the visit; once a run."""
    _component(key="address_history", height=0, data={"lang": language.current()})


@dataclass
class _Session:
    """What one visitor's addresses are about."""

    page: str = ""
    opened: "State | None" = None
    shared: dict[str, Any] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    """Checked values that differ from their default, of the page in view."""
    unread: dict[str, list[str]] = field(default_factory=dict)
    """What the address said and could not be checked yet: its options are known where its widget is drawn."""
    defaults: dict[str, Any] = field(default_factory=dict)
    written: dict[str, list[str]] | None = None
    left: list[tuple[dict[str, list[str]], float]] = field(default_factory=list)
    read_in: int | None = None
    """The script run in which the address was read last."""
    fresh: bool = True
    """In the session's first run, when the browser does not replace entries yet."""


def _session() -> _Session:
    if _KEY not in st.session_state:
        st.session_state[_KEY] = _Session()
    return st.session_state[_KEY]


def _given() -> dict[str, list[str]]:
    return {name: st.query_params.get_all(name) for name in st.query_params}


def _run_id() -> int:
    return id(get_script_run_ctx())


def by_history() -> bool:
    """Whether this run was asked for by the browser's Back or Forward."""
    context = get_script_run_ctx()
    return bool(context is not None and context.is_history_navigation)


def is_late(given: Mapping[str, list[str]] | None = None) -> bool:
    """Whether the browser's address is one that was left moments ago.

    A click carries the browser's address along. Where it comes before the browser has heard of the last change, that
    address is an old one, and taking it at its word would undo the change.
    """
    now, given = time.monotonic(), _given() if given is None else given
    return any(given == old and now - when < _LATE_SECONDS for old, when in _session().left)


def share(name: str, value: Any) -> None:
    """Sets what goes along to every page: the run or the folder; None for the usual one."""
    _session().shared[name] = value


def shared(name: str) -> Any:
    """What goes along under this name, or None."""
    return _session().shared.get(name)


def rewrite() -> None:
    """Brings the address of the page in view up to date; where something that goes along was changed."""
    if (opened := _session().opened) is not None:
        opened.write()


def in_view() -> tuple[str, dict[str, list[str]]]:
    """The page in view by its name, and the parameters of its address."""
    session = _session()
    return session.page or "overview", dict(session.written or {})


def finish() -> None:
    """Writes the address of the page in view; at the end of each run of dashboard.py."""
    session = _session()
    if session.opened is not None and not session.fresh:
        session.opened.write()
    session.fresh = False


class State:
    """The state of one page.

    name: the page's, as its address has it; the same in every name of a widget's key.
    fields: what the page keeps, in the order in which the address has it.
    renamed: old parameter -> the name it has now, so that old addresses still open.
    """

    def __init__(self, name: str, *fields: Field, renamed: Mapping[str, str] | None = None) -> None:
        self.name = name
        self.fields = {one.name: one for one in fields}
        self.renamed = dict(renamed or {})
        if len(self.fields) != len(fields):
            raise ValueError(f"A name stands twice in the state of {name}.")

    def open(self) -> None:
        """Takes the address over where it is new: after a link, Back, a reload. At the top of the page."""
        session, given = _session(), _given()
        arrives = session.page != self.name or session.written is None
        if arrives or (given != session.written and not is_late(given)):
            self._read(session, given, arrives)
        session.page, session.opened = self.name, self
        if given != session.written:  # a late one: say again what holds
            self.write()

    def _read(self, session: _Session, given: Mapping[str, list[str]], arrives: bool) -> None:
        session.values, session.unread, session.left = {}, {}, []
        if arrives:
            session.defaults = {}
        session.written, session.read_in = dict(given), _run_id()
        for name, texts in given.items():
            name = self.renamed.get(name, name)
            if name in self.fields:
                session.unread[name] = list(texts)
        if RUN.name in given:
            session.shared[RUN.name] = given[RUN.name][-1]
        elif by_history():
            session.shared.pop(RUN.name, None)  # the entry was left with the usual run in view
        for name in [name for name in session.unread if self.fields[name].is_settled]:
            self.value(name)

    def came_with(self, name: str) -> bool:
        """Whether the address that is read in this run has the name."""
        session = _session()
        return session.read_in == _run_id() and name in (session.written or {})

    def key(self, name: str) -> str:
        """The key of the widget that sets this name."""
        return f"{self.name}:{name}"

    def value(self, name: str, *, default: Any = None, **limits: Any) -> Any:
        """The value in view. Where it can't be, the default, with a caption.

        default: where it depends on what is there (the first layer of this run). limits: `options` of a choice, or
        `low` and `high` of a number, where they depend on that too.
        """
        session, one = _session(), self.fields[name].limited(**limits)
        default = one.default if default is None else default
        session.defaults[name] = default
        if name in session.unread and one.is_settled:
            texts = session.unread.pop(name)
            try:
                self._keep(name, one.read(texts))
            except ValueError as error:
                shown = plain(", ".join(one.texts(default)) or language.say("nothing"))
                given = plain(_quoted(name, texts))
                st.caption(
                    language.say(
                        "The address has {given}, but {why}; {shown} is shown instead.",
                        given=given,
                        why=plain(error),
                        shown=shown,
                    )
                )
                self._forget(name)
        kept = self._store(name).get(name)
        if kept is not None and not one.admits(kept):
            kept = one.nearest(kept)
            if name != RUN.name:
                self._forget(name)
            elif one.is_settled:  # a page that can't show the chosen run does not make the others forget it
                session.defaults[name] = session.shared[name]
        return default if kept is None else kept

    def _store(self, name: str) -> dict[str, Any]:
        return _session().shared if name == RUN.name else _session().values

    def _forget(self, name: str) -> None:
        self._store(name).pop(name, None)

    def _keep(self, name: str, value: Any) -> None:
        session = _session()
        session.unread.pop(name, None)
        if name == RUN.name:
            session.shared[name] = value
        elif value is None or value == session.defaults.get(name, self.fields[name].default):
            session.values.pop(name, None)
        else:
            session.values[name] = value

    def bind(
        self, name: str, *, default: Any = None, after: Callable[[], None] | None = None, **limits: Any
    ) -> dict[str, Any]:
        """`key` and `on_change` of the widget that sets this name.

        default, limits: as for `value`. after: called when the user changes the widget, before the address is written.
        """
        value, key = self.value(name, default=default, **limits), self.key(name)
        if key not in st.session_state or st.session_state[key] != value:
            st.session_state[key] = value
        return {"key": key, "on_change": self._changed, "args": (name, after)}

    def widget(self, name: str, **arguments: Any) -> dict[str, Any]:
        """As `bind`, and what its kind adds: `min_value` and `max_value` of a number, `max_chars` of a text.

        A choice's options stand where its widget is drawn: `self.options(name)` where they are declared.
        """
        limits = {key: arguments[key] for key in ("low", "high") if key in arguments}
        return {**self.bind(name, **arguments), **self.fields[name].limited(**limits).arguments()}

    def options(self, name: str) -> list[Any]:
        """The options that a choice declares."""
        field = self.fields[name]
        return list(field.options or ()) if isinstance(field, Choice | Several) else []

    def put(self, name: str, value: Any) -> None:
        """Sets a value from code, where it counts from the widget's next drawing on; in callbacks, before a drawing."""
        self._keep(name, value)
        self.write()

    def put_all(self, **values: Any) -> None:
        """Sets several values in one step."""
        for name, value in values.items():
            self._keep(name, value)
        self.write()

    def drop(self, name: str) -> None:
        """Forgets a value that does not fit what is in view; the address follows at the end of the run."""
        self._keep(name, None)

    def _changed(self, name: str, after: Callable[[], None] | None) -> None:
        self._keep(name, st.session_state[self.key(name)])
        if after:
            after()
        self.write()

    def write(self) -> None:
        """Brings the address in step with the state, by one message to the browser."""
        session = _session()
        if session.page != self.name:
            return
        wanted, given = self._address(session), _given()
        if wanted != given:
            session.left = [*session.left, (given, time.monotonic())][-12:]
            st.query_params.from_dict(wanted)
        session.written = wanted

    def _address(self, session: _Session) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, one in self.fields.items():
            if name in session.unread:
                found[name] = session.unread[name]
            elif name == RUN.name:
                run = session.shared.get(name)
                if run is not None and run != session.defaults.get(name):
                    found[name] = [run]
            elif one.always or name in session.values:
                default = session.defaults.get(name, one.default)
                value = session.values.get(name, default)
                if one.always or value != default:
                    found[name] = one.texts(value) or [""]  # an empty choice is a choice too
        return found | _everywhere()

    def query(self, **values: Any) -> dict[str, list[str]]:
        """The parameters of this page in a state, for a link to it; the chosen run and folder go along.

        Raises ValueError for a name that the page does not have, or a value that it can't take.
        """
        if unknown := set(values) - set(self.fields):
            raise ValueError(f"The page {self.name} keeps no {', '.join(sorted(unknown))}.")
        found, session = {}, _session()
        for name, one in self.fields.items():
            value = values.get(name, session.shared.get(name) if name == RUN.name else None)
            if value is None or (one.is_settled and value == one.default):
                continue
            if one.is_settled and not one.admits(value):
                raise ValueError(f"{name}={value!r}: {one.wants()}.")
            found[name] = one.texts(value) or [""]
        return found | _everywhere()


def _everywhere() -> dict[str, list[str]]:
    """What every page's address has: the folder and the language, where they are not the usual ones."""
    found = {}
    if folder := _session().shared.get(FOLDER):
        found[FOLDER] = [str(folder)]
    if (spoken := language.current()) != DEFAULT:
        found[LANGUAGE] = [spoken]
    return found


def _quoted(name: str, texts: Sequence[str]) -> str:
    text = ", ".join(texts)
    return f"`{name}={text if len(text) <= 40 else text[:40] + '…'}`".replace("\n", " ")


def names(fields: Iterable[Field]) -> list[str]:
    """The names of some fields."""
    return [one.name for one in fields]
