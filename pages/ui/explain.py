"""Maps on the screen: cached questions, controls, grids of maps and the panel "Can I trust this map?".

Any page may put the panel beside a map of its own:  explain.trust_panel(run, crop, "grad_cam", target, key="face1")
"""

import html
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from fer_core import runs as fer_runs
from fer_core import saliency
from fer_core.errors import FerError
from fer_core.figures import trust as figures
from fer_core.labels import CLASSES
from fer_core.pictures import data_url
from fer_core.runs import Run
from fer_core.saliency.trust import TrustReport, trust_report
from pages.ui import bars, downloads, loaders, queue
from pages.ui.address import State
from pages.ui.language import mark, say, words
from pages.ui.plain import plain, said

_STYLE = """<style>
.fer-maps {display: grid; gap: .7rem .6rem; grid-template-columns: repeat(auto-fill, minmax(var(--least), 1fr));
  max-width: var(--most);}
.fer-maps figure {margin: 0; min-width: 0;}
.fer-maps img {width: 100%; image-rendering: pixelated; border-radius: .35rem; display: block;}
.fer-maps figcaption {font-size: .82rem; line-height: 1.25; margin-top: .25rem; overflow-wrap: anywhere;}
.fer-maps small {opacity: .72; font-variant-numeric: tabular-nums; display: block;}
</style>"""


@dataclass(frozen=True)
class Card:
    """One map of a grid: u8 (H, W, 3), its title, and a second line in smaller type."""

    picture: np.ndarray
    title: str
    words: str = ""


def raw_maps(run: Run, image: np.ndarray, method: str, targets: Sequence[Any], settings: dict | None = None) -> Any:
    """Raw maps f32 (len(targets), 48, 48) of one picture u8 (48, 48), kept for all visitors.

    targets: None, class indices or saliency.Difference, one map each.
    """
    asked = tuple((t.towards, t.against) if isinstance(t, saliency.Difference) else t for t in targets)
    stamp = loaders.network_stamp(run)
    image = np.ascontiguousarray(image, np.uint8)
    return _maps(str(run.folder), stamp, image.tobytes(), method, asked, tuple(sorted((settings or {}).items())))


def gap(run: Run, image: np.ndarray, method: str, target: Any, settings: dict | None, raw: np.ndarray) -> str:
    """What the raw map (48, 48) lacks of the sum that its method promises, in words; empty where nothing does."""
    if method not in saliency.complete_names():
        return ""
    asked = (target.towards, target.against) if isinstance(target, saliency.Difference) else target
    pixels = np.ascontiguousarray(image, np.uint8).tobytes()
    due = _promised(
        str(run.folder), loaders.network_stamp(run), pixels, method, asked, tuple(sorted((settings or {}).items()))
    )
    return saliency.Completeness(float(raw.astype(np.float64).sum()), due).words()


@st.cache_data(show_spinner=False, max_entries=1024)
def _promised(folder: str, stamp: tuple[float, ...], image: bytes, method: str, target: Any, settings: tuple) -> float:
    pixels = np.frombuffer(image, np.uint8).reshape(1, 48, 48)
    target = saliency.Difference(*target) if isinstance(target, tuple) else target
    model = loaders.model(fer_runs.load_run(folder))
    return float(saliency.promised(model, pixels, method, target, **dict(settings))[0])


@st.cache_data(show_spinner=False, max_entries=1024)
def _maps(
    folder: str, stamp: tuple[float, ...], image: bytes, method: str, targets: tuple, settings: tuple
) -> np.ndarray:
    model = loaders.model(fer_runs.load_run(folder))
    pixels = np.frombuffer(image, np.uint8).reshape(1, 48, 48)
    with queue.turn():
        if all(isinstance(target, int) for target in targets):  # one batch
            pixels = np.repeat(pixels, len(targets), axis=0)
            return saliency.explain(model, pixels, method, np.array(targets), **dict(settings))
        maps = [
            saliency.explain(
                model, pixels, method, saliency.Difference(*t) if isinstance(t, tuple) else t, **dict(settings)
            )
            for t in targets
        ]
    return np.concatenate(maps)


def probabilities(run: Run, images: np.ndarray) -> np.ndarray:
    """Softmax f32 (N, 7) of pictures (N, 48, 48), 0 to 255, from the network that is explained."""
    network = saliency.network_for(loaders.model(run))
    return network.probabilities(saliency.as_images(images))


def target_words(target: Any, probabilities: np.ndarray | None = None) -> str:
    """The target in words: "happy", "happy and not sad", or the predicted class."""
    if isinstance(target, saliency.Difference):
        return f"{CLASSES[target.towards]} and not {CLASSES[target.against]}"
    if target is None:
        return "the predicted class" if probabilities is None else CLASSES[int(np.argmax(probabilities))]
    return CLASSES[int(target)]


def method_controls(state: State, run: Run, default: str = "gradient") -> tuple[str, dict[str, Any]]:
    """The method's select box and its settings in a popover, both kept in the page's address: (name, settings)."""
    names = saliency.names()
    name = st.selectbox(
        "Method",
        names,
        format_func=lambda n: saliency.get(n).label,
        **state.widget("method", default=default, options=names, after=lambda: state.put("settings", "")),
    )
    method = saliency.get(name)
    if not method.parameters():
        return name, {}
    with st.popover(f"Settings of {method.label}", icon=":material/tune:", width="stretch"):
        kept = _read_settings(state.value("settings"))
        settings = {p.name: _control(state, run, p, f"{name}_{p.name}", kept) for p in method.parameters()}
    return name, settings


def _read_settings(text: str) -> dict[str, str]:
    """`samples~50!noise~0.1` as names and texts."""
    return dict(part.split("~", 1) for part in text.split("!") if "~" in part)


def _control(state: State, run: Run, parameter: Any, end: str, kept: dict[str, str]) -> Any:
    """One setting's widget; what differs from the defaults stands together in the address as `settings`."""
    key = f"{state.key('settings')}:{end}"
    layers = saliency.network_for(loaders.model(run)).feature_layers()[::-1] if parameter.name == "layer" else []
    choices = ["", *layers] if parameter.name == "layer" else parameter.choices
    default = "" if parameter.name == "layer" else parameter.default
    value = _setting(parameter, kept.get(parameter.name), choices, default)
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value

    def changed() -> None:
        there = _read_settings(state.value("settings")) | {parameter.name: str(st.session_state[key])}
        if st.session_state[key] == default:
            there.pop(parameter.name)
        state.put("settings", "!".join(f"{name}~{text}" for name, text in there.items()))

    words: dict[str, Any] = {"key": key, "help": parameter.help or None, "on_change": changed}
    if parameter.name == "layer":
        last = f"the last: {layers[0] if layers else 'none'}"
        return st.selectbox(parameter.label, choices, format_func=lambda n: n or last, **words)
    if choices:
        return st.selectbox(parameter.label, choices, **words)
    kind = type(parameter.default)
    low, high, step = (kind(value) for value in (parameter.low, parameter.high, parameter.step))
    if high - low > 400 * step:  # too long for a slider
        return st.number_input(parameter.label, low, high, step=step, **words)
    written = {"px": "%g px", "%": "percent"}.get(parameter.unit)
    return st.slider(parameter.label, low, high, step=step, format=written, **words)


def _setting(parameter: Any, text: str | None, choices: Any, default: Any) -> Any:
    """The setting that a text of the address stands for; the default where it stands for none."""
    if text is None:
        return default
    if choices:
        return {str(choice): choice for choice in choices}.get(text, default)
    try:
        value = type(default)(text)
    except ValueError:
        return default
    return value if parameter.low <= value <= parameter.high else default


def style() -> None:
    """The grids' style; once a script run."""
    st.html(_STYLE + bars.STYLE)


def grid(cards: Sequence[Card], least: int = 118, most: str = "100%") -> None:
    """Maps side by side, as many in a row as fit; `least` is a map's least width in pixels."""
    figures_ = "".join(
        f'<figure><img alt="{html.escape(card.title)}" src="{_url(card.picture)}">'
        f"<figcaption>{html.escape(card.title)}<small>{html.escape(card.words)}</small></figcaption></figure>"
        for card in cards
    )
    st.html(f'<div class="fer-maps" style="--least:{least}px;--most:{most}">{figures_}</div>')


def probability_bars(p: np.ndarray) -> None:
    """Class probabilities f32 (7,) as bars."""
    st.html(bars.bars(p))


def raw_range(raw: np.ndarray) -> str:
    """The map's smallest and largest raw value: what the colours hide."""
    return f"{raw.min():+.2g} … {raw.max():+.2g}"


def rewritten(run: Run, method: str) -> str:
    """What stands in the place of logits, if anything, and which activations carry the method's backward rule."""
    network = saliency.network_for(loaders.model(run), saliency.get(method).rule)
    return f"{network.score_of.note} {network.rewriting.words()}".strip()


def _url(picture: np.ndarray) -> str:
    return data_url(picture)


def trust_panel(
    run: Run,
    image: np.ndarray,
    method: str,
    target: Any,
    settings: dict[str, Any] | None = None,
    moved: np.ndarray | None = None,
    key: str = "trust",
    at_once: bool = False,
    label: str = mark("Can I trust this map?"),
) -> None:
    """The button "Can I trust this map?" and what it finds, as it is found; it can be stopped.

    moved: bool (48, 48), the pixels that the expression moved, on a drawn face. key: distinct for each map on a page.
    at_once: True, in one script run, is a press on the button. label: other words on it, where maps stand together.
    """
    settings = dict(settings or {})
    asked = (str(run.folder), image.tobytes(), method, str(target), str(settings))
    panel: _Panel | None = st.session_state.get(key)
    if panel is None or panel.asked != asked:  # another map: what was found belongs to the old one
        panel = st.session_state[key] = _Panel(asked)
    st.button(
        say(label), key=f"{key}_start", icon=":material/fact_check:", type="primary",
        on_click=setattr, args=(panel, "wanted", True),
    )  # fmt: skip
    if panel.wanted or at_once:
        panel.wanted, panel.problem = False, ""
        panel.growing = trust_report(loaders.model(run), image, method, target, settings, moved=moved)
    # Computes for a moment at a time: in between, a press on Stop is heard.
    st.fragment(_grow, run_every=_LOOK if panel.growing else None)(key)


@dataclass
class _Panel:
    """One visitor's panel: which map it is about, what was found, and the report while it grows."""

    asked: tuple
    report: TrustReport | None = None
    growing: Iterator[TrustReport] | None = None
    problem: str = ""
    wanted: bool = False
    stopped: bool = False


_LOOK = 0.05
_SECONDS = 0.8


def _grow(key: str) -> None:
    panel: _Panel | None = st.session_state.get(key)
    if panel is None:
        return
    if panel.growing is None:
        if panel.problem:
            st.error(plain(panel.problem))
        elif panel.report is not None:
            _found(panel.report, key)
        return
    st.button(say("Stop"), key=f"{key}_stop", icon=":material/stop:", on_click=setattr, args=(panel, "stopped", True))
    if panel.stopped:
        panel.growing, panel.stopped = None, False
    else:
        with queue.look(key) as mine:
            if not mine:
                return
            _go_on(panel)
    if panel.growing is None:
        queue.leave(key)
    if panel.growing is None or panel.report is None:
        st.rerun(scope="app")  # ends the looking every moment
    st.progress(panel.report.progress, text=say(panel.report.doing))
    _sentences(panel.report)


def _go_on(panel: _Panel) -> None:
    start, doing = time.monotonic(), panel.report.doing if panel.report else None
    try:
        while panel.growing is not None and time.monotonic() - start < _SECONDS:
            panel.report = next(panel.growing)
            if panel.report.progress == 1:
                panel.growing = None
                return
            if panel.report.doing != doing:  # what comes next may take long: say it first
                return
    except FerError as error:
        panel.growing, panel.problem = None, said(error)


def _sentences(report: TrustReport) -> None:
    if verdict := report.verdict():
        st.markdown(f"**{say(verdict)}**")
    for sentence in report.sentences():
        st.markdown(f"- {say(sentence)}")


def _found(report: TrustReport, key: str) -> None:
    if report.progress < 1:
        st.caption(say("Stopped before: {step}.", step=say(report.doing).lower()))
    _sentences(report)
    if report.method in ("guided", "rectified") and report.randomisation and report.reference:
        own, plain = report.randomisation[0].correlation, report.reference[0].correlation
        st.info(
            say(
                "The prettiest maps can ignore the network. On this picture, with the last layer's weights shuffled, "
                "the {method} map keeps a rank correlation of {own:.2f} with the map before, the plain gradient one "
                "of {plain:.2f}. Sharp edges come from the picture, whatever the network has learned.",
                method=report.method,
                own=own,
                plain=plain,
            ),
            icon=":material/school:",
        )
    left, right = st.columns(2)
    for column, curve, title in (
        (left, report.deletion, mark("Deletion")),
        (right, report.insertion, mark("Insertion")),
    ):
        if curve is not None:
            with column:
                downloads.figure(figures.curve_figure(curve, say(title), words()), title.lower(), key=f"{key}_{title}")
    if report.randomisation:
        downloads.figure(
            figures.cascade_figure(
                report.randomisation, report.reference, say(saliency.get(report.method).label), words()
            ),
            "shuffled_layers",
            key=f"{key}_cascade",
        )
