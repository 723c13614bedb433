"""The shortest application: what is looked at are the connections to it."""


def application(environ, start_response):
    """Read what was sent and answer."""
    environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "3")])
    return [b"ok\n"]
