import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from neurosteroid.receptors.gating import (
    Ligand,
    desensitised_probability,
    half_effective_concentration,
    maximum_open_probability,
    peak_open_probability,
    steady_open_probability,
)

# GABA at a1b2g2L and a steroid, as the published two-state papers use them; expected values are those computed from
# the same constants outside this package, given to two or three digits.
L = 8000.0
GABA = Ligand(affinity=72.0, efficacy_ratio=0.0033, sites=2)
STEROID = Ligand(affinity=200.0, efficacy_ratio=0.25, sites=2)  # nmol/L

ratio = st.floats(1e-3, 0.9)
concentration = st.floats(0, 1e6)


def test_gaba_curve_has_the_known_midpoint_and_maximum() -> None:
    assert half_effective_concentration(L, GABA) == pytest.approx(26.6, abs=0.05)
    assert maximum_open_probability(L, GABA) == pytest.approx(0.92, abs=0.005)


def test_gaba_curve_at_low_concentration() -> None:
    found = peak_open_probability(L, GABA.factor(np.array([0.5, 1, 2, 10])))
    assert found == pytest.approx([0.0012, 0.0033, 0.0104, 0.152], rel=0.03)  # two to three digits given


def test_steroid_factor_at_low_concentration() -> None:
    found = STEROID.factor(np.array([1.0, 2, 5, 10, 30, 100]))
    assert found == pytest.approx([0.971, 0.943, 0.868, 0.766, 0.517, 0.250], abs=0.0006)


def test_low_efficacy_of_gaba_explains_the_sensitivity_of_delta() -> None:
    gaba = Ligand(affinity=20.0, efficacy_ratio=(9 / 400) ** 0.5, sites=2)
    alone = maximum_open_probability(400.0, gaba)
    assert alone == pytest.approx(0.10, rel=1e-12)
    assert maximum_open_probability(400.0, gaba, 0.054) / alone == pytest.approx(6.7, abs=0.05)


def test_desensitisation_reproduces_the_published_steady_state() -> None:
    # a1b3, 1 mM GABA: peak 0.71, then 0.121 open and 0.829 desensitised (Sugasawa 2020), Q = 0.121 / 0.829.
    closed = 1 / 0.71 - 1
    assert steady_open_probability(closed, 0.121 / 0.829) == pytest.approx(0.121, abs=0.0005)
    assert desensitised_probability(closed, 0.121 / 0.829) == pytest.approx(0.829, abs=0.0005)


@given(x=concentration, y=concentration, q=st.floats(1e-3, 1e3))
def test_three_states_share_one_receptor(x: float, y: float, q: float) -> None:
    factors = GABA.factor(x), STEROID.factor(y)
    opened = steady_open_probability(L, q, *factors)
    closed = opened * L * factors[0] * factors[1]
    assert opened + closed + desensitised_probability(L, q, *factors) == pytest.approx(1.0, rel=1e-12)
    assert opened <= peak_open_probability(L, *factors)


@given(k=st.floats(0.1, 1e3), c=ratio, n=st.integers(1, 5), x=concentration)
def test_factor_runs_from_one_to_its_limit(k: float, c: float, n: int, x: float) -> None:
    ligand = Ligand(affinity=k, efficacy_ratio=c, sites=n)
    assert ligand.factor(0.0) == 1.0
    assert ligand.saturated_factor() * (1 - 1e-12) <= ligand.factor(x) <= 1.0
    assert ligand.factor(k * 1e12) == pytest.approx(ligand.saturated_factor(), rel=1e-6)
    assert ligand.factor(2 * x + 1e-9) <= ligand.factor(x) * (1 + 1e-12)


@given(rest=st.floats(10, 1e5), k=st.floats(0.1, 1e3), c=ratio, n=st.integers(1, 5), background=st.floats(0.05, 1))
def test_half_effective_concentration_is_half_way(rest: float, k: float, c: float, n: int, background: float) -> None:
    ligand = Ligand(affinity=k, efficacy_ratio=c, sites=n)
    middle = peak_open_probability(
        rest, ligand.factor(half_effective_concentration(rest, ligand, background)), background
    )
    expected = (peak_open_probability(rest, background) + maximum_open_probability(rest, ligand, background)) / 2
    assert middle == pytest.approx(expected, rel=1e-9)


def test_steroid_shifts_the_gaba_curve_to_the_left() -> None:
    assert half_effective_concentration(L, GABA, STEROID.factor(100.0)) < half_effective_concentration(L, GABA)


def test_a_ligand_that_prefers_the_closed_state_closes() -> None:
    closer = Ligand(affinity=1.0, efficacy_ratio=3.0, sites=1)
    assert peak_open_probability(2.0, closer.factor(10.0)) < peak_open_probability(2.0)


def test_the_same_lines_run_on_symbols() -> None:
    x = sympy.Symbol("x")
    symbolic = peak_open_probability(L, GABA.factor(x), STEROID.factor(50.0))
    assert float(symbolic.subs(x, 3.0)) == pytest.approx(
        peak_open_probability(L, GABA.factor(3.0), STEROID.factor(50.0)), rel=1e-12
    )
