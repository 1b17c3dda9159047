"""What the architectures' options share."""

from fer_core.errors import FerError


def scaled(count: int, width: float) -> int:
    """`count` times `width`, at least 1, rounded to a whole number of filters."""
    return max(1, round(count * width))


def check_range(name: str, value: float, low: float, high: float) -> None:
    """Raises FerError where an option lies outside its range."""
    if not low <= value <= high:
        raise FerError(f"The option {name} must lie between {low} and {high}, not {value}.")
