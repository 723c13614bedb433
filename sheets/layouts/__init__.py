"""The bureau's own layouts of sheets: which columns, in which order, under which headings."""
