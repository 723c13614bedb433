"""The web server's settings, for `make run` and for production: `gunicorn --config config/gunicorn.py config.wsgi`.

BIND is the address (host:port or unix:/path), WEB_CONCURRENCY the number of processes.
"""

import os

bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 8  # ten people who send large files at once leave some for everybody else
preload_app = True  # one copy of the code in memory, and a broken one stops at once instead of restarting for ever
timeout = 120  # a workbook of thousands of rows may take a while
keepalive = (
    75  # seconds an idle connection stays: longer than the proxy keeps it (60), so that only the proxy closes one
)
max_requests = 5000
max_requests_jitter = 500
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # heartbeats never wait for a disk
control_socket_disable = True  # two servers of one user would share it
graceful_timeout = 60  # seconds a running request has to finish after SIGTERM (stop, restart, upgrade)
loglevel = "warning"
accesslog = None
# The server's own lines in the form of the application's (docs/operations.md).
logconfig_dict = {
    "formatters": {"json": {"()": "operations.logs.JsonFormatter"}, "text": {"()": "operations.logs.TextFormatter"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": os.environ.get("LOG_FORMAT", "text" if os.environ.get("DJANGO_DEMO") else "json"),
        }
    },
    "loggers": {
        "gunicorn.error": {"level": "WARNING", "handlers": ["console"], "propagate": False},
        "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
    },
    "root": {"level": "WARNING", "handlers": ["console"]},
}


def when_ready(server):
    """Say where the application is, as soon as it answers."""
    names = map(str, server.LISTENERS)  # under systemd the socket it holds for us, whatever BIND says
    addresses = "、".join(f"{name}/" if name.startswith("http") else name for name in names)
    print(f"服务已启动：{addresses} （按 Ctrl+C 停止）", flush=True)
