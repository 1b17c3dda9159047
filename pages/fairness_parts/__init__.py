"""Parts of the page "Fair to whom?", one a file."""
