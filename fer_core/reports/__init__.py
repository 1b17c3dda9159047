"""Pages that stand alone: what was compared, as one HTML file."""
