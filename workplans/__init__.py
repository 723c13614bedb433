"""WHAT is to be done: organizations, offices, plans, items; who may do what (`access`); drafts made into rows.

Knows how a document is read (`importer`) and nothing of how its items are reported on.
"""
