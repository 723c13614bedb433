"""The application, with an answer that takes a while: for tests that stop the server meanwhile."""

import time

from config.wsgi import application as answer

SECONDS = 3


def application(environ, start_response):
    """Wait before /readyz is answered."""
    if environ["PATH_INFO"] == "/readyz":
        time.sleep(SECONDS)
    return answer(environ, start_response)
