"""The played year of `make run`: bureaus of fixtures/ that report, are late, are sent back; nothing else imports it."""
