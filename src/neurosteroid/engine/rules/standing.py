"""Standing: where each person stands in her programme and with each rule, at the end of what has been settled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine.rules.plan import Plan
from neurosteroid.engine.rules.programme import Clock
from neurosteroid.engine.rules.rule import ActionKind

Array = NDArray[np.float64]
Indexes = NDArray[np.intp]
Truth = NDArray[np.bool_]

RUNNING, HELD, STOPPED = 0, 1, 2
"""What becomes of a programme."""


@final
@dataclass(eq=False)
class Standing:
    """Where P people stand in G programmes and with R rules; it changes as they are followed.

    Attributes:
        time: (P,) h, up to which everything is settled.
        states: (P, n) then.
        read: (P,) h, up to which checks have been made.
        mode: (P, G) RUNNING, HELD or STOPPED.
        shift: (P, G) h by which the programme is late, because its clock waited.
        held_at: (P, G) h, beginning of the present hold.
        held_level: (P, G) the step at which it was held, -1 for none.
        ceiling: (P, G) the highest step allowed.
        next_dose: (P, G) the first dose of each programme that has not been given or lost.
        armed: (P, R) whether each rule may fire.
        just: (P, R) which rules fired at `time`.
        fired: (P, R) how often.
        ready: (P, R) h before which it does not fire again.
        due: (P, R) h at which an ordered action is done; infinite for none.
        seen: (P, R) the value that triggered an ordered action.
        seen_at: (P, R) h.
        done: (P,) nobody looks at her any more.
        ahead: (P,) h that she is followed ahead next, see `windows`.
        acted_at: (P,) h of the last action; 0 before the first.
        near_time: (P, R) h of the look before `time` that was nearest to it and below each rule's limit; -inf for none,
            and after an action.
        near_excess: (P, R) what the watched value had of the limit then, below 0.
    """

    time: Array
    states: Array
    read: Array
    mode: Indexes
    shift: Array
    held_at: Array
    held_level: Indexes
    ceiling: Indexes
    next_dose: Indexes
    armed: Truth
    just: Truth
    fired: Indexes
    ready: Array
    due: Array
    seen: Array
    seen_at: Array
    done: Truth
    ahead: Array
    acted_at: Array
    near_time: Array
    near_excess: Array

    def finish(self, plan: Plan) -> Array:
        """Return (P, G) the hour after which nothing of a programme is left; infinite while its clock waits."""
        waits = (self.mode == HELD) & [each.clock is Clock.WAITS for each in plan.programmes]
        return np.where(waits, np.inf, np.array([each.end for each in plan.programmes]) + self.shift)

    def applicable(self, plan: Plan) -> Truth:
        """Return (P, R) whether each rule's action would change anything, as long as nothing else is done."""
        running, held, on = self.mode == RUNNING, self.mode == HELD, self.mode != STOPPED
        top = np.array([len(each.levels) - 1 for each in plan.programmes])
        can = {
            ActionKind.STOP: on,
            ActionKind.HOLD: running,
            ActionKind.STEP_DOWN: on & (self.ceiling > 0),
            ActionKind.RESUME: held,
            ActionKind.TITRATE_UP: running & (self.ceiling < top),
            # a hold lapses at the end of the programme; which rows lie behind it is seen there
            ActionKind.RESCUE: on,
        }
        found = np.zeros(self.armed.shape, dtype=np.bool_)
        for index, rule in enumerate(plan.rules):
            left = np.inf if rule.maximum is None else rule.maximum
            free = (self.fired[:, index] < left) & np.isinf(self.due[:, index])
            found[:, index] = can[rule.action][:, rule.programme] & free & ~self.done
        return found


def stand_at_start(plan: Plan) -> Standing:
    """Return everybody at hour 0, in given states or with the system's initial values."""
    people, rules, programmes = plan.people, len(plan.rules), len(plan.programmes)
    first = [len(each.levels) - 1 if each.first_level is None else each.first_level for each in plan.programmes]
    return Standing(
        time=np.zeros(people),
        states=np.array(
            plan.system.initial(plan.parameters, plan.covariates[:, 0]) if plan.initial is None else plan.initial,
            dtype=np.float64,
        ),
        read=np.full(people, -np.inf),
        mode=np.full((people, programmes), RUNNING, dtype=np.intp),
        shift=np.zeros((people, programmes)),
        held_at=np.zeros((people, programmes)),
        held_level=np.full((people, programmes), -1, dtype=np.intp),
        ceiling=np.tile(np.array(first, dtype=np.intp), (people, 1)),
        next_dose=np.zeros((people, programmes), dtype=np.intp),
        armed=np.ones((people, rules), dtype=np.bool_),
        just=np.zeros((people, rules), dtype=np.bool_),
        fired=np.zeros((people, rules), dtype=np.intp),
        ready=np.full((people, rules), -np.inf),
        due=np.full((people, rules), np.inf),
        seen=np.full((people, rules), np.nan),
        seen_at=np.full((people, rules), np.nan),
        done=np.zeros(people, dtype=np.bool_),
        ahead=np.full(people, np.inf),
        acted_at=np.zeros(people),
        near_time=np.full((people, rules), -np.inf),
        near_excess=np.full((people, rules), -np.inf),
    )
