"""2,000 requests through nginx over kept connections, idle for about as long as one side or the other keeps them.

`python -m tests.deployment.kept_connections` runs the seconds of deploy/nginx.conf and config/gunicorn.py as they are and
takes half an hour; the suite runs the same with both made shorter in one proportion. A connection that the application
ends first is met by a request now and then, and nginx asks again for a GET but never for a POST: the person reads 502.
"""

import re
import subprocess
import tempfile
import threading
import time
from collections import Counter
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from tests.postgres import free_port
from tests.reliability.sites import ROOT, new_site

PEOPLE = 40  # at once; nginx keeps 16 connections to the application
FRAME = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log; worker_processes 1;
events {{ worker_connections 512; }}
http {{
    access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    {ours}
}}
"""


def kept_by_nginx() -> float:
    """The seconds of deploy/nginx.conf."""
    return float(re.search(r"keepalive_timeout (\d+)s;", configuration())[1])


def configuration() -> str:
    """deploy/nginx.conf as it is."""
    return (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")


def on_this_machine(port: int, application: int, seconds: float) -> str:
    """Our configuration with addresses of the loopback, without certificates, and with another time."""
    ours = re.sub(r"server \{\s+listen 80;.*?\n\}\n", "", configuration(), flags=re.DOTALL)
    ours = re.sub(r"^\s+ssl_.*\n", "", ours, flags=re.MULTILINE)
    for theirs, own in (
        ("listen 443 ssl http2;", f"listen 127.0.0.1:{port};"),
        ("unix:/run/taizhang.sock", f"127.0.0.1:{application}"),
        ("keepalive_timeout 60s;", f"keepalive_timeout {round(seconds * 1000)}ms;"),
    ):
        if theirs not in ours:
            raise ValueError(f"deploy/nginx.conf does not say {theirs}")
        ours = ours.replace(theirs, own)
    return ours


@contextmanager
def behind_nginx(application: int, seconds: float):
    """Run nginx before the application; yield its port."""
    with tempfile.TemporaryDirectory(prefix="nginx-") as folder:
        port, path = free_port(), Path(folder) / "nginx.conf"
        path.write_text(FRAME.format(folder=folder, ours=on_this_machine(port, application, seconds)))
        process = subprocess.Popen(["nginx", "-c", path], stderr=subprocess.DEVNULL)
        try:
            wait_for(port)
            yield port
        finally:
            process.terminate()
            process.wait()


def wait_for(port, patience=20):
    """Wait until nginx passes a request on."""
    deadline = time.monotonic() + patience
    while ask(HTTPConnection("127.0.0.1", port, timeout=5), "GET") != "200":
        if time.monotonic() > deadline:
            raise RuntimeError("nginx does not answer")
        time.sleep(0.05)


def ask(connection, method) -> str:
    """Send one request; return the status, or the name of what went wrong."""
    try:
        connection.request(method, "/healthz", b"x" if method == "POST" else None)
        response = connection.getresponse()
        response.read()
        return str(response.status)
    except (OSError, HTTPException) as problem:
        connection.close()
        return type(problem).__name__


def burst(connections) -> Counter:
    """Let everybody send a POST and a GET at the same moment; return how often each answer came."""
    answers = []

    def send(connection):
        answers.extend((ask(connection, "POST"), ask(connection, "GET")))

    threads = [threading.Thread(target=send, args=[connection]) for connection in connections]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(answers)


def run(by_nginx: float, by_application: int, gaps) -> Counter:
    """Send a burst, idle, send the next: return how often each answer came. `gaps` are the seconds between."""
    keeping = {"GUNICORN_CMD_ARGS": f"--keep-alive {by_application}"}
    with (
        new_site() as site,
        site.serving("tests.deployment.echo", **keeping) as server,
        behind_nginx(server.port, by_nginx) as port,
    ):
        connections = [HTTPConnection("127.0.0.1", port, timeout=60) for _ in range(PEOPLE)]
        answers = burst(connections)
        for gap in gaps:
            time.sleep(gap)
            answers += burst(connections)
        for connection in connections:
            connection.close()
        return answers


def main():
    """The seconds of production: 25 bursts of 80 requests, with 24 gaps from just below 60 s to just above 75 s."""
    gaps = [59.5 + 0.68 * step for step in range(24)]
    answers = run(kept_by_nginx(), 75, gaps)
    print(f"{answers.total()} requests, idle for {gaps[0]:.1f} to {gaps[-1]:.1f} s between: {dict(answers)}")


if __name__ == "__main__":
    main()
