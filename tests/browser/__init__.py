"""Tests that drive a real browser (Debian's Chromium) against a live server."""
