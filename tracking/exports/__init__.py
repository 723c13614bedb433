"""What leaves the system: sheets and letters."""
