"""Parts of the Robustness page, one a file."""
