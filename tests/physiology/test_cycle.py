"""The menstrual cycle's parts: alone with the published pools, and joined to the body's own."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

import numpy as np
import pytest
from numpy.typing import NDArray

from neurosteroid.engine import (
    OUTSIDE,
    AbstractPart,
    Flow,
    Record,
    State,
    System,
    Value,
    parameter,
    solve,
    wire,
)
from neurosteroid.errors import CardError, UnknownNameError
from neurosteroid.evidence import Ledger, library
from neurosteroid.physiology.cycle import AT_REST, STEROIDS, cycle_alone, cycle_parts, phase_days
from neurosteroid.physiology.cycle_course import HORMONES, last_cycle
from neurosteroid.physiology.cycle_in_body import cycle_in_body

DAY = 24.0
DAYS = np.arange(0.0, 150.0, 0.125)
SHOWN = ("plasma.lh", "plasma.fsh", "plasma.estradiol", "plasma.progesterone")


@final
@dataclass(frozen=True, kw_only=True)
class Pool(AbstractPart):
    """One compartment of the body, as a disposition part gives it."""

    clearance: float = parameter("L/h", "clearance")
    volume: float = parameter("L", "volume")
    analyte: str

    states = (State("central", "central.{analyte}", "nmol"),)
    gives = (Value("plasma", "plasma.{analyte}", "nmol/L"), Value("clearance", "clearance.{analyte}", "L/h"))
    flows = (Flow("elimination", "nmol/h", source="central.{analyte}", target=OUTSIDE),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        return {"plasma": state["central"] / self.volume, "clearance": self.clearance}

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        return {"elimination": self.clearance * state["central"] / self.volume}


@functools.cache
def joined() -> System:
    """Return the cycle on pools of the body that are as fast as the published ones."""
    numbers = library().card("physiology/menstrual-cycle").variant("published").numbers
    clearances = {"progesterone": 87.5, "estradiol": 56.0}  # L/h; only its ratio to the volume matters
    pools = {
        f"pool_{steroid}": Pool(
            clearance=clearance, volume=clearance / numbers[f"{steroid}_clearance"].to("1/h"), analyte=steroid
        )
        for steroid, clearance in clearances.items()
    }
    return wire({**pools, **cycle_parts("published", pools=False)}, AT_REST)


@functools.cache
def alone() -> System:
    return cycle_alone("published")


def follow(system: System, records: list[Record] | None = None) -> Mapping[str, NDArray[np.float64]]:
    found = solve(
        system,
        records or [],
        parameters=system.parameters(1),
        covariates=np.ones((1, len(system.covariate_names))),
        output_times=DAYS * DAY,
        start=0.0,
        outputs=SHOWN,
    )
    assert not found.failures
    assert found.kept is not None
    return {name: course[0] for name, course in found.kept.items()}


def peaks(course: NDArray[np.float64], least: float) -> NDArray[np.float64]:
    """Return the days of the local maxima above a level."""
    inner = course[1:-1]
    return DAYS[1:-1][(inner > course[:-2]) & (inner >= course[2:]) & (inner > least)]


def test_the_settled_cycle_has_the_published_period_and_peaks() -> None:
    found = follow(alone())
    lh = peaks(found["plasma.lh"], 40.0)
    assert np.diff(lh)[1:] == pytest.approx(28.0, abs=1.0)  # the acceptance of the cycle model
    progesterone = peaks(found["plasma.progesterone"], 20.0)
    luteal = progesterone[progesterone > lh[2]][0] - lh[2]
    assert 6.0 - 0.25 <= luteal <= 8.0  # two samples beside the published sixth day


def test_joined_to_pools_as_fast_as_the_published_ones_nothing_changes() -> None:
    one, other = follow(alone()), follow(joined())
    later = DAYS > 40.0  # the body's pools start empty
    for name in SHOWN:
        # a start without steroids moves the cycle by minutes, so steep courses are compared by their extremes
        assert other[name][later].max() == pytest.approx(one[name][later].max(), rel=0.03)
    assert np.diff(peaks(other["plasma.lh"], 40.0))[1:] == pytest.approx(28.0, abs=1.0)


def test_progesterone_that_is_given_holds_back_the_surge() -> None:
    # vaginal or intramuscular progesterone of about 10 mg a day absorbed, from before the fourth LH peak
    dose = Record(time=92 * DAY, state="central.progesterone", rate=1500.0, amount=1500.0 * 14 * DAY)
    plain, given = (follow(joined(), records) for records in ([], [dose]))
    late = (DAYS > 92) & (DAYS < 106)
    assert plain["plasma.lh"][late].max() > 80.0
    assert given["plasma.lh"][late].max() < 40.0


def test_sources_elsewhere_are_taken_off_the_ovarys_flow() -> None:
    parts = cycle_parts("published", pools=False, elsewhere={"progesterone": 0.15})
    secretion = [
        part.rates(0.0, {}, {"ovary": 0.1, "clearance": 2.0})["secretion"]
        for part in (parts["cycle_progesterone"], cycle_parts("published", pools=False)["cycle_progesterone"])
    ]
    assert secretion[1] - secretion[0] == pytest.approx(2.0 * 0.15, rel=1e-12)


def test_every_number_is_in_the_ledger_with_its_source() -> None:
    ledger = Ledger()
    cycle_parts("published", ledger, agonist=True, antagonist=True, follitropin=True, hcg=True, atresia=True)
    taken = {number.key for number in ledger.numbers if number.card.endswith("menstrual-cycle")}
    unused = set(library().card("physiology/menstrual-cycle").variant("published").numbers) - taken
    assert unused == {
        "agonist_dose",
        "antagonist_dose",
        "luteal_length",
        "ovulation_half_width",
        "cycle_length_mean",
        "surge_height",
    }
    assert {number.key for number in ledger.assumed} == {"drug_per_receptor", "hcg_lh_potency", "atresia_half_life"}


def test_a_missing_number_and_an_unknown_variant_are_refused() -> None:
    with pytest.raises(UnknownNameError, match="published"):
        cycle_parts("publishd")
    with pytest.raises(CardError, match="GnrhPulseGenerator needs the number 'frequency_maximum'"):
        cycle_parts(card=library().card("allopregnanolone", "compounds"))


@pytest.mark.parametrize("steroid", STEROIDS)
def test_thresholds_are_held_in_molar_units(steroid: str) -> None:
    part: Any = cycle_parts("published")["cycle_gnrh_pulses"]
    number = library().card("physiology/menstrual-cycle").number(f"{steroid}_frequency_threshold", "published")
    molar_mass = library().card(steroid, "compounds").number("molar_mass").value
    per_unit = {"pg/mL": 1e-3, "ng/mL": 1.0}[number.unit] * 1e3 / molar_mass  # ug/L to nmol/L
    assert getattr(part, f"{steroid}_frequency_threshold") == pytest.approx(number.value * per_unit, rel=1e-9)


def test_in_a_body_the_refitted_cycle_keeps_its_period_and_the_adrenal_its_progesterone() -> None:
    system, covariates = cycle_in_body()
    found = solve(
        system,
        parameters=system.parameters(1),
        covariates=covariates,
        output_times=np.arange(0.0, 230.0 * DAY),
        start=0.0,
        outputs=HORMONES,
    )
    assert found.kept is not None
    courses = {name: course[0] for name, course in found.kept.items()}
    cycle = last_cycle(found.times[0], courses, phase_days().luteal_length)
    assert cycle is not None
    assert cycle.period == pytest.approx(28.0, abs=1.0)  # the acceptance of the cycle model
    floor = library().card("physiology/pathway").number("progesterone_floor").value
    assert courses["plasma.progesterone"][1000:].min() > floor
    pause = solve(
        system,
        [Record(time=0.0, evid=2, covariates={"cycle.ovulation": 0.0})],
        parameters=system.parameters(1),
        covariates=covariates,
        covariate_rule="locf",
        output_times=np.arange(40.0 * DAY, 120.0 * DAY, 6.0),
        start=0.0,
        outputs=HORMONES,
    ).kept
    assert pause is not None
    assert pause["plasma.progesterone"].max() < 5.0  # nmol/L: no luteal phase where there is no ovulation
