"""What people read, in their language: sentences with named fields, and a catalogue for each language (GNU gettext)."""

from fer_core.languages.catalogue import DEFAULT, ENGLISH, LANGUAGES, Catalogue, catalogue, known
from fer_core.languages.sentence import Sentence

__all__ = ["DEFAULT", "ENGLISH", "LANGUAGES", "Catalogue", "Sentence", "catalogue", "known"]
