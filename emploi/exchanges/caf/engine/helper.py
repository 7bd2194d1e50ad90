"""The second process: it parses and validates the next dossiers while the first one writes the former ones.

`python -m emploi.exchanges.caf.engine.helper FILE ENCODING DEPARTMENT` reads lists of spans on its standard input and
answers lists of dossiers read, in the same order. It knows no database and stops by itself when its parent goes away.
A dossier that would kill a parser kills this process only: dossiers are then read one by one, that one refused.
"""

import contextlib
import copyreg
import gc
import os
import pickle
import queue
import struct
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import fields
from operator import attrgetter
from pathlib import Path
from types import TracebackType
from typing import IO, Any, ClassVar, Self

from emploi.exchanges.caf.engine.memory import peak_kb
from emploi.exchanges.caf.reading.parsing import DossierReader, Parsed
from emploi.exchanges.caf.reading.spans import Span
from emploi.exchanges.caf.schema import Refusal
from emploi.pathway.beneficiaries.facts import AddressFacts, HouseholdFacts, MemberFacts

SIZE = struct.Struct(">Q")
# What crosses the pipe, packed as (class, values): the default way, attribute by attribute, takes five times longer.
_PACKED = (Parsed, Refusal, HouseholdFacts, MemberFacts, AddressFacts)
ROOT = Path(__file__).resolve().parents[4]
_CRASHED = Refusal("crash", "La lecture de ce dossier échoue : il a été mis de côté.")


class Helper:
    """Reads dossiers in a second process: `submit` then, later, `collect`, in the same order."""

    # The largest memory one of them has held, for the report of the import.
    largest_kb: ClassVar[int] = 0

    def __init__(self, path: Path, encoding: str, department: str) -> None:
        self._arguments = [str(path), encoding, department]
        self._waiting: deque[Sequence[Span]] = deque()
        self._process = self._spawn()

    def submit(self, spans: Sequence[Span]) -> None:
        """Asks for dossiers to be read, without waiting."""
        self._waiting.append(spans)
        self._ask(spans)

    def collect(self) -> list[Parsed]:
        """The answer to the oldest request."""
        spans = self._waiting.popleft()
        answer = self._answer()
        return answer if answer is not None else self._one_by_one(spans)

    def read(self, spans: Sequence[Span]) -> list[Parsed]:
        """Reads dossiers and waits for them."""
        self.submit(spans)
        return self.collect()

    def close(self) -> None:
        """Stops the second process."""
        Helper.largest_kb = max(Helper.largest_kb, peak_kb(self._process.pid))
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()
        self._process.kill()
        self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _spawn(self) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "emploi.exchanges.caf.engine.helper", *self._arguments]
        # Our own module, in our own interpreter, no shell
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT)  # noqa: S603

    def _ask(self, spans: Sequence[Span]) -> None:
        try:
            _send(self._pipe(self._process.stdin), list(spans))
        except BrokenPipeError:
            return  # it died on a former request: collect() notices and starts again

    def _answer(self) -> list[Parsed] | None:
        received: list[Parsed] | None = _receive(self._pipe(self._process.stdout))
        return received

    def _one_by_one(self, spans: Sequence[Span]) -> list[Parsed]:
        """After a death: reads each dossier alone, sets aside the one that kills, then asks again for what waited."""
        found: list[Parsed] = []
        self._restart()
        for span in spans:
            self._ask([span])
            answer = self._answer()
            if answer is None:
                answer = [Parsed(span.number, None, _CRASHED)]
                self._restart()
            found += answer
        for later in self._waiting:
            self._ask(later)
        return found

    def _restart(self) -> None:
        self.close()
        self._process = self._spawn()

    @staticmethod
    def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
        if pipe is None:
            raise RuntimeError("le second processus n'a pas de canal")
        return pipe


def _pack_as_values(kind: type) -> None:
    values = attrgetter(*(field.name for field in fields(kind)))
    copyreg.pickle(kind, lambda thing: (kind, values(thing)))


for _kind in _PACKED:
    _pack_as_values(_kind)


def _send(pipe: IO[bytes], message: Any) -> None:
    data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    pipe.write(SIZE.pack(len(data)) + data)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> Any:
    """The next message, None when the other side is gone."""
    head = pipe.read(SIZE.size)
    if len(head) < SIZE.size:
        return None
    size = SIZE.unpack(head)[0]
    data = pipe.read(size)
    return pickle.loads(data) if len(data) == size else None  # noqa: S301 - our own child or parent


def _take_requests(requests: "queue.Queue[list[Span] | None]") -> None:
    while (message := _receive(sys.stdin.buffer)) is not None:
        requests.put(message)
    requests.put(None)


def main(path: str, encoding: str, department: str) -> None:
    """Answers requests until the parent closes its end."""
    reader = DossierReader(Path(path), encoding, department)
    requests: queue.Queue[list[Span] | None] = queue.Queue()
    # A thread drains the requests: the parent never blocks on writing while this process blocks on answering.
    threading.Thread(target=_take_requests, args=(requests,), daemon=True).start()
    # Nothing here makes cycles of objects: looking for them at every allocation would cost a tenth of the time.
    gc.freeze()
    gc.disable()
    with contextlib.suppress(BrokenPipeError):  # the parent was killed: nothing is left to say, and to nobody
        while (spans := requests.get()) is not None:
            _send(sys.stdout.buffer, reader.read(spans))
            gc.collect()
    # The interpreter would complain of the same broken pipe while closing.
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:4])
