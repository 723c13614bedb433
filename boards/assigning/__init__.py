"""责任科室 of many items on one page: the table, what it proposes and why, what comes back of it."""
