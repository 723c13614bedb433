"""Other systems read plans and reports here and hand in the reports of an office, under `/api/v1/`. Off unless API=1.

No models and no law of its own: a token stands like a person of one organization (`access.stand_for`), rows come from
`visible_to`, reports are written by `recording.record` and `workflow.perform`.
"""
