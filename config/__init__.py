"""Puts the house together: settings, urls, the admin site, the server; everything may be imported here and nobody imports it."""
