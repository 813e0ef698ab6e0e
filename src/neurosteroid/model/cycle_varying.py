"""What lets one cycle of a woman differ from her next: the pace of each cohort and, in the transition, a failure."""

from __future__ import annotations

from dataclasses import replace

from neurosteroid.errors import InputError
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.contribution import Contribution
from neurosteroid.model.states import MenstrualCycle, Perimenopause
from neurosteroid.model.variability import Bernoulli, CorrelatedNormal, Distribution
from neurosteroid.physiology.cycle import CARD, phase_days
from neurosteroid.physiology.cycle_course import DAY
from neurosteroid.physiology.cycle_failure import FAILING, LATE, REGRESSION, drawn_failures, failure_parts, late_records
from neurosteroid.physiology.cycle_variation import (
    WITHIN,
    cohort_covariates,
    cohort_parts,
    cohort_records,
    cohorts,
    drawn_deviations,
)


def varied(
    asked: MenstrualCycle | Perimenopause,
    variant: str | None,
    next_menses: float,
    period: float,
    until: float,
    ledger: Ledger,
) -> Contribution:
    """Return what lets cycles differ, drawn with the woman; nothing where they are not to.

    Args:
        asked: the state.
        variant: of the card of the cycle.
        next_menses: h, above 0.
        period: of the woman's usual cycle, h.
        until: end of the course, h.
        ledger: records each number taken.

    Raises:
        InputError: a variant of the cycle that does not say how far they differ.
    """
    if not asked.varying:
        return Contribution()
    card = library().card(CARD)
    if WITHIN not in card.variant(variant).numbers:
        with_it = [name for name, content in card.variants.items() if WITHIN in content.numbers]
        raise InputError(
            f"the variant '{variant or card.default}' of 'menstrual-cycle' does not say how far cycles of one woman"
            f" differ; take one that does ({', '.join(with_it)}), or leave out varying=True.",
            where=f"{type(asked).__name__}.varying",
        )
    sd = ledger.take(card, WITHIN, "1", variant)
    hours = cohorts(next_menses, period, until)
    count = len(hours)
    own = None if asked.seed is None else drawn_deviations(asked.seed, count, sd)
    parts = cohort_parts(count, own)
    effects = () if own is not None else tuple(CorrelatedNormal((f"{name}.eta",), ((sd**2,),)) for name in parts)
    found = Contribution(
        parts=parts, records=cohort_records(hours), covariates=cohort_covariates(count), effects=effects
    )
    return found if isinstance(asked, MenstrualCycle) else _with_failures(found, asked, variant, hours, period, ledger)


def _with_failures(
    given: Contribution,
    asked: Perimenopause,
    variant: str | None,
    hours: tuple[float, ...],
    period: float,
    ledger: Ledger,
) -> Contribution:
    """Return the same with cycles of which some fail; the present one cannot once its surge is past."""
    share = asked.failing
    if share is None:
        share = ledger.take(library().card(CARD), FAILING, "1", variant)
    lifetime = period - phase_days(variant).luteal_length * DAY
    length = ledger.take(library().card(CARD), REGRESSION, "h", variant)
    menses = (1.0 - asked.day) * DAY
    first = 1 if menses + lifetime > 0 else 2
    failed = None if asked.seed is None else drawn_failures(asked.seed, len(hours), share)
    parts = failure_parts(first, len(hours), failed)
    if not parts:
        return given
    effects: tuple[Distribution, ...] = ()
    if failed is None:
        effects = tuple(Bernoulli(f"cycle_failure_{place}.failed", share) for place in range(first, len(hours) + 1))
    return replace(
        given,
        parts={**given.parts, **parts},
        records=(*given.records, *late_records(hours, menses, lifetime, length)),
        covariates={**given.covariates, LATE: 0.0},
        effects=given.effects + effects,
    )
