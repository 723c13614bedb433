"""HOW it goes: periods, reports and what becomes of them, the lamps, notices, search; the models and the admin of all that.

Knows the plan it reports on (`workplans`), and nothing of the pages that look at many reports, of tables or of papers.
"""
