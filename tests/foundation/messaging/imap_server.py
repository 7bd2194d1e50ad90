"""A small mailbox served over IMAP, read only, that misbehaves on purpose."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime


class ImapServer(socketserver.ThreadingTCPServer):
    """`mails` by number; `commands` what was asked; `refuses` the words answered NO; `cuts` those that cut the line.

    `arrived` says on which day a message came; one without a day came today.
    """

    allow_reuse_address = True
    daemon_threads = True
    mails: dict[int, bytes]
    arrived: dict[int, date]
    validity: int
    commands: list[str]
    refuses: set[str]
    cuts: set[str]


class _Handler(socketserver.StreamRequestHandler):
    server: ImapServer

    def handle(self) -> None:
        self._say("* OK essai")
        for raw in self.rfile:
            tag, _, order = raw.decode().strip().partition(" ")
            words = order.upper().split()
            word = words[1] if words[0] == "UID" else words[0]
            self.server.commands.append(order)
            if word in self.server.cuts:
                return
            if word in self.server.refuses:
                self._say(f"{tag} NO non")
                continue
            self._answer(word, order)
            self._say(f"{tag} OK fait")
            if word == "LOGOUT":
                return

    def _answer(self, word: str, order: str) -> None:
        if word == "CAPABILITY":
            self._say("* CAPABILITY IMAP4rev1")
        elif word in ("SELECT", "EXAMINE"):
            self._say(f"* {len(self.server.mails)} EXISTS")
            self._say(f"* OK [UIDVALIDITY {self.server.validity}] essai")
        elif word == "SEARCH":
            first = int(re.search(r"(\d+):\*", order).group(1))
            said = re.search(r"SINCE (\S+)", order)
            since = datetime.strptime(said.group(1), "%d-%b-%Y").date() if said else date.min
            newer = [
                uid for uid in self.server.mails if uid >= first and self.server.arrived.get(uid, date.max) >= since
            ]
            # « n:* » gives the last one back when nothing is newer (RFC 3501 §6.4.8).
            last = [max(self.server.mails)] if self.server.mails and said is None else []
            found = newer or last
            self._say(f"* SEARCH {' '.join(map(str, sorted(found)))}".rstrip())
        elif word == "FETCH":
            uid = int(re.search(r"FETCH (\d+)", order).group(1))
            limit = int(re.search(r"<0\.(\d+)>", order).group(1))
            mail = self.server.mails.get(uid)
            if mail is not None:
                part = mail[:limit]
                self.wfile.write(f"* 1 FETCH (UID {uid} RFC822.SIZE {len(mail)} BODY[]<0> {{{len(part)}}}\r\n".encode())
                self.wfile.write(part + b")\r\n")
        elif word == "LOGOUT":
            self._say("* BYE")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def imap_server() -> Iterator[ImapServer]:
    server = ImapServer(("127.0.0.1", 0), _Handler)
    server.mails, server.arrived, server.validity, server.commands = {}, {}, 7, []
    server.refuses, server.cuts = set(), set()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
