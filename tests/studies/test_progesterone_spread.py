"""How women differ after progesterone: nothing without variances, and the depot keeps its mass whoever she is."""

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.errors import CardError
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.bodies import bodies
from neurosteroid.model.contribution import Situation
from neurosteroid.pharmacokinetics.progesterone_routes import ProgesteroneDepot
from neurosteroid.studies.set_ups.progesterone_spread import measured
from neurosteroid.studies.set_ups.progesterone_women import deviations


def rates(**numbers):
    depot = ProgesteroneDepot(
        absorption_half_life=1.0, share_progesterone=0.5, share_dihydro_5alpha=0.25, share_dihydro_5beta=0.05, **numbers
    )
    return depot.rates(0.0, {"depot": 100.0}, {"type_1": 1.0, "type_2": 1.0, "beta": 1.0})


@pytest.mark.parametrize("eta", [-6.0, 0.0, 1.0, 6.0])
def test_no_woman_absorbs_more_than_the_dose(eta):
    found = rates(eta_availability=eta)
    assert sum(found.values()) == pytest.approx(100.0 * np.log(2.0))
    assert found["lost"] > 0.0
    assert found["progesterone"] == pytest.approx(2.0 * found["dihydro_5alpha"])


def test_a_typical_woman_is_as_the_card_says():
    found = rates()
    assert found["progesterone"] == pytest.approx(50.0 * np.log(2.0), rel=1e-14)
    assert rates(eta_absorption=np.log(2.0))["progesterone"] == pytest.approx(found["progesterone"] / 2.0)


def test_women_stand_evenly_around_the_typical_one():
    found = deviations("oral")
    for values in found.values():
        assert np.median(values) == pytest.approx(0.0, abs=0.03)
    card = library().card("progesterone-routes").variant("oral").numbers
    variance = card["variance_availability"].to("1")
    assert found["depot.eta_availability"].var() == pytest.approx(variance, rel=0.03)
    assert not deviations("subcutaneous")["depot.eta_availability"].any()


def test_a_population_draws_them():
    effects = bodies()["progesterone"].contribute(
        "progesterone", Ledger(), Situation(person=ns.Person(weight="70 kg"), compounds=("progesterone",), clock=8.0,
                                            until=24.0),
    ).effects  # fmt: skip
    assert {name for each in effects for name in each.names} == {
        "progesterone_oral.eta_availability",
        "progesterone_oral.eta_absorption",
        "progesterone_vaginal.eta_availability",
        "progesterone_vaginal.eta_lag",
        "progesterone_intramuscular.eta_absorption",
    }


def test_a_word_that_is_no_measure_is_refused():
    with pytest.raises(CardError, match="'height' is not a metric"):
        measured(np.arange(3.0), np.ones((2, 3)), "height")
