"""Setting what a page keeps in its address, as a link would."""

from typing import Any

from streamlit.testing.v1 import AppTest

from pages.ui.address import State


def ask(app: AppTest, state: State, **values: Any) -> None:
    """Puts values into the address, or, where the page does not keep them there, into the session."""
    for name, value in values.items():
        if name not in state.fields:
            app.session_state[name] = value
        elif value is None:
            app.query_params.pop(name, None)
        else:
            texts = state.fields[name].texts(value)
            app.query_params[name] = texts[0] if len(texts) == 1 else texts
