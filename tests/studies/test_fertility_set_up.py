"""The set-ups of gonadotropins, progestins and treatments: what they refuse."""

import pytest

from neurosteroid.errors import CardError, UnitError
from neurosteroid.evidence import library
from neurosteroid.studies.set_ups.gonadotropins import injected
from neurosteroid.studies.set_ups.progestins import progestin


def entry_of(card, variant, index=0):
    return library().card(card, "pharmacokinetics").variant(variant).reproduces[index]


def test_an_unknown_metric_is_refused():
    from dataclasses import replace

    entry = replace(entry_of("gonadotropins", "choriogonadotropin-alfa"), metric="height")
    with pytest.raises(CardError, match="'height' is not a metric"):
        injected(library().card("gonadotropins", "pharmacokinetics"), "choriogonadotropin-alfa", entry)
    entry = replace(entry_of("progestins", "dydrogesterone"), metric="height")
    with pytest.raises(CardError, match="'height' is not a metric"):
        progestin(library().card("progestins", "pharmacokinetics"), "dydrogesterone", entry)


def test_mass_and_units_of_activity_give_the_same_peak():
    from dataclasses import replace

    card = library().card("gonadotropins", "pharmacokinetics")
    entry = entry_of("gonadotropins", "choriogonadotropin-alfa")
    other = replace(entry, arguments={"dose": "6500 IU"})
    assert injected(card, "choriogonadotropin-alfa", other) == pytest.approx(
        injected(card, "choriogonadotropin-alfa", entry), rel=1e-9
    )
    with pytest.raises(UnitError):
        injected(card, "choriogonadotropin-alfa", replace(entry, arguments={"dose": "2 h"}))
