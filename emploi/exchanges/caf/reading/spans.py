"""The dossiers of a file, kept in a few bytes each: a hundred thousand of them fit in twenty megabytes."""

from array import array
from collections.abc import Iterator
from typing import NamedTuple

DIGEST = 32


class Span(NamedTuple):
    """One dossier of a file: its rank from 1, where it lies, its number and hash; `problem` when it is not whole."""

    number: int
    offset: int
    length: int
    claim_number: str
    content_hash: str
    problem: str = ""


class Spans:
    """Every dossier of a file in order; rank `n` is read by `spans.numbered(n)`."""

    __slots__ = ("_claims", "_digests", "_lengths", "_offsets", "_problems")

    def __init__(self) -> None:
        self._offsets = array("Q")
        self._lengths = array("Q")
        self._digests = bytearray()
        self._claims: list[str] = []
        self._problems: dict[int, str] = {}

    def add(self, offset: int, length: int, claim_number: str = "", digest: bytes = b"", problem: str = "") -> None:
        """Adds the next dossier; `digest` is the hash of its bytes, empty when it is not whole."""
        self._offsets.append(offset)
        self._lengths.append(length)
        self._digests += digest or bytes(DIGEST)
        self._claims.append(claim_number)
        if problem:
            self._problems[len(self._offsets)] = problem

    def numbered(self, number: int) -> Span:
        """The dossier of that rank, from 1."""
        at = number - 1
        problem = self._problems.get(number, "")
        digest = self._digests[at * DIGEST : number * DIGEST].hex()
        return Span(number, self._offsets[at], self._lengths[at], self._claims[at], "" if problem else digest, problem)

    def between(self, first: int, last: int) -> list[Span]:
        """The dossiers of ranks `first` to `last`, both included, as far as the file goes."""
        return [self.numbered(number) for number in range(first, min(last, len(self)) + 1)]

    def claims(self) -> list[str]:
        """The claim number of every dossier, in order, empty when it could not be found."""
        return self._claims

    def has_problems(self) -> bool:
        """Whether some dossier is not whole."""
        return bool(self._problems)

    def __len__(self) -> int:
        return len(self._offsets)

    def __iter__(self) -> Iterator[Span]:
        return (self.numbered(number) for number in range(1, len(self) + 1))
