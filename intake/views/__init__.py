"""The pages of the journey: what waits, the document beside what was understood, confirming."""
