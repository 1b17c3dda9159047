"""Runs side by side: curves, tables of settings and scores, and the report's figures beside ours."""
