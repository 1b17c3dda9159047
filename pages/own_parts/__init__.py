"""Parts of the page Our own faces."""
