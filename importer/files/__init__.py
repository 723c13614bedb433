"""Bytes → lines and tables, one reader a form of file."""
