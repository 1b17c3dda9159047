"""What a page shows, written down: a line for each element, with its words, choices, values and the numbers of figures.

See `tests/accepted.py`.
"""

import base64
import json
import re
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from google.protobuf.json_format import MessageToDict
from streamlit.testing.v1 import AppTest

from pages.ui import states
from tests.accepted import as_accepted, masked
from tests.conftest import REPO
from tests.pages.state import ask

KEPT = Path(__file__).resolve().parent / "transcripts"
_LEFT_OUT = {
    "id", "elementId", "formId", "setValue", "ignoreRerun", "deferredFileId", "url", "fileUrlsJson", "componentName",
    "wrap", "elementType", "gapConfig", "heightConfig", "widthConfig", "width", "height", "weight", "theme",
    "hideAnchor", "columnOrder", "scale", "align", "justify", "verticalAlignment", "gap", "config", "fragmentId",
    "useContainerWidth", "editingMode", "allowEmpty", "icon", "type", "selectAll", "acceptNewOptions", "tag",
    "labelVisibility", "flexContainer", "jsContent", "cssContent", "htmlContent", "open", "placeholder",
}  # fmt: skip
"""How it looks, and what differs from one machine to another."""
_SHOWN = 8
"""So many numbers of an array stand in full, and so many rows of a table."""
_DIGITS = 4
_LONG = 1600
_OF_PYTEST = re.compile(rf"{re.escape(tempfile.gettempdir())}/pytest-of-[^/]+/pytest-\d+(/popen-gw\d+)?/[^/\s`]+")


def opened(page: str, **state: Any) -> AppTest:
    """A page, as "runs.py", opened by itself with what its address says."""
    app = AppTest.from_file(str(REPO / "pages" / page), default_timeout=120)
    ask(app, states.of(page.removesuffix(".py")), **state)
    return app.run()


def agrees(app: AppTest, name: str, exact: bool = True) -> None:
    """Fails where the page shows something else than the accepted transcript says. exact: False for pages on which a
    network answers, see `masked`."""
    assert not app.exception, app.exception[0].message
    address = ", ".join(f"{key}={app.query_params[key]}" for key in sorted(app.query_params))
    written = "\n".join([f"address: {address}", *_lines(app.main)])
    written = _OF_PYTEST.sub("(folder)", written)
    if not exact:
        written = masked(written)
    written = "\n".join(map(_cut, written.splitlines()))
    as_accepted(written, KEPT / f"{name}.txt")


def _lines(block: Any, depth: int = 0) -> Iterator[str]:
    proto = getattr(block, "proto", None)
    said = "" if proto is None else _said(block.type, proto)
    if said:
        yield f"{'  ' * depth}{block.type}: {said}"
    for child in getattr(block, "children", {}).values():
        yield from _lines(child, depth + bool(said))


def _said(kind: str, proto: Any) -> str:
    if hasattr(proto, "arrow_data") and proto.arrow_data.data:
        return _table(proto.arrow_data.data)
    record = _pruned(MessageToDict(proto))
    if kind == "plotly_chart":
        return _figure(json.loads(proto.spec))
    return _text(record)


def _pruned(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {key: _pruned(one) for key, one in value.items() if key not in _LEFT_OUT}
        return {key: one for key, one in kept.items() if one not in ({}, [], None, "")}
    return [_pruned(one) for one in value] if isinstance(value, list) else value


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(f"{key}={_text(one)}" for key, one in value.items())
    if isinstance(value, list):
        many = f" ... {len(value)} in all" if len(value) > 3 * _SHOWN else ""
        return f"[{', '.join(map(_text, value[: 3 * _SHOWN]))}{many}]"
    if isinstance(value, float):
        return f"{value:.{_DIGITS}g}"
    return _plain(value) if isinstance(value, str) else str(value)


def _plain(text: str) -> str:
    """Without style and tags' dress, pictures by a sum over their bytes, long numbers shortened."""
    if text.startswith(("{", "[")):
        try:
            return _text(_pruned(json.loads(text)))
        except ValueError:
            pass
    text = re.sub(r"<style.*?</style>", "", text, flags=re.DOTALL)
    text = re.sub(r"data:[\w/+-]+;base64,([\w+/=]+)", lambda one: f"sum {_sum(base64.b64decode(one[1]))}", text)
    text = re.sub(r"-?\d+\.\d{4,}(e-?\d+)?", lambda one: f"{float(one[0]):.{_DIGITS}g}", text)
    return " ".join(text.split())


def _cut(line: str) -> str:
    """A line of thousands of letters by its beginning and a sum over all of it."""
    if len(line) <= _LONG:
        return line
    return f"{line[: _LONG // 2]} ... {len(line)} letters, {_sum(line.encode())}"


def _sum(data: bytes) -> str:
    return f"{zlib.crc32(data):08x}"


def _table(data: bytes) -> str:
    frame = pa.ipc.open_stream(data).read_pandas()
    rows = [f"[{', '.join(_text(_scalar(value)) for value in row)}]" for row in frame.head(_SHOWN).to_numpy().tolist()]
    return f"{len(frame)} rows of [{', '.join(map(str, frame.columns))}]: {' '.join(rows)}"


def _scalar(value: Any) -> Any:
    if isinstance(value, bytes):
        return f"sum {_sum(value)}"
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value


def _figure(spec: dict[str, Any]) -> str:
    layout = {key: value for key, value in spec["layout"].items() if key not in ("template", "height", "margin")}
    return f"{_text(_numbers(_pruned(layout)))} {' | '.join(_text(_numbers(one)) for one in spec['data'])}"


def _numbers(value: Any) -> Any:
    """Plotly's packed arrays unpacked; long ones by their ends and their sum."""
    if isinstance(value, dict) and "bdata" in value:
        array = np.frombuffer(base64.b64decode(value["bdata"]), np.dtype(value["dtype"]))
        return _short(array.tolist())
    if isinstance(value, dict):
        return {key: _numbers(one) for key, one in value.items() if key not in ("uid", "template")}
    return _short(value) if isinstance(value, list) else value


def _short(values: list[Any]) -> Any:
    numbers = [one for one in values if isinstance(one, int | float) and not isinstance(one, bool)]
    if len(values) <= 2 * _SHOWN or len(numbers) < len(values):
        return [_numbers(one) for one in values]
    total = float(np.nansum(np.array(numbers, np.float64)))
    return f"{_text(values[:_SHOWN])} to {_text(values[-1])}, {len(values)} in all, sum {total:.{_DIGITS}g}"
