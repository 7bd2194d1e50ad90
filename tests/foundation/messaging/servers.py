"""Small local servers that misbehave on purpose: an SMS gateway and a mail server."""

from __future__ import annotations

import json
import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HANG = "hang"


class Gateway(ThreadingHTTPServer):
    """An operator: `script` holds what to answer next (a status, a status and a code, HANG); `received` what came."""

    script: list[Any]
    received: list[dict[str, Any]]


class _GatewayHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Gateway

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append({**json.loads(body), "authorization": self.headers["Authorization"]})
        answer = self.server.script.pop(0) if self.server.script else 202
        if answer == HANG:
            time.sleep(1.5)
            self.close_connection = True
            return
        answer, code = answer if isinstance(answer, tuple) else (answer, "")
        said = {"id": "op-1", "error": "raison", **({"code": code} if code else {})}
        content = b"<html>not json" if answer == 500 else json.dumps(said).encode()
        self.send_response(answer)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def gateway() -> Iterator[Gateway]:
    server = Gateway(("127.0.0.1", 0), _GatewayHandler)
    server.script, server.received = [], []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


class MailServer(socketserver.ThreadingTCPServer):
    """A mail server: `script` maps a command (RCPT, DATA, END) to the answers to give; `mails` what was accepted."""

    allow_reuse_address = True
    daemon_threads = True
    script: dict[str, list[str]]
    mails: list[bytes]


class _MailHandler(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._say("220 essai")
        for raw in self.rfile:
            word = raw.decode().strip().upper()[:4]
            if word == "QUIT":
                self._say("221 au revoir")
                return
            if word != "DATA":
                self._scripted(word, "250 essai")
            elif self._scripted("DATA", "354 parlez") and not self._take():
                return

    def _take(self) -> bool:
        """Read the text of a mail; False when the script cuts the connection there."""
        lines = list(iter(self.rfile.readline, b".\r\n"))
        if "CUT" in self.server.script.get("END", []):
            self.server.script["END"].remove("CUT")
            self.connection.shutdown(socket.SHUT_RDWR)
            return False
        if self._scripted("END", "250 pris"):
            self.server.mails.append(b"".join(lines))
        return True

    def _scripted(self, word: str, default: str) -> bool:
        answers = self.server.script.get(word, [])
        answer = answers.pop(0) if answers else default
        self._say(answer)
        return answer[0] in "23"

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def mail_server() -> Iterator[MailServer]:
    server = MailServer(("127.0.0.1", 0), _MailHandler)
    server.script, server.mails = {}, []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
