"""填报表: an office's own sheet for a period, filled in offline and brought back (docs/adr/0010)."""
