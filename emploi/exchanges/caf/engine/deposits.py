"""A folder where somebody else deposits files: opened once, read by names that never lead elsewhere.

Who may deposit may also plant a link, a pipe, or swap a file between two looks. Everything here goes through the
descriptor of the folder, follows no link, and erases only the very file that was read.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Self

from emploi.foundation.errors import DomainError

HALF_WRITTEN = (".part", ".tmp", ".filepart")
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Not to wait for a pipe that nobody writes to.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NOTE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
NOT_A_FILE = "ce n’est pas un fichier ordinaire (lien, tube ou fichier à deux noms) : il n’est pas lu. Retirez-le."
NOT_ALLOWED = "Le produit n’a pas le droit de lire ce fichier : donnez ce droit à son compte, il sera lu ensuite."


class NotAFile(DomainError):
    """What waits under that name is a link, a pipe, a file that has another name elsewhere, or one we may not read."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One name of the folder as it stood at one look."""

    name: str
    size: int
    modified_at: float
    identity: tuple[int, int]
    is_plain: bool

    def is_same(self, other: Seen | None) -> bool:
        """Whether nothing moved between two looks."""
        return self == other


class Deposits:
    """An open folder of deposits; close it, or use it as a context."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fd = _opened(str(path), f"« {path} » n'est pas un dossier.")
        try:
            _check_owner(self._fd, path)
        except DomainError:
            self.close()
            raise

    def close(self) -> None:
        """Lets the folder go."""
        os.close(self._fd)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def seen(self) -> list[Seen]:
        """What waits, sub-folders, hidden and half-written names left alone."""
        found = (self._look(name) for name in _names(self._fd) if not is_ignored(name))
        return [look for look in found if look is not None]

    @contextmanager
    def opened(self, name: str) -> Iterator[tuple[BinaryIO, Seen]]:
        """The file of that name and what it is. Raises NotAFile, FileNotFoundError."""
        try:
            handle = os.open(name, _FILE, dir_fd=self._fd)
        except FileNotFoundError:
            raise
        except PermissionError as error:
            raise NotAFile(NOT_ALLOWED) from error
        except OSError as error:  # ELOOP for a link, ENXIO for a socket
            raise NotAFile(NOT_A_FILE) from error
        with os.fdopen(handle, "rb") as stream:
            seen = _described(name, os.fstat(stream.fileno()))
            if not seen.is_plain:
                raise NotAFile(NOT_A_FILE)
            yield stream, seen

    def erase(self, read: Seen) -> bool:
        """Erases the file that was read; False when another one took its name meanwhile: that one stays."""
        if not read.is_same(self._look(read.name)):
            return False
        os.unlink(read.name, dir_fd=self._fd)
        return True

    def note(self, folder: str, name: str, text: str) -> None:
        """Leaves a word to the depositor in a sub-folder of ours, never over a file that is there."""
        with self._own(folder) as inside:
            _write_new(inside, name, text)

    def put_away(self, folder: str, read: Seen) -> bool:
        """Moves the file that was read into a sub-folder of ours; False when another one took its name: it stays."""
        with self._own(folder) as inside:
            if not read.is_same(self._look(read.name)):
                return False
            os.rename(read.name, _free(inside, read.name), src_dir_fd=self._fd, dst_dir_fd=inside)
        return True

    def prepare(self, *folders: str) -> None:
        """Makes the sub-folders. Raises DomainError when one of them was planted by somebody else."""
        for folder in folders:
            with suppress(FileExistsError):
                os.mkdir(folder, 0o750, dir_fd=self._fd)
            with self._own(folder):
                continue

    @contextmanager
    def _own(self, folder: str) -> Iterator[int]:
        handle = _opened(folder, f"« {self.path / folder} » n'est pas un dossier à nous.", self._fd)
        try:
            _check_owner(handle, self.path / folder)
            yield handle
        finally:
            os.close(handle)

    def _look(self, name: str) -> Seen | None:
        try:
            found = os.stat(name, dir_fd=self._fd, follow_symlinks=False)
        except FileNotFoundError:
            return None
        return None if stat.S_ISDIR(found.st_mode) else _described(name, found)


def is_ignored(name: str) -> bool:
    """Whether a name is hidden, or that of a transfer in progress."""
    return name.startswith(".") or name.endswith(HALF_WRITTEN)


def _names(handle: int) -> list[str]:
    return os.listdir(handle)


def _described(name: str, found: os.stat_result) -> Seen:
    plain = stat.S_ISREG(found.st_mode) and found.st_nlink == 1
    return Seen(name, found.st_size, found.st_mtime, (found.st_dev, found.st_ino), plain)


def _opened(name: str, refusal: str, inside: int | None = None) -> int:
    try:
        return os.open(name, _FOLDER, dir_fd=inside)
    except OSError as error:
        raise DomainError(refusal) from error


def _check_owner(handle: int, path: Path) -> None:
    """The folder belongs to this account or to root, and not everybody may write in it."""
    found = os.fstat(handle)
    if found.st_uid not in (os.geteuid(), 0):
        raise DomainError(f"« {path} » appartient à un autre compte : donnez-le au compte qui fait tourner le produit.")
    if found.st_mode & stat.S_IWOTH:
        raise DomainError(f"Tout le monde peut écrire dans « {path} » : retirez ce droit (chmod o-w).")


def _write_new(inside: int, name: str, text: str) -> None:
    handle = os.open(_free(inside, name), _NOTE, 0o640, dir_fd=inside)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)


def _free(inside: int, name: str) -> str:
    """The same name, numbered when it is taken."""
    taken = set(_names(inside))
    stem, dot, suffix = name.partition(".")
    candidate, number = name, 2
    while candidate in taken:
        candidate, number = f"{stem}-{number}{dot}{suffix}", number + 1
    return candidate
