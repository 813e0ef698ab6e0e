"""Women in the transition to the menopause, of whose cycles some fail: the share of cycles without ovulation."""

from __future__ import annotations

import functools
from typing import Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.errors import CardError
from neurosteroid.evidence import Card, Ledger, Library, Reproduces, library
from neurosteroid.model import Perimenopause, Person, assemble
from neurosteroid.model.body_solution import at_rows, solved
from neurosteroid.model.contribution import Situation
from neurosteroid.model.joining import join
from neurosteroid.physiology.cycle_course import DAY, surges
from neurosteroid.studies.people import Population

Array = NDArray[np.float64]
_WOMEN: Final = 64
_SEED: Final = 17
_DAYS: Final = 300.0
_STEP: Final = 2.0  # h; a surge lasts for a day
_WEIGHT: Final = "70 kg"  # of the woman in whom the phase is looked for, as in a study
_PEOPLE: Final = "menopausal-transition"


def without_ovulation(shelf: Library, failing: float | None) -> float:
    """Return the share of cycles without a surge: 1 less surges over those of the same women with none failing.

    Args:
        shelf: the library in use, as long as which numbers are kept.
        failing: chance of each cohort to fail; that of the card when None.
    """
    found, usual = (sum(map(len, surge_hours(shelf, share))) for share in (failing, 0.0))
    return 1.0 - found / usual


@functools.lru_cache(maxsize=8)
def surge_hours(shelf: Library, failing: float | None) -> tuple[Array, ...]:
    """Return the hours of the surges of each woman after the first day of her own cycle, for 300 days.

    Args:
        shelf: the library in use, as long as which numbers are kept.
        failing: chance of each cohort to fail; that of the card when None.
    """
    state = Perimenopause(day=1, varying=True, failing=failing)
    person = Person(weight=_WEIGHT, states=[state])
    joined = join(Situation(person=person, clock=8.0, until=_DAYS * DAY))
    women = Population(_PEOPLE, _WOMEN, _SEED).draw(assemble(), Ledger(), joined=joined)
    own = {name: values for name, values in women.parameters.items() if name in joined.system.parameter_names}
    times = np.arange(0.0, _DAYS * DAY, _STEP)
    found = solved(joined, joined.records, women.weight, times, joined.system.parameters(_WOMEN, own))
    return tuple(times[surges(times, course)] for course in at_rows(found, times, ("plasma.lh",))["plasma.lh"])


def share(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return ``share_without_ovulation``; the argument ``failing`` is the chance of each cohort, else the card's.

    Raises:
        CardError: another metric.
    """
    if entry.metric != "share_without_ovulation":
        raise CardError(f"'{entry.metric}' is not a metric of this set-up.", where=f"{entry.name}: metric")
    failing = entry.arguments.get("failing")
    return without_ovulation(library(), None if failing is None else float(failing))


SET_UPS = {"transition-women": share}
