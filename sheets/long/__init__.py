"""All reports of a choice as one long table, written in the background."""
