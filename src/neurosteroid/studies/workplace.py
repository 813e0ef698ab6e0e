"""The workplace of a run: a hidden folder that one process at a time may fill, and that outlives an interruption."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from neurosteroid.errors import InputError, NeurosteroidError
from neurosteroid.files import held, to_disk, write_text
from neurosteroid.studies.conduct import PARTS

DEFAULT_FOLDER: Final = Path("runs")

MARK: Final = "fingerprint"
"""File with the fingerprint of the study that is being run."""

_MOST: Final = 10_000


@contextmanager
def workplace(folder: Path | None, name: str, mark: str) -> Iterator[tuple[Path, Path]]:
    """Yield a hidden folder and the place it takes on success.

    On an error or an interruption the hidden folder stays if a part in it is finished, and is removed otherwise. It is
    held by a lock while it is in use, so two processes never fill one.

    Args:
        folder: the place; None takes the first ``runs/NAME``, ``runs/NAME-2`` ... that neither exists nor is in use
            nor holds the unfinished run of another study.
        name: of the study.
        mark: fingerprint of the study.

    Raises:
        InputError: the place exists, is in use, holds the unfinished run of another study, or cannot be written.
    """
    if folder is not None:
        candidates = [folder]
    else:
        candidates = [DEFAULT_FOLDER / (name if number == 1 else f"{name}-{number}") for number in range(1, _MOST)]
    made = not candidates[0].parent.exists()
    try:
        yield from _taken(candidates, folder, name, mark)
    except NeurosteroidError:
        if made:  # nothing was there before, and what is not empty stays
            with suppress(OSError):
                candidates[0].parent.rmdir()
        raise


def _taken(candidates: list[Path], folder: Path | None, name: str, mark: str) -> Iterator[tuple[Path, Path]]:
    for target in candidates:
        place = target.with_name(f".{target.name}.part")
        refusal = ""
        with _writable(target), held(target.with_name(f".{target.name}.lock")) as mine:
            if target.exists():
                if mine:
                    _clear_up(target)
                refusal = "this folder exists already; runs are not overwritten. Choose another."
            elif not mine:
                refusal = "another process is writing this run. Wait for it, or choose another --folder."
            elif _mark_of(place) not in (None, mark):
                refusal = (
                    "an unfinished run of another study, of other cards or of another version is kept for this folder. "
                    f"Choose another --folder, or delete {place} to start anew."
                )
            else:
                yield from _filled(place, target, mark)
                return
        if folder is not None:
            raise InputError(refusal, where=str(target))
    raise InputError(f"{_MOST} runs of '{name}' are there already; choose a --folder.", where=str(DEFAULT_FOLDER))


def _filled(place: Path, target: Path, mark: str) -> Iterator[tuple[Path, Path]]:
    parts, spent = place / PARTS, _spent(target)
    try:
        if spent.exists() and (place / MARK).exists() and not parts.exists():
            spent.rename(parts)  # a process was ended in the last moment
        shutil.rmtree(spent, ignore_errors=True)
        place.mkdir(exist_ok=True)
        for left in place.glob(".*.part"):
            left.unlink()  # of a process that was ended while it wrote
        write_text(place / MARK, mark)
        yield place, target
        # by moves, each done or not: at no moment do some of the parts seem to be all
        parts.rename(spent)
        place.rename(target)
        to_disk(target.parent)
        _clear_up(target)
    finally:
        if not any(parts.glob("*.parquet")) and not spent.exists():
            shutil.rmtree(place, ignore_errors=True)


def _spent(target: Path) -> Path:
    """Return where the parts of a run go while it takes its place."""
    return target.with_name(f".{target.name}.spent")


def _clear_up(target: Path) -> None:
    """Remove what a finished run leaves beside and in its place; a process that is ended here leaves it to the next."""
    spent = _spent(target)
    if spent.exists():  # only then is the mark that of a run that took this place, and not a file of somebody's
        (target / MARK).unlink(missing_ok=True)
        shutil.rmtree(spent, ignore_errors=True)


def _mark_of(place: Path) -> str | None:
    try:
        return (place / MARK).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


@contextmanager
def _writable(target: Path) -> Iterator[None]:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(
            f"the run folder cannot be written ({reason}). Choose another place with --folder.", where=str(target)
        ) from error
