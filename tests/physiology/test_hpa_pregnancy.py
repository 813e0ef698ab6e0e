"""Cortisol in pregnancy: carried by more globulin, driven from another set point."""

import pytest

from neurosteroid.evidence import Ledger, library
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.physiology.hpa_pregnancy import CarriedCortisol, PregnancyDrive, raised

CONSTANTS = {
    "cbg_progesterone": 0.024,
    "cbg_cortisol": 0.012,
    "progesterone_on_albumin": 53.3,
    "progesterone_elsewhere": 0.67,
    "cortisol_on_albumin": 1.6,
    "albumin_reference": 650e3,
}


def carried(at_rest: float, progesterone: float, globulin: float, albumin: float = 650e3) -> float:
    part = CarriedCortisol(globulin_at_rest=700.0, **CONSTANTS)
    given = {"at_rest": at_rest, "progesterone": progesterone, "globulin": globulin, "albumin": albumin}
    return float(part.values(0.0, {}, given)["plasma"])


@pytest.mark.parametrize("at_rest", [20.0, 220.0, 600.0])
def test_outside_pregnancy_nothing_changes(at_rest):
    # two quadratics, the second of which undoes the first
    assert carried(at_rest, 0.0, 700.0) == pytest.approx(at_rest, rel=1e-12)


def test_more_globulin_carries_more_and_progesterone_takes_some_of_it():
    assert carried(220.0, 0.0, 1925.0) > 2 * 220.0
    assert 220.0 < carried(220.0, 480.0, 1925.0) < carried(220.0, 0.0, 1925.0)


def test_unbound_cortisol_is_what_the_globulin_binding_part_finds():
    """Two parts, one forward and one back, agree on the unbound cortisol of a pregnant woman."""
    at_rest = library().card("at-rest", "physiology").number("binding.cbg").to("nmol/L")
    binding = part_from_card(library().card("binding", "physiology"), None, Ledger())
    constants = {key: vars(binding)[key] for key in CONSTANTS}
    part = CarriedCortisol(globulin_at_rest=at_rest, **constants)
    found = []
    for progesterone, globulin, albumin in ((480.0, 2.75 * at_rest, 500e3), (0.0, at_rest, 650e3)):
        given = {"at_rest": 220.0, "progesterone": progesterone, "globulin": globulin, "albumin": albumin}
        total = float(part.values(0.0, {}, given)["plasma"])
        bound = {"progesterone": progesterone, "cortisol": total, "cbg": globulin, "albumin": albumin}
        found.append(float(binding.values(0.0, {}, bound)["unbound_cortisol"]))
    # the binding part stops after 4 Newton steps, which leave less than 1e-9 of the globulin
    assert found[0] == pytest.approx(found[1], rel=1e-6)


def test_the_drive_rises_by_week_is_undone_after_delivery_and_stands_over_the_brake():
    part = PregnancyDrive(highest=1.673, middle=18.0, width=5.0, half_time_after=2.0)

    def drive(week: float, day: float = 0.0, brake: float = 1.0) -> float:
        return float(part.values(0.0, {}, {"week": week, "day": day, "brake": brake})["pregnancy"])

    assert drive(18.0) == pytest.approx(1 + 0.673 / 2)
    assert drive(40.0) == pytest.approx(raised(40.0, 1.673, 18.0, 5.0))
    assert drive(40.0, 2.0) - 1 == pytest.approx((drive(40.0) - 1) / 2)
    assert drive(30.0, brake=0.5) * 0.5 == pytest.approx(drive(30.0))
