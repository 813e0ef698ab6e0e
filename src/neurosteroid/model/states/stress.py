"""Stress: what lasts, and what comes at an hour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from neurosteroid.errors import InputError
from neurosteroid.model.states.state import AbstractState, Axis, checked_hours, checked_number


@final
@dataclass(frozen=True)
class Stressor:
    """One acute stressor or test of the stress axis.

    Args:
        name: as the cards of stressors call it, such as ``"social stress test"``.
        at: time from hour 0, such as ``"10 h"``.

    Raises:
        InputError: no name, or no time with its unit.
        UnknownNameError: a stressor that no card describes.
    """

    name: str
    at: str

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.strip():
            raise InputError(
                f"{self.name!r} is not the name of a stressor, such as 'social stress test'.", where="Stressor.name"
            )
        from neurosteroid.physiology.stressors import variant_of

        variant_of(self.name, "Stressor.name")
        checked_hours(self.at, "Stressor.at")

    @property
    def hour(self) -> float:
        """When it begins, h."""
        return checked_hours(self.at, "Stressor.at")


@final
@dataclass(frozen=True, init=False)
class Stress(AbstractState):
    """A person under stress.

    Attributes:
        chronic: lasting drive of the stress axis as a multiple of the drive at rest, 1 for none.
        events: stressors with their times.
        since: from when the lasting drive holds, from hour 0; None for long enough that the axis has settled.
        until: when it ends; None when it goes on.
    """

    NAME = "stress"
    AXIS = Axis.STRESS
    HORMONAL = True

    chronic: float
    events: tuple[Stressor, ...]
    since: str | None
    until: str | None

    def __init__(
        self,
        chronic: float = 1.0,
        events: list[Stressor] | tuple[Stressor, ...] = (),
        since: str | None = None,
        until: str | None = None,
    ) -> None:
        """Read a state of stress.

        Args:
            chronic: multiple of the drive at rest.
            events: stressors.
            since: such as ``"-30 day"``.
            until: such as ``"60 day"``.

        Raises:
            InputError: a drive below 0, a drive of 0 that has always held, something that is no stressor, or an end
                before the beginning.
        """
        if checked_number(chronic, "Stress.chronic", such_as="1.5", what="times the drive at rest") < 0:
            raise InputError(
                f"{chronic!r} is below 0; it is a multiple of the drive at rest, which is 1.", where="Stress.chronic"
            )
        if chronic == 0 and since is None:
            raise InputError(
                "0 is no drive at all, and for months before hour 0: the glands of the stress axis have vanished and"
                " nothing is left to start from. Give a number above 0, or say since when: Stress(chronic=0,"
                " since='-1 day').",
                where="Stress.chronic",
            )
        if not isinstance(events, list | tuple) or not all(isinstance(event, Stressor) for event in events):
            raise InputError(
                f"{events!r} is not a list of stressors; write events=[Stressor('social stress test', at='10 h')].",
                where="Stress.events",
            )
        check_span(since, until, "Stress")
        object.__setattr__(self, "chronic", float(chronic))
        object.__setattr__(self, "events", tuple(events))
        object.__setattr__(self, "since", since)
        object.__setattr__(self, "until", until)

    @property
    def begins(self) -> float | None:
        """From when the lasting drive holds, h; None for always."""
        return None if self.since is None else checked_hours(self.since, "Stress.since")

    @property
    def ends(self) -> float | None:
        """When it ends, h; None for never."""
        return None if self.until is None else checked_hours(self.until, "Stress.until")


def check_span(since: str | None, until: str | None, owner: str) -> None:
    """Refuse an end that is not after the beginning.

    Raises:
        InputError: so, or a time without unit.
    """
    begins = None if since is None else checked_hours(since, f"{owner}.since")
    ends = None if until is None else checked_hours(until, f"{owner}.until")
    if begins is not None and ends is not None and ends <= begins:
        raise InputError(f"'{until}' is not after '{since}', where it begins.", where=f"{owner}.until")
