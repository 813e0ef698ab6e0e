"""Stress in a person: her axis with the glands it has grown, lasting stress, and stressors at their hours."""

from __future__ import annotations

from typing import Final

import numpy as np

from neurosteroid.evidence import Ledger, library
from neurosteroid.model.contribution import Asked, Body, Contribution, Situation
from neurosteroid.model.states import Postpartum, Pregnancy, Stress
from neurosteroid.model.variability import CorrelatedNormal
from neurosteroid.physiology.hpa import CARD, OUTPUTS, hpa_parts, hpa_spreads
from neurosteroid.physiology.hpa_settled import INPUTS
from neurosteroid.physiology.pregnancy import HOURS_PER_DAY, HOURS_PER_WEEK
from neurosteroid.physiology.stressors import CARD as STRESSORS
from neurosteroid.physiology.stressors import CHRONIC, records, stressor

ENZYMES: Final = ("activity.steroidogenesis",)
"""Of the inputs of the axis, those that medicines give and that stand at rest without one."""

_DAY: Final = 24.0  # h
_SETTLED: Final = 2 * _DAY
"""h of run-in: hormones start where they are at that time of day and follow the brake within hours."""

_GLANDS: Final = 60 * _DAY
"""h of run-in where allopregnanolone is far from its level at rest: two to three half-lives of the glands' masses."""

_SHOWN: Final = 3.0  # h after the start of a stressor that are shown closely
_WIDTH: Final = 1 / 12  # h; every 5 min


def contribute(asked: Asked, ledger: Ledger, situation: Situation) -> Contribution:
    """Return the axis with its glands settled under lasting stress, and what happens to it.

    Lasting stress without a beginning has lasted for months when the course begins; with one, the axis was at rest
    before it. The masses of the glands are those of a body with allopregnanolone at rest; in pregnancy and after it
    they have two months to follow what allopregnanolone does to the axis.
    """
    stress = asked if isinstance(asked, Stress) else Stress()
    pushes = [stressor(event.name, event.hour, ledger, where="Stress.events") for event in stress.events]
    before = stress.chronic if stress.begins is None else 1.0
    changes = [(stress.begins, stress.chronic)] if stress.begins is not None else []
    changes += [(stress.ends, 1.0)] if stress.ends is not None else []
    first = min([0.0, *(hour for hour, _ in changes), *(push.begins for push in pushes)])
    settling = _GLANDS if any(situation.person.all_of(kind) for kind in (Pregnancy, Postpartum)) else _SETTLED
    run_in = max(situation.run_in, settling - first)
    week = _week(situation, ledger)
    fine = np.arange(0.0, _SHOWN + _WIDTH / 2, _WIDTH)
    card, tests = library().card(CARD, "physiology"), library().card(STRESSORS, "physiology")
    variant = card.variant(situation.choice.stress)
    return Contribution(
        parts=hpa_parts(
            ledger,
            variant=situation.choice.stress,
            clock_at_start=situation.clock,
            chronic=before,
            hour=-run_in,
            week=None if week is None else week - run_in / HOURS_PER_WEEK,
        ),
        records=records(pushes, changes),
        covariates={**{name: value for name, value in INPUTS.items() if name not in ENZYMES}, CHRONIC: before},
        outputs=(*OUTPUTS, "unbound.cortisol", "adrenal.drive"),
        later_effects=tuple(
            CorrelatedNormal((name,), ((sd**2,),)) for name, sd in hpa_spreads(ledger, situation.choice.stress).items()
        ),
        run_in=run_in,
        corners=tuple(
            sorted(
                {hour for hour, _ in changes}
                | {push.ends for push in pushes}
                | {float(push.begins + step) for push in pushes for step in fine}
            )
        ),
        limits=tuple(note for note in (card.note, variant.note, tests.note if pushes else None) if note),
    )


def _week(situation: Situation, ledger: Ledger) -> float | None:
    """Return the gestational age that hour 0 has or would have, of a woman who is or was pregnant."""
    if (pregnancy := situation.state(Pregnancy)) is not None:
        return pregnancy.week
    if (after := situation.state(Postpartum)) is None:
        return None
    delivery = after.delivery_week
    if delivery is None:
        delivery = ledger.take(library().card("pregnancy", "physiology"), "usual_delivery", "week")
    return delivery + after.day * HOURS_PER_DAY / HOURS_PER_WEEK


BODY: Final = Body(contribute=contribute, states=(Stress,), requires=("pathway",))
