"""日历: the days a person has to keep, as entries and as an .ics file."""
