"""One module for each group of measurements; see `bench/registry.py`."""
