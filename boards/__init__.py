"""What supervisors look at: rows, totals, filters, 总览, maps, difficulties, two periods, offices, an item's story, topics.

Reads alone: no models, nothing is stored here but a person's saved filters; sheets and papers print these numbers.
"""
