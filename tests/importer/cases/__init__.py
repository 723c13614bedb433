"""Small documents with their right readings: each stands for a kind found in real documents."""
