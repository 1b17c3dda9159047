"""How the page's tables show their numbers; what is downloaded keeps the plain ones."""

from typing import Any

import pandas as pd
import streamlit as st

_PERCENT = ("confidence", "coverage", "self_confidence", "accuracy", "precision", "recall", "f1", "p_")


def columns(frame: pd.DataFrame) -> dict[str, Any]:
    """Column configuration of a frame: shares in percent, names with spaces for underscores, rows without commas."""
    config = {}
    for name in frame.columns:
        label = str(name).replace("_", " ").replace("f1", "F1").replace("roc auc", "ROC AUC")
        if frame[name].dtype.kind == "f" and str(name).startswith(_PERCENT):
            config[name] = st.column_config.NumberColumn(label, format="percent")
        else:
            config[name] = st.column_config.Column(label)
    return config
