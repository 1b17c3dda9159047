"""What pages share: cached loaders, the run picker, layout, downloads, components."""
