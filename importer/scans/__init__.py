"""Scans and photographs of pages -> printed lines with their place, each character with how sure the reader is of it."""
