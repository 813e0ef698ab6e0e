"""Parts of impaired organs, with made-up numbers, and the carrier that the kidney clears."""

from __future__ import annotations

import numpy as np
import pytest

from neurosteroid.dosing import Protocol, protocol
from neurosteroid.dosing.carrier import carrier
from neurosteroid.engine import Covariate, Record, solve, wire
from neurosteroid.errors import EventError
from neurosteroid.pharmacokinetics.disposition import TwoCompartment
from neurosteroid.pharmacokinetics.organ_function import BindingClearanceChange, HepaticFunction, RenalFunction
from neurosteroid.pharmacokinetics.renal import RenalTwoCompartment

CARRIER = RenalTwoCompartment(
    clearance=6.0,
    reference_gfr=100.0,
    central_volume=10.0,
    intercompartmental_clearance=3.0,
    peripheral_volume=5.0,
    reference_weight=80.0,
    clearance_exponent=0.75,
    analyte="sbecd",
)
STEROID = TwoCompartment(
    clearance=90.0,
    central_volume=120.0,
    intercompartmental_clearance=40.0,
    peripheral_volume=480.0,
    reference_weight=80.0,
    clearance_exponent=0.75,
    volume_exponent=1.0,
)


def plateau(system, state, wanted, covariates):
    endless = Record(time=0.0, state=state, rate=1000.0, steady_state=1)
    found = solve(
        system,
        [endless],
        parameters=system.parameters(len(covariates)),
        covariates=np.array(covariates),
        output_times=[0.0],
    )
    return found.outputs([wanted])[wanted][:, 0]


def test_clearance_of_the_carrier_is_in_proportion_to_filtration():
    system = wire({"sbecd": CARRIER}, [Covariate("person.weight", "kg"), Covariate("renal.gfr", "mL/min")])
    found = plateau(system, "central.sbecd", "plasma.sbecd", [[80.0, 100.0], [80.0, 20.0], [60.0, 20.0]])
    np.testing.assert_allclose(found, [1000 / 6, 1000 / 1.2, 1000 / 1.2], rtol=1e-12)


def test_the_kidneys_of_a_person_give_the_filtration_rate():
    system = wire({"sbecd": CARRIER, "kidney": RenalFunction(gfr=50.0)}, [Covariate("person.weight", "kg")])
    assert plateau(system, "central.sbecd", "plasma.sbecd", [[80.0]])[0] == pytest.approx(1000 / 3, rel=1e-12)


def test_less_protein_lowers_total_and_less_enzyme_raises_unbound_exposure():
    change = BindingClearanceChange(unbound_fraction_ratio=1.5, unbound_clearance_ratio=0.8)
    weight = [Covariate("person.weight", "kg")]
    usual = plateau(wire({"a": STEROID}, weight), "central.allopregnanolone", "plasma.allopregnanolone", [[80.0]])[0]
    system = wire({"a": STEROID, "liver": change}, weight)
    total = plateau(system, "central.allopregnanolone", "plasma.allopregnanolone", [[80.0]])[0]
    ratio = plateau(system, "central.allopregnanolone", "unbound_ratio.allopregnanolone", [[80.0]])[0]
    assert total / usual == pytest.approx(1 / 1.2, rel=1e-12)
    assert ratio * total / usual == pytest.approx(1 / 0.8, rel=1e-12)


def test_liver_function_is_that_of_one_drug():
    system = wire(
        {"liver": HepaticFunction(function=0.4, analyte="drug"), "a": STEROID}, [Covariate("person.weight", "kg")]
    )
    assert "hepatic.function.drug" in system.output_names


def test_the_carrier_is_infused_as_its_mass_in_the_vial():
    plan = protocol("brexanolone-label")
    carried = carrier(plan)
    assert carried.compound == "sbecd"
    assert carried.total_dose(70.0) == pytest.approx(50 * plan.total_dose(70.0), rel=1e-12)
    assert [step.until_h for step in carried.steps] == [step.until_h for step in plan.steps]
    assert "sbecd.mass_per_mass_of_brexanolone" in {number.where for number in carried.ledger.numbers}


def test_a_drug_without_a_carrier_and_a_dose_in_moles_are_refused():
    with pytest.raises(EventError, match="no carrier of 'zuranolone'"):
        carrier(protocol("zuranolone-50"))
    with pytest.raises(EventError, match="goes by mass"):
        carrier(Protocol.parse("100 nmol/h for 2 h"))
