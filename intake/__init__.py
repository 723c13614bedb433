"""A document comes in: upload → check → confirm; revised plans and letters of progress too; one journey, one set of pages.

No models of its own: drafts are rows of `workplans`, what a letter reports goes through `tracking`.
"""
