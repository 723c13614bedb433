"""What `make` runs before the virtual environment exists: standard library only."""
