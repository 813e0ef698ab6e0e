"""After the menopause: steady estradiol, LH and FSH, and the adrenal's progesterone."""

from __future__ import annotations

import pytest

from neurosteroid.model import Menopause, Person, simulate


def test_hormones_after_the_menopause_stand_at_their_levels() -> None:
    course = simulate(Person(weight="70 kg", states=[Menopause()]), until="2 day", step="12 h")
    assert course["plasma.estradiol"].to("pmol/L").magnitude[-1] == pytest.approx(11.6, rel=1e-3)
    assert course["plasma.progesterone"].to("nmol/L").magnitude[-1] < 0.21
    assert course["plasma.fsh"].magnitude[0] == 125.9
    assert "menopause-hormones-pmc9175594" in course.ledger.sources
