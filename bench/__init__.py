"""Speed as a number anybody can repeat: `make bench`; how to read and how to add: docs/performance.md."""
