"""The one error that users are meant to read."""


class FerError(ValueError):
    """Bad input. Its message is one sentence: what was wrong, with the value seen, and what to do."""
