"""Every table, figure and picture can be taken along."""

import mimetypes
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from fer_core.figures.in_numbers import all_in_numbers, in_numbers
from fer_core.figures.in_words import in_words
from fer_core.figures.standalone import standalone
from fer_core.pictures import encode_png, jpeg_url
from fer_core.spreadsheet import csv_text
from pages.ui import language
from pages.ui.language import say

ABOUT = "taken_along_about"
"""Key of the session state: what the page in view is about."""
_MOST_NAMED = 12


def about(runs: Sequence[str] = (), split: str = "", data: str = "") -> None:
    """What the page shows, from here to the next call: its runs, the reference first, the split and the data set. Files
    carry it in their names, figures in their words. `layout.header` forgets what the page before was about."""
    st.session_state[ABOUT] = (tuple(runs), split, data)


def _facts(split: str) -> tuple[tuple[str, ...], str, str]:
    runs, own, data = st.session_state.get(ABOUT, ((), "", ""))
    return runs, split or own, data


def file_name(name: str, split: str = "") -> str:
    """A file's name without its ending: the run, where the page shows one, and the split stand in it."""
    runs, split, _ = _facts(split)
    has = set(re.split(r"[-_. ]", name))
    parts = [runs[0]] if len(runs) == 1 and not name.startswith(runs[0]) else []
    parts += [split] if split and split not in has else []
    return "-".join([*parts, name])


def words(split: str = "", note: str = "") -> str:
    """What stands below a figure's title in its file: runs, split, data set, a note, and when it was made."""
    runs, split, data = _facts(split)
    named = ", ".join(runs[:_MOST_NAMED])
    if len(runs) > _MOST_NAMED:
        named = say("{these} and {count} more", these=named, count=len(runs) - _MOST_NAMED)
    what = [
        language.count(len(runs), "Run {named}", "Runs {named}", named=named) if runs else "",
        say("split {split}", split=say(split)) if split else "",
        say("data set {name}", name=data) if data else "",
    ]
    said = ", ".join(filter(None, what))
    said = f"{said[:1].upper()}{said[1:]}." if said else ""
    return " ".join(filter(None, (said, note, f"FER Lab, {datetime.now(UTC):%Y-%m-%d}.")))


def button(label: str, content: bytes | Callable[[], bytes], file: str, **options: Any) -> None:
    """A button that downloads a file: its bytes, or what makes them when the button is pressed. Its kind is told by the
    name's ending; `options` go to st.download_button."""
    kind = mimetypes.guess_type(file)[0] or "application/octet-stream"
    st.download_button(label, content, file, kind, **{"icon": ":material/download:", "on_click": "ignore", **options})


_MOST_STYLED = 50_000
MISSING = "–"
"""What a table on the screen has where there is no value."""


def table(
    frame: pd.DataFrame,
    name: str,
    key: str | None = None,
    split: str = "",
    **options: Any,
) -> Any:
    """A table with a button that downloads it as csv; `options` go to st.dataframe, whose value is returned.

    Give numbers as they are: the screen rounds them once, the file keeps all digits. Columns whose format is "percent"
    are shown with one digit behind the point each.
    """
    usual = {"hide_index": True, "width": "stretch", "placeholder": MISSING}
    seen, options["column_config"] = _in_percent(frame, options.get("column_config") or {})
    shown = st.dataframe(seen, key=key and f"{key}_table", **{**usual, **options})
    button(
        say("Table as csv"),
        lambda: csv_text(frame).encode("utf-8"),
        f"{file_name(name, split)}.csv",
        key=f"{key or name}_csv",
        type="tertiary",
    )
    return shown


def _in_percent(frame: pd.DataFrame, config: Mapping[Any, Any]) -> tuple[Any, dict[Any, Any]]:
    """The frame and its column configuration with one digit in all columns of shares: Streamlit's own format leaves 85%
    beside 67.13%. Large frames stay as they are."""
    kept, shares = dict(config), []
    for name, column in config.items():
        kind = column.get("type_config") if isinstance(column, dict) else None
        if kind and kind.get("format") == "percent" and name in frame and frame.size <= _MOST_STYLED:
            shares.append(name)
            kept[name] = {**column, "type_config": {**kind, "format": None}}
    return (frame.style.format("{:.1%}", shares, na_rep=MISSING) if shares else frame), kept


def figure(
    fig: Any,
    name: str,
    key: str | None = None,
    split: str = "",
    note: str = "",
    tabled: bool = False,
    title: str = "",
    **options: Any,
) -> Any:
    """A Plotly figure; its own bar saves a PNG, a button below an HTML page that stands alone, with its run, its split
    and a note in words; beside it its numbers. tabled: its table stands beside it already. title: what it
    is called where its file's name does not say it in the language."""
    config = {
        "displaylogo": False,
        "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"],
        "toImageButtonOptions": {"filename": file_name(name, split), "scale": 2},
        "responsive": True,
    }
    usual = {"width": "stretch", "alt": alternative(fig, name, split, note, title)}
    shown = st.plotly_chart(fig, key=key or name, config=config, **{**usual, **options})
    takings(fig, name, key, split, note, tabled, title)
    return shown


def alternative(fig: Any, name: str, split: str = "", note: str = "", title: str = "") -> str:
    """A figure in words, for those who don't see it."""
    return f"{in_words(fig, title or _spoken(name), language.words())} {words(split, note)}"


def takings(
    fig: Any,
    name: str,
    key: str | None = None,
    split: str = "",
    note: str = "",
    tabled: bool = False,
    title: str = "",
) -> None:
    """The buttons below a Plotly figure: an HTML page that stands alone, and its numbers."""
    title, said = title or _spoken(name), words(split, note)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        button(
            say("Figure as HTML"),
            lambda: standalone(fig, title, said, language.current()).encode("utf-8"),
            f"{file_name(name, split)}.html",
            key=f"{key or name}_html",
            type="tertiary",
        )
        if not tabled:
            numbers(fig, name, key, split, title)


def numbers(figs: Any, name: str, key: str | None = None, split: str = "", title: str = "") -> None:
    """A button that opens a figure's sentence and its numbers as a table, with its csv; worked out when it is opened.
    figs: a Plotly figure, or several of one kind by their names."""
    several = isinstance(figs, Mapping)
    own = f"{key or name}_numbers"
    box = st.popover(say("The numbers"), icon=":material/table:", type="tertiary", key=own, on_change="rerun")
    if not box.open:
        return
    with box:
        if several:
            st.caption("; ".join(in_words(one, label, language.words()) for label, one in figs.items()))
        else:
            st.caption(in_words(figs, title or _spoken(name), language.words()))
        frame = all_in_numbers(figs) if several else in_numbers(figs)
        narrow = {column: st.column_config.Column(width="small") for column in frame.columns}
        table(frame, f"{name}-numbers", key=f"{own}_frame", split=split, column_config=narrow)


def picture(
    array: np.ndarray,
    name: str,
    key: str | None = None,
    caption: str | None = None,
    within: bool = False,
    **options: Any,
) -> None:
    """A u8 picture (H, W) or (H, W, 3) RGB with a button that downloads it as PNG; `options` go to st.image.

    within: the picture is sent in the message itself. Beside a camera that is on, runs follow each other so closely
    that a file of its own may be gone before the browser asks for it.
    """
    shown = jpeg_url(array, 92) if within else array
    st.image(shown, caption=caption, **{"width": "content", "alt": caption or _spoken(name), **options})
    png_button(array, name, key)


def _spoken(name: str) -> str:
    """A file's name as words."""
    return re.sub(r"[-_]", " ", name).capitalize()


def png_button(array: np.ndarray, name: str, key: str | None = None) -> None:
    """The button that downloads a u8 picture (H, W) or (H, W, 3) RGB as PNG."""
    file = f"{file_name(name)}.png"
    button(say("Picture as PNG"), lambda: encode_png(array), file, key=f"{key or name}_png", type="tertiary")
