"""Lines → paragraphs, numbers and marked passages; nothing here knows what a plan is."""
