"""Stored databases of every released version, and how they are made: see README.md."""
