"""Parts of the Filters page, one a file."""
