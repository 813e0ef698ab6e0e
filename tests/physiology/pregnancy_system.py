"""A pregnancy with stand-in pools: what its parts do is tested without the synthesis pathway."""

from __future__ import annotations

import numpy as np

from neurosteroid.engine import AbstractPart, Covariate, EventKind, Record, Solution, System, solve, wire
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.pharmacokinetics.disposition import TwoCompartment
from neurosteroid.physiology.placenta import FetoplacentalSource
from neurosteroid.physiology.pregnancy import CorpusLuteumOfPregnancy, GestationClock

HOURS_PER_WEEK, HOURS_PER_DAY = 168.0, 24.0
START = 4.0
PREGNANT = Covariate("state.pregnant", "1")
WEIGHT = Covariate("person.weight", "kg")
ENZYMES = (
    "activity.steroidogenesis-placenta",
    "activity.steroidogenesis-ovary",
    "activity.steroidogenesis-estradiol",
    "activity.5alpha-reductase-1",
)


def pool(analyte: str) -> TwoCompartment:
    """Return a stand-in pool: clearance 90 L/h, first half-time after a long source 69 min, a slow pool of 20 h."""
    return TwoCompartment(
        clearance=90.0,
        central_volume=150.0,
        intercompartmental_clearance=10.0,
        peripheral_volume=250.0,
        reference_weight=70.0,
        clearance_exponent=0.75,
        volume_exponent=1.0,
        analyte=analyte,
    )


def parts(placenta: str | None = None, ovary: str | None = None) -> dict[str, AbstractPart]:
    """Return the parts of a pregnancy and the weeks after it, with three pools."""
    ledger = Ledger()
    cards = {name: library().card(name, "physiology") for name in ("placenta", "pregnancy", "postpartum-ovary")}
    estradiol = {name: f"estradiol_{name}" for name in ("highest_production", "middle_of_rise", "width_of_rise")}
    disposition = library().card("estradiol-disposition", "physiology")
    fall = {key: ledger.take(cards["placenta"], key, "week", placenta) for key in ("middle_of_fall", "width_of_fall")}
    return {
        "clock": GestationClock(week_at_start=START),
        "progesterone": pool("progesterone"),
        "allopregnanolone": pool("allopregnanolone"),
        "estradiol": part_from_card(disposition, None, ledger, kind="two-compartment", analyte="estradiol"),
        "placenta": part_from_card(cards["placenta"], placenta, ledger, analyte="progesterone"),
        "corpus_luteum": CorpusLuteumOfPregnancy(
            production=ledger.take(cards["placenta"], "luteal_production", "nmol/h", placenta), **fall
        ),
        "corpus_luteum_estradiol": CorpusLuteumOfPregnancy(
            production=ledger.take(disposition, "production_luteal", "nmol/h"),
            **fall,
            analyte="estradiol",
            enzyme="steroidogenesis-estradiol",
        ),
        "placental_estradiol": part_from_card(
            cards["pregnancy"],
            None,
            ledger,
            kind="placental-source",
            keys=estradiol,
            analyte="estradiol",
            enzyme="steroidogenesis-estradiol",
        ),
        "fetoplacental": FetoplacentalSource(
            share_of_progesterone=ledger.take(cards["pregnancy"], "share_allopregnanolone", "1")
        ),
        "plasma_volume": part_from_card(
            cards["pregnancy"],
            None,
            ledger,
            kind="pregnancy-plasma-volume",
            keys={"half_time_after": "volume_half_time_after"},
        ),
        "ovary": part_from_card(cards["postpartum-ovary"], ovary, ledger),
    }


def after(delivery_week: float, days: float = 0.0) -> float:
    """Return the hour that lies a number of days after delivery."""
    return (delivery_week - START) * HOURS_PER_WEEK + days * HOURS_PER_DAY


def delivery(week: float) -> Record:
    """Return the record of delivery."""
    return Record(time=after(week), evid=EventKind.OTHER, covariates={"state.pregnant": 0.0})


def follow(
    system: System, delivery_week: float, times: np.ndarray, parameters: np.ndarray | None = None, weight: float = 70.0
) -> Solution:
    """Follow women from the start of pregnancy through delivery, starting with empty pools."""
    table = system.parameters(1) if parameters is None else parameters
    given = dict.fromkeys(ENZYMES, 1.0) | {"state.pregnant": 1.0, "person.weight": weight}
    row = np.array([given[name] for name in system.covariate_names])
    return solve(
        system,
        [delivery(delivery_week)],
        parameters=table,
        covariates=np.tile(row, (len(table), 1)),
        output_times=times,
        covariate_rule="locf",
        start=0.0,
    )


def whole(placenta: str | None = None, ovary: str | None = None, *, accounts: bool = False) -> System:
    """Return the wired system."""
    return wire(
        parts(placenta, ovary), [PREGNANT, WEIGHT, *(Covariate(name, "1") for name in ENZYMES)], accounts=accounts
    )


def courses(
    system: System, delivery_week: float, times: np.ndarray, *names: str, parameters: np.ndarray | None = None
) -> list[np.ndarray]:
    """Return each named output of one woman at the times; the row that the record of delivery makes is left out."""
    solution = follow(system, delivery_week, times, parameters)
    made = int(np.argmin(np.abs(solution.times[0] - after(delivery_week))))
    return [np.delete(values[0], made) for values in solution.outputs(names).values()]
