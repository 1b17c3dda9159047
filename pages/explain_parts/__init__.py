"""Parts of the Explain page, one a file."""
