"""The ledger converts, remembers once, and knows what was assumed."""

from __future__ import annotations

import pytest

from neurosteroid.errors import UnitError, UnknownNameError
from neurosteroid.evidence import Ledger, library


def test_take_converts_and_remembers_once() -> None:
    ledger, card = Ledger(), library().card("brexanolone")
    assert ledger.take(card, "clearance", "mL/min") == pytest.approx(89.8 * 1000 / 60, rel=1e-12)
    assert ledger.take(card, "clearance", "L/h") == 89.8
    assert ledger.take(card, "clearance", "L/h/kg", variant="label") == 1.0
    assert [number.where for number in ledger.numbers] == [
        "brexanolone[population].clearance",
        "brexanolone[label].clearance",
    ]


def test_mass_becomes_molar_with_a_molar_mass() -> None:
    ledger = Ledger()
    mass = ledger.take(library().card("allopregnanolone"), "molar_mass", "g/mol")
    bag = ledger.take(library().card("brexanolone-label"), "bag_concentration", "nmol/L", molar_mass=mass)
    # 1 mg/mL = 1e6 ug/L = 1e9 ng/L
    assert bag == pytest.approx(1e9 / 318.5, rel=1e-12)


def test_assumed_and_sources_follow_what_was_taken() -> None:
    ledger = Ledger()
    ledger.take(library().card("brexanolone"), "clearance", "L/h")
    assert ledger.assumed == ()
    assert ledger.sources == ("wald2022",)
    ledger.take(library().card("brain-link"), "receptor_to_brain", "1", variant="unbound")
    assert [number.key for number in ledger.assumed] == ["receptor_to_brain"]
    assert ledger.sources == ("wald2022", "drugs-com-brexanolone", "zolkowska2018")


def test_merge_keeps_order_and_doubles_nothing() -> None:
    first, second = Ledger(), Ledger()
    card = library().card("brexanolone")
    first.take(card, "clearance", "L/h")
    second.take(card, "central_volume", "L")
    second.take(card, "clearance", "L/h")
    first.merge(second)
    assert [number.key for number in first.numbers] == ["clearance", "central_volume"]


def test_numbers_of_protocol_steps_can_be_read() -> None:
    ledger = Ledger()
    step = library().card("brexanolone-label").steps[2]
    assert step.rate is not None
    assert ledger.read(step.rate, "ug/kg/h") == 90
    assert ledger.numbers[0].where == "brexanolone-label.steps[2].rate"


def test_what_fails_is_not_remembered() -> None:
    ledger, card = Ledger(), library().card("brexanolone")
    with pytest.raises(UnitError, match=r"brexanolone\[population\]\.clearance"):
        ledger.take(card, "clearance", "kg")
    with pytest.raises(UnknownNameError):
        ledger.take(card, "clearence", "L/h")
    assert ledger.numbers == ()
