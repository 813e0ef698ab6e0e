"""Files are written to a temporary name beside their place and then moved, whole or not at all; locks hold a place."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from neurosteroid.errors import InputError


@contextmanager
def writing(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; on success it takes the place of `path`, otherwise it is removed.

    Its content is on the disk before it is moved, and the move before this returns: after a power cut what stands at
    `path` is whole, and what was written earlier is there if what was written later is. Where `path` is a link, what it
    points to is written.

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
        to_disk(temporary)
        temporary.replace(path)
        to_disk(path.parent)
    except OSError as error:
        raise InputError(
            f"this cannot be written ({error.strerror or error}). Choose another place.", where=str(path)
        ) from error
    finally:
        temporary.unlink(missing_ok=True)


def to_disk(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk; folders only where they can be opened."""
    if sys.platform == "win32" and path.is_dir():
        return
    # a system may flush only what was opened for writing
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # some file systems cannot do that to a folder
        if not (path.is_dir() and error.errno == errno.EINVAL):
            raise
    finally:
        os.close(descriptor)


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
