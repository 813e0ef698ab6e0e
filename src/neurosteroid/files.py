"""Files are written to a temporary name beside their place and then moved, whole or not at all; locks hold a place."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from neurosteroid.errors import InputError


@contextmanager
def writing(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; on success it takes the place of `path`, otherwise it is removed.

    Where `path` is a link, what it points to is written.

    Raises:
        InputError: the folder cannot be written, or something other than a file stands there, such as a device, which
            would be lost.
    """
    if path.exists() and not path.is_file():
        raise InputError(
            "this cannot be written (it is no file, and writing would take its place). Choose another place.",
            where=str(path),
        )
    path = path.resolve() if path.is_symlink() else path
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield temporary
        temporary.replace(path)
    except OSError as error:
        raise InputError(
            f"this cannot be written ({error.strerror or error}). Choose another place.", where=str(path)
        ) from error
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a UTF-8 text file, whole or not at all."""
    with writing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


@contextmanager
def held(path: Path) -> Iterator[bool]:
    """Yield whether this process got the lock at `path`; the system frees it when the process ends, however it ends.

    The file is removed when the lock is given back. A process that opened it before must not take the removed file for
    the lock, so what was locked is compared with what stands there.
    """
    while True:
        with path.open("ab") as file:
            if not _locked(file.fileno()):
                yield False
                return
            if not _still_there(file.fileno(), path):
                continue
            try:
                yield True
            finally:
                path.unlink(missing_ok=True)
            return


def _locked(descriptor: int) -> bool:
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _still_there(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False
