import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosteroid.engine import Covariate, wire
from neurosteroid.receptors.coagonist import MonodWymanChangeux
from neurosteroid.receptors.gating import peak_open_probability

RECEPTOR = MonodWymanChangeux(
    closed_open_ratio=8000.0,
    gaba_affinity=72.0,
    gaba_efficacy_ratio=0.0033,
    gaba_sites=2,
    steroid_affinity=200.0,
    steroid_efficacy_ratio=0.25,
    steroid_sites=2,
    gaba_concentration=1.0,
    isoform="a1b2g2",
)


def wired(steroid: float) -> dict[str, float]:
    system = wire({"receptor": RECEPTOR}, [Covariate("receptor.allopregnanolone", "nmol/L")])
    names = ["receptor.a1b2g2.open_probability", "receptor.a1b2g2.potentiation"]
    states, given = np.zeros((1, 1, 0)), np.array([[[steroid]]])
    found = system.outputs(names, np.zeros((1, 1)), states, system.parameters(1), given)
    return {name.rpartition(".")[2]: float(found[name][0, 0]) for name in names}


def test_without_steroid_the_probe_alone_opens() -> None:
    found = wired(0.0)
    assert found["potentiation"] == 1.0
    assert found["open_probability"] == pytest.approx(0.0033, rel=0.03)  # known to two digits


def test_wired_part_equals_the_written_equation() -> None:
    expected = peak_open_probability(8000.0, RECEPTOR.gaba.factor(1.0), RECEPTOR.steroid.factor(100.0))
    assert wired(100.0)["open_probability"] == pytest.approx(expected, rel=1e-13)


def test_potentiation_of_a_weak_probe_is_the_inverse_of_the_steroid_factor() -> None:
    # With almost no channel open the ratio tends to 1 / factor; 0.250 at 100 nmol/L.
    assert wired(100.0)["potentiation"] == pytest.approx(1 / 0.25, rel=0.02)


@given(low=st.floats(0, 1e5), more=st.floats(0, 1e5))
def test_more_steroid_never_opens_less_and_stays_a_probability(low: float, more: float) -> None:
    first, second = (RECEPTOR.values(0.0, {}, {"steroid": dose}) for dose in (low, low + more))
    assert 0 < first["open_probability"] <= second["open_probability"] * (1 + 1e-12)
    assert second["open_probability"] < 1
    assert second["potentiation"] >= 1 - 1e-12
