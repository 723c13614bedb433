"""An office's sheet out and back: template, reading, preview, saving."""
