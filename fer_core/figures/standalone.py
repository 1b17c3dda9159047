"""A figure as a file that stands alone: with its axis labels inside, a title, and what it shows in words."""

from html import escape
from textwrap import wrap
from typing import Any

_STYLE = """
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 1rem auto; padding: 0 1rem; color: #1c2321; }
h1 { font-size: 1.25rem; margin-bottom: .2rem; } .note { color: #5a635f; font-size: .9rem; }
"""


def standalone(figure: Any, title: str, note: str = "", language: str = "en") -> str:
    """An HTML page with one Plotly figure; Plotly's own script goes into it, so that it opens without a network.

    On the screen Streamlit's theme makes room for the axis labels; in the file the axes do so themselves, and long
    titles of axes are broken, for phones. The figure given is not changed.
    """
    import plotly.graph_objects as go

    own = go.Figure(figure)
    own.update_layout(template="plotly_white", paper_bgcolor="white", plot_bgcolor="white")
    for axis in [*own.select_xaxes(), *own.select_yaxes()]:
        axis.automargin = True
        if axis.title.text:
            axis.title.text = "<br>".join(wrap(axis.title.text, 26))
    body = own.to_html(include_plotlyjs=True, full_html=False, config={"displaylogo": False, "responsive": True})
    words = f'<p class="note">{escape(note)}</p>' if note else ""
    return (
        f'<!doctype html>\n<html lang="{escape(language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><h1>{escape(title)}</h1>{words}{body}</body></html>\n"
    )
