"""Paragraphs and tables → the draft of a plan or of a letter."""
