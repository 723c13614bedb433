"""The pages of papers: the list, compiling, signing, templates."""
