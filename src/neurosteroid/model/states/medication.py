"""Another medicine that changes how the body handles neurosteroids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from neurosteroid.errors import InputError, unknown_name
from neurosteroid.model.states.state import AbstractState, checked_hours
from neurosteroid.model.states.stress import check_span


@final
@dataclass(frozen=True)
class Medication(AbstractState):
    """A medicine taken beside the protocol, such as an enzyme inhibitor.

    Args:
        name: such as ``"ketoconazole"``; the cards say which are known.
        since: when it began, from hour 0, such as ``"-7 day"``.
        until: when it ended, such as ``"14 day"``; None when it goes on.

    Raises:
        UnknownNameError: a medicine of which no card says what it does.
        InputError: no name, a time without its unit, or an end before the beginning.
    """

    NAME = "medication"

    name: str
    since: str = "0 h"
    until: str | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.strip():
            raise InputError(
                f"{self.name!r} is not the name of a medicine, such as 'ketoconazole'.", where=self.place("name")
            )
        from neurosteroid.model.bodies import bodies

        known = {name for body in bodies().values() for name in body.medications}
        if self.name not in known:
            raise unknown_name("medicine", self.name, known, where=self.place("name"))
        check_span(self.since, self.until, type(self).__name__)

    @property
    def begins(self) -> float:
        """When it began, h."""
        return checked_hours(self.since, self.place("since"))

    @property
    def ends(self) -> float | None:
        """When it ended, h; None when it goes on."""
        return None if self.until is None else checked_hours(self.until, self.place("until"))
