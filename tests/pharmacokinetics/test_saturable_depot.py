"""The mucosa takes up a share of what is offered, at no more than a highest rate, and never more than is there."""

import numpy as np
import pytest

from neurosteroid.pharmacokinetics.saturable_depot import SaturableProgesteroneDepot


def rates(depot, **numbers):
    part = SaturableProgesteroneDepot(
        absorption_half_life=np.log(2.0), share_progesterone=0.5, highest_uptake=100.0, **numbers
    )
    return part.rates(0.0, {"depot": depot}, {})


def test_a_small_amount_is_taken_up_by_its_share():
    assert rates(1e-3)["taken"] == pytest.approx(0.5e-3, rel=1e-5)


def test_half_the_highest_rate_where_that_rate_is_offered_and_no_more_of_any_amount():
    assert rates(200.0)["taken"] == pytest.approx(50.0)
    assert rates(1e9)["taken"] == pytest.approx(100.0, rel=1e-5)


@pytest.mark.parametrize("eta", [-5.0, 0.0, 5.0])
@pytest.mark.parametrize("depot", [1.0, 1e3, 1e6])
def test_no_woman_takes_up_more_than_leaves(eta, depot):
    found = rates(depot, eta_availability=eta)
    assert found["taken"] + found["lost"] == pytest.approx(depot)
    assert 0.0 < found["taken"] < depot


def test_a_lag_is_the_womans_own():
    part = SaturableProgesteroneDepot(
        absorption_half_life=1.0, share_progesterone=0.5, highest_uptake=1.0, lag=2.0, eta_lag=np.log(3.0)
    )
    assert part.values(0.0, {}, {})["delay"] == pytest.approx(6.0)
