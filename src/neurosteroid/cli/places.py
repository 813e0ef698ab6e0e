"""What a name on the command line stands for: a study or a card."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from neurosteroid.errors import unknown_name

if TYPE_CHECKING:
    from neurosteroid.evidence import Card
    from neurosteroid.studies import StudyConfig


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
