"""How gunicorn serves the pages: a few processes with threads, since a page waits for the database mostly."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

from config.children import end_with_parent

wsgi_app = "config.wsgi:application"
workers = int(os.environ.get("ANAMNESIS_WEB_PROCESSES", "2"))
worker_class = "gthread"
threads = int(os.environ.get("ANAMNESIS_WEB_THREADS", "8"))
preload_app = True

timeout = 60
graceful_timeout = 5
keepalive = 5
max_requests = 5000
max_requests_jitter = 500
limit_request_line = 8190
forwarded_allow_ips = os.environ.get("ANAMNESIS_PROXY_IPS", "127.0.0.1,::1")

accesslog = None
errorlog = "-"
loglevel = "warning"
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - a heartbeat file, not data


def when_ready(server: Any) -> None:
    """Once, before the processes fork: the first page and the first drug list are as quick as any other."""
    from config.first_answers import prepared  # noqa: PLC0415 - Django is set up by now, not before

    prepared()


def post_fork(server: Any, worker: Any) -> None:
    """Let a web process end with its master, even when that is killed."""
    end_with_parent(signal.SIGTERM)()
