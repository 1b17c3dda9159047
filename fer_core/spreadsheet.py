"""Tables as csv that a spreadsheet opens without running anything."""

import pandas as pd

_COMMANDS = ("=", "+", "-", "@", "\t", "\r")
"""What a cell begins with that Excel, LibreOffice or Google Sheets works out as a formula (OWASP, CSV injection)."""


def csv_text(frame: pd.DataFrame, index: bool = False) -> str:
    """The table as csv. Texts that a spreadsheet would take for a formula, headers and index too, get an apostrophe
    before them; numbers, and texts that are numbers, stay as they are."""
    safe = frame.copy(deep=False)
    for place, kind in enumerate(safe.dtypes):
        if not (pd.api.types.is_numeric_dtype(kind) or pd.api.types.is_datetime64_any_dtype(kind)):
            safe.isetitem(place, safe.iloc[:, place].astype(object).map(plain_cell))
    safe.columns = [plain_cell(name) for name in safe.columns]
    if index:
        safe.index = pd.Index([plain_cell(name) for name in safe.index], name=plain_cell(safe.index.name))
    return str(safe.to_csv(index=index))


def plain_cell(value: object) -> object:
    """The value, or, where it is a text that begins like a formula, the text behind an apostrophe."""
    if isinstance(value, str) and value.startswith(_COMMANDS) and not _is_number(value):
        return f"'{value}"
    return value


def _is_number(text: str) -> bool:
    if text[0] in "\t\r":
        return False
    try:
        float(text)
    except ValueError:
        return False
    return True
