import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosteroid.errors import InputError
from neurosteroid.pharmacokinetics.half_life import two_compartment_half_lives
from neurosteroid.pharmacokinetics.label import central_fraction_effect, disposition_from_label

positive = st.floats(1e-2, 1e3)


@given(cl=positive, v1=positive, q=positive, v2=positive)
def test_half_lives_are_those_of_the_rate_matrix(cl: float, v1: float, q: float, v2: float) -> None:
    rates = np.linalg.eigvals(np.array([[-(cl + q) / v1, q / v2], [q / v1, -q / v2]]))
    expected = np.sort(np.log(2) / -rates.real)
    # The eigenvalue solver is good to rounding of the *largest* rate, so the slow one is known to this much only.
    slack = 1e-13 * expected[1] / expected[0]
    assert two_compartment_half_lives(cl, v1, q, v2) == pytest.approx(expected, rel=1e-9 + slack)


def test_slow_exchange_leaves_elimination_and_return_alone() -> None:
    alpha, beta = two_compartment_half_lives(1.0, 1.0, 1e-12, 1.0)
    assert alpha == pytest.approx(np.log(2), rel=1e-9)
    assert beta == pytest.approx(np.log(2) * 1e12, rel=1e-9)


def test_published_brexanolone_values_give_the_stated_half_lives() -> None:
    alpha, beta = two_compartment_half_lives(89.8, 117, 37.9, 470)
    assert alpha == pytest.approx(0.62, abs=0.005)  # stated to two digits
    assert beta == pytest.approx(12.5, abs=0.05)


def test_people_side_by_side() -> None:
    alpha, beta = two_compartment_half_lives([1.0, 2.0], 1.0, 1.0, 1.0)
    assert alpha.shape == beta.shape == (2,)


@pytest.mark.parametrize("wrong", [0.0, -1.0, np.nan])
def test_a_volume_that_is_not_positive_is_refused(wrong: float) -> None:
    with pytest.raises(InputError, match="positive"):
        two_compartment_half_lives(1.0, 1.0, 1.0, wrong)


@given(cl=positive, vss=positive, slower=st.floats(1.05, 50), f=st.floats(0.02, 0.98))
def test_label_numbers_come_back_out_whatever_the_central_share(cl: float, vss: float, slower: float, f: float) -> None:
    half_life = slower * np.log(2) * vss / cl
    model = disposition_from_label(cl, vss, half_life, f)
    assert model.terminal_half_life == pytest.approx(half_life, rel=1e-8)
    assert model.central_volume + model.peripheral_volume == pytest.approx(vss, rel=1e-12)
    assert model.clearance == cl
    assert model.distribution_half_life < model.terminal_half_life


def test_central_share_moves_the_start_and_not_the_end() -> None:
    models = central_fraction_effect(1.0, 3.0, 9.0, (0.1, 1 / 3, 0.6))
    assert [round(model.distribution_half_life, 2) for model in models] == [0.16, 0.58, 1.11]
    assert [model.terminal_half_life for model in models] == pytest.approx([9.0] * 3, rel=1e-12)
    assert models[0].start_of_infusion_slope > models[2].start_of_infusion_slope


def test_label_numbers_that_exclude_each_other_are_refused_with_the_reason() -> None:
    with pytest.raises(InputError, match=r"too short.*ln 2 \* Vss / CL = 2\.08 h"):
        disposition_from_label(1.0, 3.0, 2.0, 0.5)


@pytest.mark.parametrize("wrong", [(0.0, 3.0, 9.0, 0.5), (1.0, 3.0, 9.0, 1.0), (1.0, 3.0, 9.0, 0.0)])
def test_label_numbers_outside_their_range_are_refused(wrong: tuple[float, float, float, float]) -> None:
    with pytest.raises(InputError):
        disposition_from_label(*wrong)
