"""Numbers of filters or epochs as people write them."""

from fer_core.errors import FerError


def parse_numbers(text: str, count: int, what: str = "filter", first: int = 0) -> list[int]:
    """Numbers from "0-3, 7": [0, 1, 2, 3, 7], each once.

    Raises FerError, naming what is counted, for no such list or a number outside first to count - 1.
    """
    found: list[int] = []
    for part in text.replace(";", ",").split(","):
        ends = [end.strip() for end in part.split("-")]
        if not all(end.isdecimal() and end.isascii() for end in ends) or len(ends) > 2:
            raise FerError(f"{part.strip()!r} is no {what} number and no range; write say 0-15 or 3, 7, 20-23.")
        low, high = int(ends[0]), int(ends[-1])
        if low < first or low > high or high >= count:
            raise FerError(f"{part.strip()} is not within the {what}s, {first} to {count - 1}.")
        found.extend(range(low, high + 1))
    return list(dict.fromkeys(found))
