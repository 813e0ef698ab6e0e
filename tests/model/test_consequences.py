"""What may follow from other targets: off by default, wired by port names when a variant is chosen."""

from __future__ import annotations

import numpy as np
import pytest

import neurosteroid as ns
from neurosteroid.engine import Covariate, wire
from neurosteroid.errors import UnknownNameError
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.bodies import menstrual_cycle
from neurosteroid.model.consequences import gnrh_brake, neuroprotection
from neurosteroid.model.contribution import Situation
from neurosteroid.physiology.cycle import cycle_parts
from neurosteroid.receptors.consequences import GnrhBrake

ON = ns.ModelChoice(gnrh_feedback="women", neuroprotection="membrane-receptor-delta")


def test_both_are_off_by_default():
    ledger = Ledger()
    assert gnrh_brake(ns.ModelChoice(), ledger) == neuroprotection(ns.ModelChoice(), ledger) == {}
    assert ledger.numbers == ()
    assert library().card("gnrh-feedback").default == library().card("neuroprotection").default == "none"


def test_every_number_of_a_consequence_is_an_assumption():
    for name in ("gnrh-feedback", "neuroprotection"):
        numbers = list(library().card(name, "targets").all_numbers())
        assert numbers
        assert all(number.counts_as_assumed for number in numbers)


def test_the_brake_multiplies_the_frequency_of_the_generator_and_changes_none_of_its_numbers():
    brake = GnrhBrake(largest_slowing=0.3, half_slowing=20.0, hill=1.0)
    found = brake.values(0.0, {}, {"steroid": 20.0, "without": 2.0})
    assert found == {"factor": pytest.approx(0.85), "frequency": pytest.approx(1.7)}
    woman = ns.Person(weight="60 kg", states=[ns.MenstrualCycle(day=1)])
    given = menstrual_cycle.contribute(
        woman.states[0],
        Ledger(),
        Situation(person=woman, clock=8.0, until=24.0, choice=ON, probing=True),
    )
    pulses, braked = cycle_parts()["cycle_gnrh_pulses"], given.parts["cycle_gnrh_pulses"]
    numbers = [name for name in vars(pulses) if name not in ("pulses", "feedback")]
    assert {name: getattr(pulses, name) for name in numbers} == {name: getattr(braked, name) for name in numbers}
    assert "gnrh.brake" in given.outputs
    assert any("both signs" in text or "Against" in text for text in given.limits)
    names = ("plasma.progesterone", "plasma.estradiol", "receptor.allopregnanolone")
    system = wire(
        {name: given.parts[name] for name in ("cycle_gnrh_pulses", "gnrh_brake")},
        [*(Covariate(name, "nmol/L") for name in names), Covariate("cycle.positive-feedback", "1")],
    )
    assert {"gnrh.frequency", "gnrh.frequency.without-brake", "gnrh.brake"} <= set(system.output_names)


def test_protection_follows_the_steroid_at_the_receptor():
    parts = neuroprotection(ON, Ledger())
    system = wire(parts, [Covariate("receptor.allopregnanolone", "nmol/L")])
    assert {"target.mpr-delta.activation", "protection.death_ratio"} <= set(system.output_names)
    course = ns.simulate(
        ns.Person(weight="70 kg"), ns.protocol("brexanolone-label"), until="60 h", step="4 h", model=ON
    )
    ratio, steroid = course.values["protection.death_ratio"], course.values["receptor.allopregnanolone"]
    assert ratio == pytest.approx(1 - 0.5 * steroid / (steroid + 20.0), rel=1e-6)
    assert np.argmin(ratio) == np.argmax(steroid)
    assert any("nothing else in the model reads it" in text for text in course.limits)


def test_an_unknown_variant_is_answered_with_the_known_ones():
    with pytest.raises(UnknownNameError, match="women"):
        gnrh_brake(ns.ModelChoice(gnrh_feedback="woman"), Ledger())
    with pytest.raises(UnknownNameError, match="pregnane-x-receptor"):
        neuroprotection(ns.ModelChoice(neuroprotection="pregnane-x-receptr"), Ledger())
