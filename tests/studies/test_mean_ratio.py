"""A mean of women's ratios is not the ratio at their median."""

import numpy as np
import pytest

from neurosteroid.errors import CardError
from neurosteroid.evidence import Compare, Comparison, Observed, Reproduces, Role, Status, library
from neurosteroid.physiology.cycle import CARD, phase_days
from neurosteroid.studies.set_ups import cycle_women
from neurosteroid.studies.set_ups.pathway import body_at_rest


def asked(metric: str) -> Reproduces:
    return Reproduces(
        name="ratio",
        set_up="menstrual-cycle-women",
        metric=metric,
        observed=Observed(unit="1", value=0.16),
        compare=Compare(kind=Comparison.FOLD, tolerance=2.0),
        role=Role.CHECK,
        status=Status.DERIVED,
        source=("pmc6935417",),
        arguments={"people": 4},
        note="Only asked for.",
    )


def test_the_mean_of_ratios_is_that_of_balances_at_each_level() -> None:
    card = library().card(CARD)
    found = cycle_women.women(card, None, asked("mean_ovulation_allopregnanolone/progesterone"))
    body, expected, medians = body_at_rest(), [], []
    for cycle in cycle_women._women(library(), None, 4):
        assert cycle is not None
        inside = cycle.between(*cycle.phase("ovulation", phase_days(None)))
        levels = cycle.courses["plasma.progesterone"][inside]
        expected.append(np.mean([body.balance(float(level))["allopregnanolone"] / level for level in levels]))
        medians.append(float(np.median(levels)))
    assert found == pytest.approx(np.mean(expected), rel=1e-9)
    at_median = [body.balance(level)["allopregnanolone"] / level for level in medians]
    assert found > 1.2 * np.mean(at_median)


def test_a_steroid_that_is_not_followed_is_refused() -> None:
    with pytest.raises(CardError, match="not both followed"):
        cycle_women.women(library().card(CARD), None, asked("mean_ovulation_nothing/progesterone"))
