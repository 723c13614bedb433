"""Periods: the calendar of a year, opening and closing, who has not reported, urging."""
