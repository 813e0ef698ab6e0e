"""Midazolam, the probe of CYP3A4, with something taken that induces or inhibits the enzyme."""

from __future__ import annotations

from typing import Final

from neurosteroid import units
from neurosteroid.engine import Covariate, EventKind, Record, solve, wire
from neurosteroid.errors import CardError
from neurosteroid.evidence import Card, Ledger, Reproduces
from neurosteroid.model.medicines import enzyme_part, perpetrator_part

_DAY: Final = 24.0  # h: a dose counts until the next would come
_ROUTES: Final = ("vein", "mouth")


def probe(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return the area of midazolam with a medicine over that alone, by a well-stirred liver and a gut wall.

        liver    a = activity at the hour of midazolam; intrinsic clearance over flow r = e / (1 - e), e at rest
        by vein  area ratio = extraction at rest / (r a' / (1 + r a')),  a' = share * a + 1 - share
        by mouth area ratio = (gut availability then / at rest) / a'

    Arguments: ``perpetrator``, ``route`` (vein, mouth), ``days`` on which it is taken from hour 0 on, and ``at``, the
    hour of midazolam. The activity of that hour is taken for all of midazolam's passage, which lasts a few hours.

    Raises:
        CardError: another metric or route.
    """
    given, ledger = entry.arguments, Ledger()
    if entry.metric != "auc_ratio" or given["route"] not in _ROUTES:
        raise CardError(f"'{entry.metric}' by '{given['route']}' is not of this set-up.", where=f"{entry.name}: metric")
    liver, gut = _activities(
        str(given["perpetrator"]), float(given["days"]), units.parse(str(given["at"]), "h"), ledger
    )
    extraction, passed, share = (
        ledger.take(card, key, "1", variant) for key in ("hepatic_extraction", "gut_availability", "cyp3a4_share")
    )
    enzyme = share * liver + 1 - share
    if given["route"] == "vein":
        intrinsic = extraction / (1 - extraction) * enzyme
        return float(extraction * (1 + intrinsic) / intrinsic)
    return float(1 / (passed + (1 - passed) * gut) / enzyme)


def _activities(name: str, days: float, at: float, ledger: Ledger) -> tuple[float, float]:
    """Return the activity of CYP3A4 in liver and gut wall at an hour, with a medicine taken from hour 0 for days."""
    taken = f"medication.{name}"
    system = wire(
        {"enzyme": enzyme_part(ledger), "medicine": perpetrator_part(name, ledger)},
        [Covariate(taken, "1")],
    )
    changes = {0.0: 1.0, days * _DAY: 0.0}
    records = [
        Record(time=time, evid=EventKind.OTHER, covariates={taken: value})
        for time, value in changes.items()
        if time < at  # a later one would carry the run beyond the hour that is read
    ]
    outputs = ("activity.cyp3a4", "activity.cyp3a4-gut")
    found = solve(
        system,
        records,
        parameters=system.parameters(1),
        output_times=[at],
        start=0.0,
        covariate_rule="locf",
        outputs=outputs,
    )
    kept = found.require_complete().kept or {}
    liver, gut = (float(kept[output][0, -1]) for output in outputs)
    return liver, gut


SET_UPS = {"midazolam-with-perpetrator": probe}
