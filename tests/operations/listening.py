"""Hear what the root logger says, in a format of ours and instead of the terminal."""

import io
import json
import logging

from operations.logs import JsonFormatter


class Listener:
    """`with Listener() as log: …; log.lines, log.text`."""

    def __init__(self, formatter=None):
        self.handler = logging.StreamHandler(io.StringIO())
        self.handler.setFormatter(formatter or JsonFormatter())

    def __enter__(self):
        self.root = logging.getLogger()
        self.kept, self.root.handlers = self.root.handlers, [self.handler]
        return self

    def __exit__(self, *problem):
        self.root.handlers = self.kept

    @property
    def text(self):
        """Return all of it."""
        return self.handler.stream.getvalue()

    @property
    def lines(self):
        """Return the objects of JSON lines."""
        return [json.loads(line) for line in self.text.splitlines()]
