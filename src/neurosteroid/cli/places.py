"""What a name on the command line stands for: a study or a card."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from neurosteroid.errors import CardError, InputError, unknown_name

if TYPE_CHECKING:
    from neurosteroid.evidence import Card
    from neurosteroid.studies import StudyConfig


@contextmanager
def in_study(name: str, *others: str) -> Iterator[None]:
    """Put the study's file in front of what is found wrong with it while it is put together.

    What is wrong with a card names the card's file; what is wrong with an option or a folder names that.

    Args:
        name: of the study, as on the command line.
        others: places that are not in the study's file.
    """
    try:
        yield
    except CardError:
        raise
    except InputError as error:
        place = error.where or ""
        if place in others or "/" in place or ".toml" in place or place.startswith("-"):
            raise
        raise type(error)(error.message, where=f"{name}: {place}" if place else name) from error


def study_or_card(name: str) -> StudyConfig | Card:
    """Return the study of a file or shipped name, or else the card of that name.

    Raises:
        UnknownNameError: neither; names what comes close among both.
        InputError: the study's file is wrong.
    """
    from neurosteroid.evidence import library

    if name.endswith(".toml") or Path(name).is_file():
        from neurosteroid.studies import read_config

        return read_config(name)
    cards = library().names()
    if name in cards or "/" in name:
        return library().card(name)
    # importing the studies costs more than reading cards, so it comes last
    from neurosteroid.studies import read_config, shipped_configs

    if name in shipped_configs():
        return read_config(name)
    raise unknown_name("study or card", name, [*shipped_configs(), *cards])
