"""Finding words in reports and items: the index and the query."""
