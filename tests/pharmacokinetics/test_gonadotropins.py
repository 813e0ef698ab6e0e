"""Injected gonadotropins against their closed form, and with weight."""

import numpy as np
import pytest

from neurosteroid.engine import Covariate, Record, solve, wire
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.catalogue import part_from_card

TIMES = np.arange(0.0, 400.0, 2.0)
WEIGHTS = np.array([[65.0], [90.0]])


def plasma(variant: str) -> np.ndarray:
    part = part_from_card(library().card("gonadotropins", "pharmacokinetics"), variant, Ledger(), analyte="given")
    system = wire({"given": part}, [Covariate("person.weight", "kg")])
    found = solve(
        system,
        [Record(time=0.0, state="depot.given", amount=150.0)],
        parameters=system.parameters(2),
        covariates=WEIGHTS,
        output_times=TIMES,
        start=0.0,
        outputs=("plasma.given",),
    )
    return found.kept["plasma.given"]


VARIANTS = ["follitropin-alfa", "follitropin-alfa-european", "choriogonadotropin-alfa", "menotropin"]


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_dose_follows_two_exponentials_and_weight(variant):
    card = library().card("gonadotropins", "pharmacokinetics")
    fast, slow = (np.log(2) / card.number(name, variant).to("h") for name in ("absorption_half_life", "half_life"))
    volume = card.number("volume", variant).to("L")
    found = plasma(variant)
    at_reference = 150.0 / volume * fast / (fast - slow) * (np.exp(-slow * TIMES) - np.exp(-fast * TIMES))
    np.testing.assert_allclose(found[0], at_reference, rtol=1e-6, atol=1e-9)
    heavier = slow * (90.0 / 65.0) ** -0.25
    scaled = volume * 90.0 / 65.0
    expected = 150.0 / scaled * fast / (fast - heavier) * (np.exp(-heavier * TIMES) - np.exp(-fast * TIMES))
    np.testing.assert_allclose(found[1], expected, rtol=1e-6, atol=1e-9)
