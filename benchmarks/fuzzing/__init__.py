"""What benchmarks/fuzz.py is made of: whole files, ways to damage them, ways into the lab, and a guarded worker."""
