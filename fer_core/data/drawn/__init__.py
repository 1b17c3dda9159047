"""Drawn faces: from facial action units to labelled 48 x 48 pictures, with the pixels that each unit moves."""
