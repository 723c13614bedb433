"""Tables out and back: columns declared once, any table as a workbook or CSV, a bureau's own layouts, the offline sheet, the long table.

Prints what `boards` counts and brings back what `tracking` records; it keeps no rule of its own about a report.
"""
