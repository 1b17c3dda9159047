"""The rooms of the Confusion page."""
