"""RUNNING it: backup and restore, health, logs and the pages of a fault. Knows nothing of plans and reports."""
