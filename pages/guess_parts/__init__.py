"""Parts of the page "Guess the label"."""
