"""Calendars as Outlook and others write them, and a small server that gives them, or misbehaves."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HANG, CUT = "hang", "cut"


def event(uid: str, *lines: str) -> str:
    return "\r\n".join(
        ["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20261101T000000Z", "SUMMARY:Privé", *lines, "END:VEVENT"]
    )


def calendar(*events: str, head: str = "") -> bytes:
    parts = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Essai//FR", *([head] if head else []), *events]
    return "\r\n".join([*parts, "END:VCALENDAR", ""]).encode()


def from_to(start: str, stop: str, zone: str = "Europe/Paris") -> tuple[str, str]:
    return f"DTSTART;TZID={zone}:{start}", f"DTEND;TZID={zone}:{stop}"


class Calendars(ThreadingHTTPServer):
    """`script` holds what to answer next (bytes, a status, a redirection, HANG, CUT), the last one for ever."""

    script: list[Any]
    asked: list[str]


class _Handler(BaseHTTPRequestHandler):
    server: Calendars

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        answer = self.server.script.pop(0) if len(self.server.script) > 1 else self.server.script[0]
        if answer == HANG:
            time.sleep(1.5)
            return
        if isinstance(answer, tuple):
            self.send_response(302)
            self.send_header("Location", answer[1])
            self.end_headers()
            return
        status, content = (200, answer) if isinstance(answer, bytes) else (200, b"")
        if isinstance(answer, int):
            status, content = answer, b"non"
        self.send_response(status)
        self.send_header("Content-Length", "100" if answer == CUT else str(len(content)))
        self.end_headers()
        self.wfile.write(b"BEGIN:VCALENDAR" if answer == CUT else content)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def serving(*script: Any) -> Iterator[Calendars]:
    server = Calendars(("127.0.0.1", 0), _Handler)
    server.script, server.asked = list(script), []
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
