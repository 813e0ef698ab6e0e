"""At which hour each woman's course must begin for hour 0 to stand at the asked day of her own cycle."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.solvers.choose import solve
from neurosteroid.errors import SolverError
from neurosteroid.evidence import Library, library
from neurosteroid.model.choice import ModelChoice
from neurosteroid.model.contribution import Situation
from neurosteroid.model.person import Person
from neurosteroid.model.states import MenstrualCycle, Perimenopause
from neurosteroid.physiology.cycle import phase_days
from neurosteroid.physiology.cycle_course import DAY, surges

if TYPE_CHECKING:
    from neurosteroid.model.joining import Joined

Array = NDArray[np.float64]

PERIMENOPAUSE: Final = "perimenopause"
"""The variant of the cycle that the state of this name follows."""

_LOOKED_AT: Final = 400 * DAY
"""h of a course in which the settled cycle is looked for."""

_CYCLES_TO_SETTLE: Final = 6
"""Cycles after which a course from the published initial values repeats itself; the seventh is the first one used."""

_WEIGHT: Final = "70 kg"
"""Of the woman whose model is wired; weights enter it as a covariate."""


def settled_cycle(weight: float, choice: ModelChoice, older: bool) -> tuple[float, float]:
    """Return the typical woman's first menses that is used, counted from the initial values, and her period, h.

    Args:
        weight: kg.
        choice: variants of the cards.
        older: whether her cycle is that of the perimenopause.

    Raises:
        SolverError: no cycle is found.
    """
    menses, period = _settled(library(), choice, older, (weight,), ())
    if np.isnan(menses[0]):
        raise SolverError("the ovary of this woman does not cycle by the numbers of the card 'menstrual-cycle'.")
    return float(menses[0]), float(period[0])


def own_run_ins(
    weights: Array, varied: Mapping[str, Array], least: float, *, day: float, choice: ModelChoice, older: bool
) -> Array:
    """Return (P,) h before hour 0 at which each woman begins, so that hour 0 is the same day of every woman's cycle.

    Women differ in their pace, so that after as many hours from the same initial values each stands at another day.
    Days are counted from a woman's own menses; after a day that her short cycle does not have she has begun the next.
    Who does not cycle begins where the typical woman of her weight does.

    Args:
        weights: (P,) kg.
        varied: every parameter of the model (P,), by name; those of the cycle are read.
        least: h that everything else in the model needs before hour 0.
        day: of the cycle at hour 0, from 1.
        choice: variants of the cards.
        older: whether the cycle is that of the perimenopause.

    Raises:
        SolverError: the typical woman does not cycle.
    """
    own = _probe(library(), choice, older)
    names = [name for effect in own.effects for name in effect.names if name in varied]
    columns = tuple((name, tuple(map(float, varied[name]))) for name in names)
    menses, period = (each.copy() for each in _settled(library(), choice, older, tuple(map(float, weights)), columns))
    for person in np.nonzero(np.isnan(menses))[0]:
        menses[person], period[person] = settled_cycle(float(weights[person]), choice, older)
    wanted = menses + (day - 1.0) * DAY
    more = np.ceil((least - wanted) / period - 1e-9)
    return np.asarray(wanted + np.maximum(more, 0.0) * period)


@functools.lru_cache(maxsize=16)
def _settled(
    shelf: Library,
    choice: ModelChoice,
    older: bool,
    weights: tuple[float, ...],
    columns: tuple[tuple[str, tuple[float, ...]], ...],
) -> tuple[Array, Array]:
    """Return the first menses that is used and the period of each woman (P,), h; NaN where no cycle is found.

    Kept for the arms of a study and as long as the library in use (`shelf`) is the same. Cycles are followed in each
    woman's own pools, without her other states and drugs: the day is the one she would have without them.
    """
    joined = _probe(shelf, choice, older)
    times = np.arange(0.0, _LOOKED_AT, 1.0)
    varied = {name: np.array(values) for name, values in columns}
    solution = solve(
        joined.system,
        parameters=joined.system.parameters(len(weights), varied),
        covariates=joined.covariate_table(np.array(weights)),
        output_times=times,
        start=0.0,
        outputs=("plasma.lh",),
    )
    luteal = phase_days(PERIMENOPAUSE if older else choice.menstrual_cycle).luteal_length * DAY
    menses, period = np.full((2, len(weights)), np.nan)
    lost = {failure.person for failure in solution.failures}
    for person, course in enumerate((solution.kept or {})["plasma.lh"]):
        peaks = times[surges(times, course)]
        if person not in lost and len(peaks) >= _CYCLES_TO_SETTLE + 2:
            settled = peaks[_CYCLES_TO_SETTLE:]
            menses[person], period[person] = settled[0] + luteal, np.diff(settled).mean()
    for kept in (menses, period):
        kept.flags.writeable = False
    return menses, period


@functools.lru_cache(maxsize=4)
def _probe(shelf: Library, choice: ModelChoice, older: bool) -> Joined:
    """Return the model of a woman who has her cycle and nothing else, kept as long as the library is the same."""
    # joining imports the bodies, and the body of the cycle imports this
    from neurosteroid.model.joining import join

    woman = Person(weight=_WEIGHT, states=[Perimenopause() if older else MenstrualCycle(day=1)])
    return join(Situation(person=woman, clock=0.0, until=_LOOKED_AT, choice=choice, probing=True))
