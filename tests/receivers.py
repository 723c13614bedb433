"""Receivers of messages: real HTTP servers on loopback that take, refuse, dawdle, talk nonsense, and are restarted."""

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

TAKEN = b'{"errcode": 0, "errmsg": "ok"}'


class Receiver:
    """Takes what is posted to it; `answers` holds (status, body) for the next requests, then all are taken.

    A status of None takes the parcel and closes without an answer; a body of None lets the sender wait until `release`.
    `accepted` are the requests that were taken: path with query, headers, JSON.
    """

    def __init__(self, port=0):
        """Start on a free port, or on `port` where one was there before."""
        self.answers, self.accepted, self.refused, self.release = [], [], 0, threading.Event()
        self.server = _Server(("127.0.0.1", port), _handler(self))
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    def url(self, path="/hook"):
        """Return an address of this receiver."""
        return f"http://127.0.0.1:{self.port}{path}"

    def stop(self):
        """End, and let go of whoever waits."""
        self.release.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def bodies(self):
        """Return the JSON of what was taken."""
        return [body for _, _, body in self.accepted]


class _Server(ThreadingHTTPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request, client_address):
        """Say nothing of a sender who hung up."""


def _handler(receiver):
    class Handler(BaseHTTPRequestHandler):
        """One request."""

        def do_POST(self):
            """Take the body, answer as told."""
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, answer = receiver.answers.pop(0) if receiver.answers else (200, TAKEN)
            if answer is None:
                receiver.release.wait(20)
                return
            if status is None or status == 200:
                receiver.accepted.append((self.path, dict(self.headers), body))
            else:
                receiver.refused += 1
            if status is None:
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response_only(status)
            if status in (301, 302, 307, 308):
                self.send_header("Location", answer.decode())
                answer = b""
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            """Say nothing."""

    return Handler


def query_of(path):
    """Return the query of a request's path as it was sent."""
    return urlsplit(path).query
