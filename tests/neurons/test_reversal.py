import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosteroid.neurons.constants import thermal_voltage
from neurosteroid.neurons.reversal import anion_reversal, cation_reversal, chloride_share, gaba_reversal

WARM = 310.15
millimolar = st.floats(min_value=0.5, max_value=200.0)


def test_thermal_voltage_at_body_temperature() -> None:
    assert thermal_voltage(WARM) == pytest.approx(26.727, abs=5e-4)  # handbook, 5 digits


def test_an_anion_reverses_where_a_cation_of_turned_gradient_does() -> None:
    assert anion_reversal(119.0, 7.0, WARM) == pytest.approx(cation_reversal(7.0, 119.0, WARM), rel=1e-14)


def test_without_bicarbonate_permeability_gaba_reverses_with_chloride() -> None:
    assert gaba_reversal(119.0, 7.0, 26.0, 16.0, 0.0, WARM) == pytest.approx(
        anion_reversal(119.0, 7.0, WARM), rel=1e-14
    )


@given(inside=millimolar, outside=millimolar, ratio=st.floats(min_value=0.01, max_value=1.0))
def test_gaba_reverses_between_chloride_and_bicarbonate(inside: float, outside: float, ratio: float) -> None:
    chloride, bicarbonate = anion_reversal(outside, inside, WARM), anion_reversal(26.0, 16.0, WARM)
    low, high = sorted((chloride, bicarbonate))
    assert low - 1e-9 <= gaba_reversal(outside, inside, 26.0, 16.0, ratio, WARM) <= high + 1e-9


@given(inside=st.floats(min_value=1.0, max_value=50.0), voltage=st.floats(min_value=-100.0, max_value=0.0))
def test_chloride_and_bicarbonate_currents_make_the_whole(inside: float, voltage: float) -> None:
    chloride, bicarbonate = anion_reversal(119.0, inside, WARM), anion_reversal(26.0, 16.0, WARM)
    gaba = gaba_reversal(119.0, inside, 26.0, 16.0, 0.25, WARM)
    share = chloride_share(gaba, chloride, bicarbonate)
    assert 0 < share < 1
    parts = share * (voltage - chloride) + (1 - share) * (voltage - bicarbonate)
    assert parts == pytest.approx(voltage - gaba, abs=1e-9)  # rounding of numbers below 100
