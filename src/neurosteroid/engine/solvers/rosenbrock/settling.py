"""Steady states of systems that are not linear, of all people at once: Newton's method on one interval of a regimen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.solvers.rosenbrock.regimens import Regimens

Array = NDArray[np.float64]
Indexes = NDArray[np.intp]
Truths = NDArray[np.bool_]

INTERVALS: Final = 5
"""Intervals that are simply followed before Newton's method takes over, to be near the attractor."""

ROUNDS: Final = 40
"""Newton steps before giving up."""

CLOSE: Final = 0.1
"""Newton stops when its correction is below this fraction of the tolerance, in every state."""

FALLS: Final = 0.2
"""Slopes are kept as long as each correction is below this fraction of the one before."""

ROUGH: Final = 1e-6
"""Relative tolerance of the first intervals, if that asked for is smaller."""

SLOPES: Final = 1e-10
"""Relative tolerance under which slopes are taken by differences ..."""

NUDGE: Final = 1e-5
"""... of this fraction of a state, or of a thousandth of the largest."""

LEAST: Final = 1e-13
"""Relative tolerance that rounding allows."""

SLOWEST: Final = 1e-9
"""An interval that leaves all but this fraction of a deviation leads nowhere."""


def settled_states(regimens: Regimens, guess: Array) -> tuple[Array, list[str | None]]:
    """Return the states in which regimens leave people at the moment of their records, and why some do not.

    With F the way around one interval, from just after an entry to just after the next,

        x = F(x),    x <- x + (1 - dF/dx)^-1 (F(x) - x),    then on to the record, phase hours later

    The correction is the distance to the steady state to first order; the search ends when it is below `CLOSE`
    relative tolerances of (each state + absolute / relative tolerance). An interval is followed with a tolerance that
    is smaller than the asked one by what (1 - dF/dx)^-1 may make of an error, so slow states get their digits, too. A
    steady state that small deviations leave is none. An endless infusion ends where no rate is left: integration over
    doubling times, then Newton's method on the rates, with the same end.

    Args:
        regimens: D of them, of n states.
        guess: (D, n) states to begin with.

    Returns:
        (D, n) states, 0 for accounts, and for each regimen None or why it has no steady state. States are NaN without
        a reason where compiled code could not follow the search.
    """
    endless = regimens.doses.interval == 0.0
    search = _Search(regimens, np.array(guess), [None] * len(guess))
    search.rest(np.flatnonzero(endless))
    search.repeat(np.flatnonzero(~endless))
    states = np.where(regimens.system.is_account & np.isfinite(search.states), 0.0, search.states)
    states[[reason is not None for reason in search.reasons]] = np.nan
    return states, search.reasons


@final
@dataclass(frozen=True, eq=False)
class _Search:
    """States (D, n) that are moved in place, and reasons that are filled in."""

    regimens: Regimens
    states: Array
    reasons: list[str | None]

    def repeat(self, open_: Indexes) -> None:
        """Find the fixed points of regimens that repeat."""
        regimens, states, kept = self.regimens, self.states, self._kept
        relative = regimens.tolerances[0]
        rough = max(relative, ROUGH)
        for _ in range(INTERVALS):
            states[open_], outcome = regimens.around(open_, states[open_], np.full(len(open_), rough))
            open_ = self._drop(open_, outcome != 0)
        count, size = len(states), len(kept)
        # What is known of each regimen: states that were followed, what an interval changes, slopes of F and their
        # inverse, the last correction.
        followed, changes, last = states.copy(), np.zeros((count, size)), np.full(count, np.inf)
        slopes, inverse = np.full((2, count, size, size), np.nan)
        tolerance, fresh = np.full(count, relative), np.zeros(count, dtype=bool)
        for _ in range(ROUNDS):
            if not len(open_):
                break
            old = open_[~np.isfinite(slopes[open_]).all(axis=(1, 2))]
            self._renew(old, slopes, inverse, tolerance)
            fresh[open_], fresh[old] = False, True
            moved, outcome = regimens.around(open_, states[open_], tolerance[open_])
            lost = open_[(outcome != 0) | ~np.isfinite(slopes[open_]).all(axis=(1, 2))]
            begun = (states[lost] == followed[lost]).all(axis=1)
            # Newton may have gone too far; what has been followed so far can be followed.
            states[lost], slopes[lost], last[lost] = followed[lost], np.nan, np.inf
            going = ~np.isin(open_, lost)
            for place in lost[begun].tolist():
                self.reasons[place] = self._unsettled(changes[place])
            open_, moved = open_[going], moved[going]
            changes[open_] = (moved - states[open_])[:, kept]
            step = np.einsum("dij,dj->di", inverse[open_], changes[open_])
            proposed = states[open_][:, kept] + step
            far = self._far(step, proposed)
            done = far <= CLOSE * relative
            slow = (far > FALLS * last[open_]) & ~done
            sensible = np.isfinite(far) & ~((proposed < 0.0) & (moved[:, kept] > 0.0)).any(axis=1)
            # With slopes taken just here that lead no nearer, the interval is simply repeated.
            sensible &= done | ~(slow & fresh[open_] & (far > last[open_]))
            followed[open_] = moved
            states[open_] = moved
            better = open_[sensible]
            states[better[:, None], kept] = proposed[sensible]
            last[open_] = np.where(sensible, far, np.inf)
            slopes[open_[(slow & ~fresh[open_]) | ~sensible]] = np.nan
            self._require_attracting(open_[done], slopes)
            open_ = np.union1d(open_[~done], lost[~begun])
        for place in open_.tolist():
            self.reasons[place] = self._unsettled(changes[place])
        self._on_to_the_record()

    def rest(self, open_: Indexes) -> None:
        """Find the states at which nothing moves under endless infusions."""
        regimens, states, kept, hours = self.regimens, self.states, self._kept, 1.0
        system, doses, relative = regimens.system, regimens.doses, regimens.tolerances[0]
        step = np.zeros((0, len(kept)))
        for _ in range(ROUNDS):
            if not len(open_):
                return
            late = np.full(len(open_), hours)
            states[open_], outcome = regimens.follow(open_, states[open_], late, late, np.full(len(open_), relative))
            open_ = self._drop(open_, outcome != 0)
            given = (np.zeros(len(open_)), states[open_], regimens.parameters[open_], regimens.covariates[open_])
            with np.errstate(all="ignore"):
                rates, slopes = np.array(system.derivative(*given)), system.jacobian(*given)[:, kept[:, None], kept]
            dosed = doses.state[open_]
            infused = np.flatnonzero(dosed >= 0)
            rates[infused, dosed[infused]] += doses.rate[open_][infused]
            step = -np.einsum("dij,dj->di", _inverses(slopes), rates[:, kept])
            at_rest = (self._far(step, states[open_][:, kept]) <= CLOSE * relative) & (_largest(slopes) < 0.0)
            states[open_[at_rest][:, None], kept] += step[at_rest]
            open_, step, hours = open_[~at_rest], rates[:, kept][~at_rest], 2.0 * hours
        for place, left in zip(open_.tolist(), step, strict=True):
            self.reasons[place] = self._unsettled(left)

    @property
    def _kept(self) -> Indexes:
        return np.flatnonzero(~self.regimens.system.is_account)

    def _far(self, step: Array, states: Array) -> Array:
        """Return (N,) the largest correction as a fraction of its state, NaN where it is no number."""
        relative, absolute = self.regimens.tolerances
        return np.asarray((np.abs(step) / (np.abs(states) + absolute / relative)).max(axis=1, initial=0.0))

    def _renew(self, which: Indexes, slopes: Array, inverse: Array, tolerance: Array) -> None:
        """Take dF/dx at the present states by differences, and the tolerance that its inverse asks for."""
        if not len(which):
            return
        regimens, kept, now = self.regimens, self._kept, self.states[which]
        size, count = len(kept), len(which)
        largest = np.abs(now[:, kept]).max(axis=1, initial=1e-6)
        nudges = NUDGE * np.maximum(np.abs(now[:, kept]), 1e-3 * largest[:, None])
        nudged = np.repeat(now[:, None, :], size + 1, axis=1)
        nudged[:, np.arange(size), kept] += nudges
        lanes = np.repeat(which, size + 1)
        reached, outcome = regimens.around(lanes, nudged.reshape(count * (size + 1), -1), np.full(len(lanes), SLOPES))
        ends = reached.reshape(count, size + 1, -1)[:, :, kept]
        found = np.swapaxes((ends[:, :-1] - ends[:, -1:]) / nudges[:, :, None], 1, 2)
        found[(outcome.reshape(count, -1) != 0).any(axis=1)] = np.nan
        slopes[which] = found
        inverse[which] = _inverses(np.eye(size) - found)
        relative, absolute = regimens.tolerances
        scale = np.abs(now[:, kept]) + absolute / relative
        gain = (np.abs(inverse[which]) * (scale[:, None, :] / scale[:, :, None])).sum(axis=2).max(axis=1, initial=1.0)
        wanted = CLOSE * relative / np.where(np.isfinite(gain), gain, 1.0)
        # Powers of ten, so that people can be followed together.
        tolerance[which] = np.clip(10.0 ** np.floor(np.log10(wanted)), LEAST, relative)

    def _require_attracting(self, which: Indexes, slopes: Array) -> None:
        for place in which.tolist():
            values, vectors = np.linalg.eig(slopes[place])
            worst = int(np.argmax(np.abs(values)))
            if abs(values[worst]) >= 1.0 - SLOWEST:
                self.reasons[place] = self._unsettled(np.abs(vectors[:, worst]))

    def _on_to_the_record(self) -> None:
        """Follow the settled from an entry to the moment of their records."""
        regimens, states = self.regimens, self.states
        doses, relative = regimens.doses, regimens.tolerances[0]
        late = np.flatnonzero((doses.phase > 0.0) & np.isfinite(states).all(axis=1))
        phase, accuracy = doses.phase[late], np.full(len(late), CLOSE * relative)
        early = np.minimum(doses.rest[late], phase)
        states[late], outcome = regimens.follow(late, states[late], early, phase, np.maximum(accuracy, LEAST))
        self._drop(late, outcome != 0)

    def _drop(self, which: Indexes, failed: Truths) -> Indexes:
        """Leave regimens that cannot be followed without states; return the others."""
        self.states[which[failed]] = np.nan
        return which[~failed]

    def _unsettled(self, change: Array) -> str:
        names = self.regimens.system.state_names
        state = names[int(self._kept[int(np.argmax(np.nan_to_num(np.abs(change))))])]
        return f"the regimen leads to no steady state: '{state}' does not settle. Check what empties it."


def _inverses(matrices: Array) -> Array:
    """Return the inverses (N, n, n), NaN where there is none."""
    found = np.full_like(matrices, np.nan)
    finite = np.flatnonzero(np.isfinite(matrices).all(axis=(1, 2)))
    try:
        found[finite] = np.linalg.inv(matrices[finite])
    except np.linalg.LinAlgError:
        for place in finite.tolist():
            try:
                found[place] = np.linalg.inv(matrices[place])
            except np.linalg.LinAlgError:
                continue
    return found


def _largest(matrices: Array) -> Array:
    """Return the largest real part of the eigenvalues (N,), NaN where they are no numbers."""
    found = np.full(len(matrices), np.nan)
    finite = np.isfinite(matrices).all(axis=(1, 2))
    found[finite] = np.linalg.eigvals(matrices[finite]).real.max(axis=1, initial=-np.inf)
    return found
