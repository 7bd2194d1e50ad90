"""Fetching a calendar at an address somebody typed: public https only, bounded, and never one of our own machines.

The address is resolved once and the connection made to what was checked, so that a name cannot point elsewhere between
the check and the request; each redirection is checked again.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
from urllib.parse import SplitResult, urljoin, urlsplit

from django.conf import settings

TIMEOUT = 10
# A page that dribbles byte after byte holds nobody for longer than that.
PATIENCE = 30
MAX_BYTES = 8 * 1024 * 1024
MAX_REDIRECTIONS = 3
REDIRECTIONS = {301, 302, 303, 307, 308}
PIECE = 65536


class Unreachable(Exception):
    """The calendar could not be read this time; the sentence says why."""


def fetch(address: str) -> bytes:
    """Return what is at an address. Raises Unreachable."""
    deadline = time.monotonic() + PATIENCE
    for _ in range(MAX_REDIRECTIONS + 1):
        parts = checked(address)
        try:
            content, onward = _ask(parts, deadline)
            address = urljoin(address, onward)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Unreachable(f"L’adresse ne répond pas ({type(error).__name__}).") from error
        if content is not None:
            return content
    raise Unreachable("L’adresse renvoie sans cesse vers une autre.")


def checked(address: str) -> SplitResult:
    """The parts of an address we accept to read. Raises Unreachable."""
    try:
        parts = urlsplit(normal(address))
        port = parts.port
    except ValueError as error:
        raise Unreachable("Cette adresse n’est pas complète.") from error
    if not parts.hostname:
        raise Unreachable("Cette adresse n’est pas complète.")
    if not settings.CALENDARS_ON_PRIVATE_NETWORK and (parts.scheme != "https" or port not in (None, 443)):
        raise Unreachable("L’adresse doit commencer par https:// (ou webcal://).")
    if parts.scheme not in ("https", "http") or parts.username or parts.password:
        raise Unreachable("L’adresse doit commencer par https:// (ou webcal://).")
    return parts


def normal(address: str) -> str:
    """The address as a browser would ask it: webcal:// is https:// said otherwise."""
    text = address.strip()
    return f"https://{text[9:]}" if text.lower().startswith("webcal://") else text


def _ask(parts: SplitResult, deadline: float) -> tuple[bytes | None, str]:
    """One request: the text, or the address it sends to."""
    connection = _Pinned(parts)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("GET", path, headers={"Accept": "text/calendar, */*;q=0.1", "User-Agent": "emploi-dabord"})
        response = connection.getresponse()
        if response.status in REDIRECTIONS:
            return None, response.headers.get("Location", "")
        if response.status != http.client.OK:
            raise Unreachable(f"L’adresse refuse de donner le calendrier (réponse {response.status}).")
        return _read(response, deadline), ""
    finally:
        connection.close()


def _read(response: http.client.HTTPResponse, deadline: float) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while piece := response.read1(PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > MAX_BYTES:
            raise Unreachable("Ce calendrier est trop gros pour être lu.")
        if time.monotonic() > deadline:
            raise Unreachable("L’adresse répond trop lentement.")
    if response.length:  # bytes announced that never came
        raise Unreachable("Le calendrier reçu est coupé.")
    return b"".join(pieces)


class _Pinned(http.client.HTTPConnection):
    """A connection to the very machine that was checked, under the name that was typed."""

    def __init__(self, parts: SplitResult) -> None:
        secure = parts.scheme == "https"
        super().__init__(parts.hostname or "", parts.port or (443 if secure else 80), timeout=TIMEOUT)
        self._secure = secure

    def connect(self) -> None:
        """Resolve, refuse our own network, connect, and check the certificate against the name."""
        self.sock = socket.create_connection((_public_machine(self.host, self.port), self.port), TIMEOUT)
        if self._secure:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.host)


def _public_machine(host: str, port: int) -> str:
    """The first machine of a name, when all of them are on the public network."""
    found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not found:
        raise Unreachable("Cette adresse n’existe pas.")
    if not settings.CALENDARS_ON_PRIVATE_NETWORK and not all(_is_public(machine) for machine in found):
        raise Unreachable("Cette adresse mène à une machine interne : elle n’est pas lue.")
    return found[0]


def _is_public(machine: str) -> bool:
    """True for a machine anybody could reach; an IPv4 one hidden in IPv6 is seen through."""
    address = ipaddress.ip_address(machine.partition("%")[0])
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    return all(one.is_global and not one.is_multicast for one in (address, inner) if one is not None)
