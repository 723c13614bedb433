"""人员: the people of an organization by workbook, their first passwords on slips of paper, and those who left."""
