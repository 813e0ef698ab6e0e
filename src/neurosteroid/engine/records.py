"""Records: what happens to a person, one row at a time, with the meaning NONMEM users expect."""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.errors import EventError

Amount = float | NDArray[np.float64]
"""One number, or one per person (P,) for people who share a schedule."""

RATE_FROM_MODEL: Final = -1.0
"""RATE code: the rate is the dosed state's ``infusion_rate``."""

DURATION_FROM_MODEL: Final = -2.0
"""RATE code: the duration is the dosed state's ``infusion_duration``."""


class EventKind(IntEnum):
    """The EVID codes; each member says what the record does."""

    OBSERVATION = 0
    """Nothing happens; a row of output is made."""
    DOSE = 1
    """A dose is given."""
    OTHER = 2
    """Nothing is given, covariates may change; a row of output is made."""
    RESET = 3
    """States return to their initial values; running infusions, pending and lagged doses are cancelled."""
    RESET_AND_DOSE = 4
    """RESET, then DOSE."""


@dataclass(frozen=True, eq=False)
class Record:
    """One event of one person, or of several people who share their schedule.

    The same record may carry one amount for everybody or one per person: `amount`, `rate`, `duration` and the values of
    `covariates` are numbers or arrays of shape (P,). Everything else is shared.

    Attributes:
        time: of the record, h; a lag counts from here.
        evid: what happens, see `EventKind`.
        state: the dosed state's global name; on an observation it is information only.
        amount: AMT, in the dosed state's unit.
        rate: RATE, state unit per h; 0 bolus, -1 rate from the model, -2 duration from the model.
        duration: a fixed infusion time, h, as a pump is set; the rate is then bioavailability * amount / duration.
        interval: II, h between doses of this regimen.
        additional: ADDL, doses after this one.
        steady_state: SS; 0 none, 1 the states become the steady state of this regimen, 2 it is added to them.
        covariates: values that this record carries, by covariate name.
        row: where the record stands in the user's input; messages name it.

    Raises:
        EventError: when a field has no meaning, alone or beside the others.
    """

    time: float
    evid: int = EventKind.DOSE
    state: str | None = None
    amount: Amount = 0.0
    rate: Amount = 0.0
    duration: Amount | None = None
    interval: float = 0.0
    additional: int = 0
    steady_state: int = 0
    covariates: Mapping[str, Amount] | None = None
    row: int | str | None = None

    def __post_init__(self) -> None:
        self._check_numbers()
        if self.is_dose:
            self._check_dose()
        else:
            self._check_no_dose()

    @property
    def is_dose(self) -> bool:
        """Whether something is given (EVID 1 or 4)."""
        return self.evid in (EventKind.DOSE, EventKind.RESET_AND_DOSE)

    @property
    def is_reset(self) -> bool:
        """Whether the states return to their initial values (EVID 3 or 4)."""
        return self.evid in (EventKind.RESET, EventKind.RESET_AND_DOSE)

    @property
    def cancels(self) -> bool:
        """Whether running infusions and pending doses of earlier records end here (a reset, or SS=1)."""
        return self.is_reset or self.steady_state == 1

    @property
    def makes_row(self) -> bool:
        """Whether the record asks for a row of output (EVID 0 or 2)."""
        return self.evid in (EventKind.OBSERVATION, EventKind.OTHER)

    @property
    def is_constant_infusion(self) -> bool:
        """Whether this is the steady state of an endless infusion, or with RATE=0 of no dose at all (AMT=0, II=0)."""
        return self.steady_state > 0 and self.interval == 0.0

    @property
    def where(self) -> str:
        """The place of this record, for messages."""
        return f"record at {self.time} h" if self.row is None else f"row {self.row} (time {self.time} h)"

    def refuse(self, reason: str) -> EventError:
        """Return the error that refuses this record for a reason."""
        return EventError(reason, where=self.where)

    def _check_numbers(self) -> None:
        if not isinstance(self.time, int | float | np.number) or not math.isfinite(self.time):
            raise self.refuse(f"time is {self.time!r}; a record needs one finite time in h.")
        if self.evid not in tuple(EventKind):
            allowed = ", ".join(f"{kind.value} {kind.name.lower().replace('_', ' ')}" for kind in EventKind)
            raise self.refuse(f"EVID {self.evid!r} is not known here; allowed: {allowed}.")
        if not isinstance(self.interval, int | float | np.number):
            raise self.refuse(f"interval is {self.interval!r}; II is one number of hours.")
        fields = {"amount": self.amount, "rate": self.rate, "interval": self.interval}
        fields |= {} if self.duration is None else {"duration": self.duration}
        fields |= {f"covariate '{name}'": value for name, value in (self.covariates or {}).items()}
        for name, value in fields.items():
            if np.ndim(value) > 1 or not _all_finite(value):
                raise self.refuse(f"{name} is {value!r}; it must be a finite number, or one per person.")
        if _any(self.amount, "<"):
            raise self.refuse(f"amount {self.amount!r} is negative; doses are 0 or more.")
        if self.interval < 0.0:
            raise self.refuse(f"interval {self.interval:g} h is negative.")
        if not _is_whole(self.additional) or self.additional < 0:
            raise self.refuse(
                f"additional is {self.additional!r}; ADDL is a whole number of further doses, 0 or more."
                " For a steady state use steady_state=1 with an interval."
            )
        if self.steady_state not in (0, 1, 2):
            raise self.refuse(f"steady_state {self.steady_state!r} is not known here; allowed: 0, 1, 2.")

    def _check_no_dose(self) -> None:
        given = {
            "amount": _any(self.amount, "!="),
            "rate": _any(self.rate, "!="),
            "duration": self.duration is not None,
            "interval": self.interval != 0.0,
            "additional": self.additional != 0,
            "steady_state": self.steady_state != 0,
        }
        if wrong := [name for name, present in given.items() if present]:
            raise self.refuse(
                f"EVID {int(self.evid)} gives no dose, yet {', '.join(wrong)} is set."
                " Use EVID 1 (or 4) for a dose, or clear it."
            )

    def _check_dose(self) -> None:
        coded = np.ndim(self.rate) == 0 and float(self.rate) in (RATE_FROM_MODEL, DURATION_FROM_MODEL)
        if not coded and _any(self.rate, "<"):
            raise self.refuse(
                f"rate {self.rate!r}; RATE is above 0, 0 for a bolus, -1 (rate from the model) or -2 (duration from the"
                " model), and the codes hold for everybody who shares the record."
            )
        if np.ndim(self.rate) and _any(self.rate, ">") and not np.all(np.asarray(self.rate) > 0.0):
            raise self.refuse("some people have rate 0 and others an infusion; give the bolus as a record of its own.")
        if self.duration is not None:
            if _any(self.rate, "!="):
                raise self.refuse("both rate and duration are given; give the one that the pump keeps.")
            if not np.all(np.asarray(self.duration) > 0.0):
                raise self.refuse(f"duration {self.duration!r} h; an infusion lasts longer than 0 h, a bolus has none.")
        if self.additional > 0 and self.interval == 0.0:
            raise self.refuse(f"{self.additional} additional doses but no interval; give II, the hours between doses.")
        if self.steady_state > 0:
            self._check_steady_state()
        elif not _any(self.amount, ">"):
            raise self.refuse(
                "a dose of amount 0 gives nothing. Leave the record out, use EVID 2, or for the steady state of an"
                " endless infusion set steady_state=1 with a rate."
            )
        if self.state is None and not (self.is_constant_infusion and not _any(self.rate, "!=")):
            raise self.refuse("a dose needs the name of the state it enters.")

    def _check_steady_state(self) -> None:
        nothing = not _any(self.amount, ">")
        if self.interval > 0.0:
            if nothing:
                raise self.refuse("a steady state of repeated doses (II above 0) needs an amount above 0.")
            return
        if not nothing:
            raise self.refuse(
                "a steady state of repeated doses needs II above 0; for an endless infusion set amount=0 and a rate."
            )
        if self.duration is not None or np.any(np.asarray(self.rate) == DURATION_FROM_MODEL):
            raise self.refuse("an endless infusion has a rate, not a duration; set rate above 0 or -1.")
        if self.additional > 0:
            raise self.refuse("an endless infusion (SS with II=0) cannot have additional doses.")
        if self.steady_state == 2 and not np.any(np.asarray(self.rate) != 0.0):
            raise self.refuse("SS=2 with amount 0 and rate 0 adds nothing; use SS=1 for the undosed steady state.")


def _is_whole(value: object) -> bool:
    return isinstance(value, int | float | np.number) and float(value).is_integer()


def _all_finite(value: Amount) -> bool:
    if isinstance(value, float | int):
        return math.isfinite(value)
    array = np.asarray(value)
    return array.dtype.kind in "fiu" and bool(np.all(np.isfinite(array)))


def _any(value: Amount, relation: str) -> bool:
    """Return whether any value is above (">"), below ("<") or other than ("!=") zero."""
    compare = {">": operator.gt, "<": operator.lt, "!=": operator.ne}[relation]
    return (
        bool(compare(value, 0.0)) if isinstance(value, float | int) else bool(np.any(compare(np.asarray(value), 0.0)))
    )
