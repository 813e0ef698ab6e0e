"""Places of the files that a command writes, checked before it works: nothing is half-written and nothing lost."""

from __future__ import annotations

import tempfile
from pathlib import Path

from neurosteroid.errors import InputError


def check_places(**places: str | Path | None) -> None:
    """Check where files are to be written, each by the name of its option.

    Args:
        places: option (``csv``, ``atf``, ``figure``) to path; None where the option is not given. A figure ends in
            ``.svg`` and an Axon Text File in ``.atf``.

    Raises:
        InputError: another ending, a folder that is not there or takes no file, something that is no file, or one
            place for two.
    """
    taken: dict[Path, str] = {}
    for option, text in places.items():
        if text is None:
            continue
        path, where = Path(text), f"--{option}"
        ending = {"figure": ".svg", "atf": ".atf"}.get(option)
        if ending is not None and path.suffix.lower() != ending:
            raise InputError(f"'{text}' does not end in '{ending}', which is what is written.", where=where)
        if not path.parent.is_dir():
            raise InputError(f"there is no folder '{path.parent}'; make it, or choose another.", where=where)
        try:
            with tempfile.TemporaryFile(dir=path.parent):
                pass
        except OSError as error:
            raise InputError(
                f"nothing can be written in '{path.parent}' ({error.strerror}); choose another folder.", where=where
            ) from error
        if path.exists() and not path.is_file():
            raise InputError(f"'{text}' is no file, and writing would take its place.", where=where)
        if (other := taken.setdefault(path.resolve(), where)) != where:
            raise InputError(f"'{text}' is the place of {other} too; give each its own.", where=where)
