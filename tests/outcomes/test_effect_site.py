import math

import numpy as np
import pytest

from neurosteroid.engine import Covariate, wire
from neurosteroid.outcomes.effect_site import EffectSite

PLASMA = Covariate("plasma.allopregnanolone", "nmol/L")


def test_effect_follows_its_source_at_the_stated_half_life() -> None:
    part = EffectSite(equilibration_half_life=2.0, name="mood", source="plasma.allopregnanolone")
    system = wire({"site": part}, [PLASMA])
    matrix, constant = system.matrix(system.parameters(1), np.array([[50.0]]))
    assert system.state_names == ("effect.mood",)
    assert -matrix[0, 0, 0] == pytest.approx(math.log(2) / 2, rel=1e-14)
    assert -constant[0, 0] / matrix[0, 0, 0] == pytest.approx(50.0, rel=1e-14)


def test_two_sites_live_beside_each_other_with_speeds_of_their_own() -> None:
    parts = {
        name: EffectSite(equilibration_half_life=half_life, name=name, source="plasma.allopregnanolone")
        for name, half_life in (("mood", 8.0), ("sedation", 0.5))
    }
    system = wire(parts, [PLASMA])
    rates = system.derivative(0.0, np.zeros((1, 2)), system.parameters(1), np.array([[10.0]]))
    assert rates[0, 1] / rates[0, 0] == pytest.approx(16.0, rel=1e-12)
