import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosteroid.engine import Tolerances, solve, wire
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.neurons.constants import AMOUNT_OF_CURRENT, DENSITY, thermal_voltage
from neurosteroid.neurons.pump_leak import PumpLeak

SETTINGS = Tolerances(relative=1e-9, absolute=1e-6)
REST = 4 * 3600e3
NAMES = ("membrane.voltage", "sodium.inside", "potassium.inside", "chloride.inside", "cell.volume", "cell.osmolarity")


def card(variant: str | None = None) -> PumpLeak:
    part = part_from_card(library().card("pump-leak"), variant, Ledger())
    assert isinstance(part, PumpLeak)
    return part


def rest(part: PumpLeak) -> dict[str, float]:
    system = wire({"cell": part})
    solution = solve(system, parameters=system.parameters(1), output_times=[0.0, REST], tolerances=SETTINGS)
    found = solution.require_complete().outputs(NAMES)
    return {name: float(found[name][0, -1]) for name in NAMES}


def started(chloride: float, volume: float, anions: float | None = None) -> PumpLeak:
    """The mature cell from another start, with potassium that makes up for the charge."""
    part = card()
    x = part.impermeant_amount if anions is None else anions
    sodium, moved = 14.0 * volume, chloride * volume
    return dataclasses.replace(
        part,
        sodium_start=sodium,
        chloride_start=moved,
        potassium_start=moved - part.impermeant_charge * x - sodium,
        volume_start=volume,
        impermeant_amount=x,
    )


@pytest.mark.parametrize(("chloride", "volume"), [(2.0, 1900.0), (40.0, 2600.0)])
def test_rest_does_not_depend_on_the_start(chloride: float, volume: float) -> None:
    reference, found = rest(card()), rest(started(chloride, volume))
    for name in NAMES:
        assert found[name] == pytest.approx(reference[name], rel=1e-6), name  # what is left of the slowest mode


def test_with_more_impermeant_anions_the_cell_is_larger_and_otherwise_the_same() -> None:
    reference, found = rest(card()), rest(started(5.0, 4000.0, anions=2 * card().impermeant_amount))
    # the charge on the capacity, one part in 1e4 of the ions, is less in a cell with less membrane for its volume
    assert found["cell.volume"] == pytest.approx(2 * reference["cell.volume"], rel=1e-4)
    for name in ("sodium.inside", "potassium.inside", "chloride.inside"):
        assert found[name] == pytest.approx(reference[name], rel=1e-4)
    assert found["membrane.voltage"] == pytest.approx(reference["membrane.voltage"], abs=0.02)


@pytest.mark.parametrize("variant", ["mature", "immature", "no-kcc2"])
def test_at_rest_inside_is_as_concentrated_as_outside_and_all_but_electroneutral(variant: str) -> None:
    part, found = card(variant), rest(card(variant))
    assert found["cell.osmolarity"] == pytest.approx(part.outside_osmolarity, rel=1e-8)  # the solver's tolerance
    ions = found["sodium.inside"] + found["potassium.inside"] - found["chloride.inside"]
    charge = ions + part.impermeant_charge * part.impermeant_amount / found["cell.volume"]
    assert abs(charge) < 1e-4 * found["cell.osmolarity"]
    assert charge < 0  # what makes the voltage negative


def test_rest_is_the_closed_form_of_the_source() -> None:
    """With the pump flux q of rest: Na = Na_o exp(-v - 3 q / g_Na) and so on, v in units of R T / F."""
    part, found = card(), rest(card())
    thermal = thermal_voltage(part.temperature)
    pump = part.pump_rate * 1e3 * (found["sodium.inside"] / part.sodium_outside) ** 3 / thermal
    g_k, g_cl, g_kcc2 = part.potassium_conductance, part.chloride_conductance, part.kcc2_conductance
    beta = 1 / (g_k * g_cl + g_kcc2 * g_k + g_cl * g_kcc2)
    v = found["membrane.voltage"] / thermal
    sodium = part.sodium_outside * math.exp(-v - 3 * pump / part.sodium_conductance)
    potassium = part.potassium_outside * math.exp(-v + 2 * pump * (g_cl + g_kcc2) * beta)
    chloride = part.chloride_outside * math.exp(v - 2 * pump * g_kcc2 * beta)
    assert found["sodium.inside"] == pytest.approx(sodium, rel=1e-6)
    assert found["potassium.inside"] == pytest.approx(potassium, rel=1e-6)
    assert found["chloride.inside"] == pytest.approx(chloride, rel=1e-6)


@given(
    sodium=st.floats(min_value=2.0, max_value=60.0),
    chloride=st.floats(min_value=1.0, max_value=60.0),
    excess=st.floats(min_value=-0.02, max_value=0.02),
    kcc2=st.floats(min_value=0.0, max_value=100.0),
    nkcc1=st.floats(min_value=0.0, max_value=100.0),
)
def test_charge_moves_only_with_channels_and_pump(
    sodium: float, chloride: float, excess: float, kcc2: float, nkcc1: float
) -> None:
    """Whatever the carriers do, d charge / dt is minus the current of leaks and pump: carriers move none."""
    part = dataclasses.replace(card(), kcc2_conductance=kcc2, nkcc1_conductance=nkcc1)
    volume = part.volume_start
    potassium = chloride + excess - sodium - part.impermeant_charge * part.impermeant_amount / volume
    amounts = {"sodium": sodium * volume, "potassium": potassium * volume, "chloride": chloride * volume}
    state = {**amounts, "volume": volume}
    at, rates = part.values(0.0, state, {}), part.rates(0.0, state, {})
    moved = rates["sodium"] + rates["potassium"] - rates["chloride"]
    current = (
        sum(
            conductance / 1e3 * (at["voltage"] - at[name])
            for conductance, name in (
                (part.sodium_conductance, "sodium_reversal"),
                (part.potassium_conductance, "potassium_reversal"),
                (part.chloride_conductance, "chloride_reversal"),
            )
        )
        + part.pump_rate * (sodium / part.sodium_outside) ** 3
    )
    scale = abs(rates["sodium"]) + abs(rates["potassium"]) + abs(rates["chloride"])
    assert moved == pytest.approx(-AMOUNT_OF_CURRENT * at["area"] / DENSITY * current, abs=1e-10 * scale)


def test_more_tonic_conductance_takes_chloride_towards_the_voltage() -> None:
    without = rest(card())
    loaded = rest(dataclasses.replace(card(), gaba_conductance=60.0))
    assert loaded["chloride.inside"] > without["chloride.inside"]


def test_immature_variant_is_where_gaba_depolarises() -> None:
    system = wire({"cell": card("immature")})
    solution = solve(system, parameters=system.parameters(1), output_times=[0.0, REST], tolerances=SETTINGS)
    found = solution.outputs(["gaba.reversal", "membrane.voltage"])
    assert found["gaba.reversal"][0, -1] > found["membrane.voltage"][0, -1] + 15
    assert np.isfinite(found["gaba.reversal"]).all()
