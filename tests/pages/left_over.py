"""Which texts of a page are left in English while it speaks another language."""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from google.protobuf.json_format import MessageToDict
from streamlit.testing.v1 import AppTest

_SPOKEN = {"label", "body", "help", "placeholder", "text", "caption", "options", "content", "alt", "title", "formatted"}
_NAMES = {
    *("weak", "middling", "strong", "drawn", "compact", "large", "fast", "human", "English", "FER", "Lab", "FER2013"),
    *("FACS", "EMFACS", "TensorFlow", "LiteRT", "Grad", "CAM", "CSV", "csv", "JSON", "PNG", "HTML", "SmoothGrad"),
    *("VarGrad", "HiResCAM", "XGrad", "LayerCAM", "Guided", "Eigen", "Score", "RISE", "LRP", "DeepLIFT"),
    *("epsilon", "composite", "rescale"),
    *("FER_RUNS", "FOLDER", "saved", "NAME", "TOML", "docs", "lessons", "ECE", "McNemar", "Holm", "softmax"),
}
"""Names and abbreviations that are the same in every language."""


def texts(app: AppTest) -> Iterator[str]:
    """All texts of the page and its sidebar that somebody reads or hears."""
    for block in (app.main, app.sidebar):
        yield from _of_block(block)


def _of_block(block: Any) -> Iterator[str]:
    if getattr(block, "proto", None) is not None:
        yield from _spoken(MessageToDict(block.proto))
    for child in getattr(block, "children", {}).values():
        yield from _of_block(child)


def _spoken(record: Any, key: str = "") -> Iterator[str]:
    if isinstance(record, dict):
        for name, value in record.items():
            yield from _spoken(value, name)
    elif isinstance(record, list):
        for value in record:
            yield from _spoken(value, key)
    elif key == "spec":
        figure = json.loads(record)
        yield from (trace.get("name") or "" for trace in figure["data"])
        yield from _spoken(figure["layout"] | {"template": None})
    elif isinstance(record, str) and key in _SPOKEN:
        yield record


def is_english(text: str) -> bool:
    """Whether a text has English words: three in a row, or, where it has no Chinese, one that is no name."""
    bare = re.sub(r"<style.*?</style>|<[^>]*>", " ", text, flags=re.DOTALL)
    alternatives = " ".join(re.findall(r'(?:alt|title|aria-label)="([^"]*)"', text))
    bare = html.unescape(re.sub(r"`[^`]*`|:material/\w+:|\bAU\d+|\S*/\S+", " ", f"{bare} {alternatives}"))
    if re.search(r"[A-Za-z][a-z']+(?: [A-Za-z][a-z']*){2,}", bare):
        return True
    chinese = re.search(r"[\u4e00-\u9fff]", bare)
    return not chinese and any(word not in _NAMES for word in re.findall(r"[A-Za-z_]{3,}", bare))


def left_over(app: AppTest) -> list[str]:
    """The texts of a page that are still in English, each once."""
    return sorted({text for text in texts(app) if is_english(text)})
