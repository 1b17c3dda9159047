"""Everything that knows Streamlit: one module a page, shared parts in pages/ui."""
