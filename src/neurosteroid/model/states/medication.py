"""Another medicine that changes how the body handles neurosteroids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

from neurosteroid.errors import InputError, UnknownNameError, unknown_name
from neurosteroid.evidence import library
from neurosteroid.model.states.state import AbstractState, checked_hours
from neurosteroid.model.states.stress import check_span

_INHIBITORS: Final = "enzyme-inhibitors"
"""The card that says of a medicine which others of its class are left out, and why."""


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
            wrong = unknown_name("medicine", self.name, known, where=self.place("name"))
            raise UnknownNameError(f"{wrong.message}{_of_its_class(self.name)}", where=wrong.where)
        check_span(self.since, self.until, type(self).__name__)

    @property
    def begins(self) -> float:
        """When it began, h."""
        return checked_hours(self.since, self.place("since"))

    @property
    def ends(self) -> float | None:
        """When it ended, h; None when it goes on."""
        return None if self.until is None else checked_hours(self.until, self.place("until"))


def _of_its_class(name: str) -> str:
    """Return the sentence on the one medicine that is there of the class of another, or nothing."""
    card = library().card(_INHIBITORS, "physiology")
    for known, variant in card.variants.items():
        settings = variant.settings
        others = [each.strip() for each in settings.get("others", "").split(",")]
        # a variant that extends another has its settings, too; the first of them names the medicine
        if name.strip().lower() in others:
            return f" Of {settings['class']} only '{known}' is there: {settings['only']}."
    return ""
