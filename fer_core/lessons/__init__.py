"""Lessons as data: one TOML file each, read and checked without a page."""

from fer_core.lessons.reading import Lesson, LessonStep, parse, read
from fer_core.lessons.shelf import Shelf, shelf

__all__ = ["Lesson", "LessonStep", "Shelf", "parse", "read", "shelf"]
