"""The stress axis of a woman who is pregnant or was delivered some days ago, beside the same axis outside pregnancy."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.engine import Covariate, EventKind, Record, solve, wire
from neurosteroid.engine.wiring import filled
from neurosteroid.errors import CardError
from neurosteroid.evidence import Card, Ledger, Library, Reproduces, library
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.model.gestation import PREGNANT, binding_protein_parts
from neurosteroid.physiology.hpa import hpa_parts
from neurosteroid.physiology.hpa_settled import ALLO, INPUTS
from neurosteroid.physiology.pregnancy import HOURS_PER_DAY, HOURS_PER_WEEK, GestationClock
from neurosteroid.physiology.stressors import records, stressor

Array = NDArray[np.float64]

_MINUTE: Final = 1 / 60.0  # h
_AFTER: Final = 6.0  # h that are followed from hour 0
_SETTLING: Final = 60.0  # days of pregnancy before hour 0 or delivery: two half-lives of the slower gland or more
_P4: Final = "plasma.progesterone"
_PORTS: Final = {"cortisol": "plasma.cortisol", "unbound cortisol": "unbound.cortisol", "acth": "plasma.acth"}


@final
@dataclass(frozen=True)
class _Asked:
    """What decides a course; `week` is None outside pregnancy, `day` counts from delivery at the usual week."""

    variant: str | None
    week: float | None
    day: float | None
    clock: float
    event: str | None
    progesterone: float  # nmol/L in pregnancy
    allopregnanolone: float  # nmol/L in pregnancy


@functools.lru_cache(maxsize=32)
def _course(shelf: Library, asked: _Asked) -> Mapping[str, Array]:
    """Return times (h) and values, every minute; `shelf` is the library in use."""
    stress, rest = shelf.card("stress", "physiology"), shelf.card("at-rest", "physiology")
    low = {
        _P4: shelf.card("pathway", "physiology").number("progesterone_floor").to(units.CONCENTRATION),
        ALLO: stress.number("allopregnanolone_at_rest", asked.variant).to(units.CONCENTRATION),
    }
    high = {_P4: asked.progesterone, ALLO: asked.allopregnanolone}
    delivery = 0.0 if asked.day is None else -asked.day * HOURS_PER_DAY
    start = delivery - _SETTLING * HOURS_PER_DAY if asked.week is not None else 0.0
    week = None
    events: list[Record] = []
    known = {**INPUTS, "binding.cbg": rest.number("binding.cbg").to(units.CONCENTRATION)}
    known |= {"binding.albumin": rest.number("binding.albumin").to(units.CONCENTRATION), PREGNANT: 1.0}
    if asked.week is None:
        parts = hpa_parts(variant=asked.variant, clock_at_start=asked.clock)
        known |= low
    else:
        week = asked.week + (start - delivery) / HOURS_PER_WEEK
        parts = hpa_parts(variant=asked.variant, clock_at_start=asked.clock, hour=start, week=week)
        parts |= {"clock": GestationClock(week_at_start=week), **binding_protein_parts(Ledger())}
        known |= high
        if asked.day is not None:
            after = {PREGNANT: 0.0, **low}
            events.append(Record(time=delivery, evid=EventKind.OTHER, covariates=after))
    parts["binding"] = part_from_card(shelf.card("binding", "physiology"), None, Ledger())
    if asked.event is not None:
        events += records([stressor(asked.event, 0.0, Ledger())])
    needed = {filled(part, need.name): need.unit for part in parts.values() for need in part.needs}
    given = {filled(part, value.name) for part in parts.values() for value in part.gives}
    names = [name for name in known if name in needed and name not in given]
    system = wire(parts, [Covariate(name, needed[name]) for name in names])
    times = np.arange(0.0, _AFTER + _MINUTE / 2, _MINUTE)
    found = solve(
        system,
        sorted(events, key=lambda record: record.time),
        parameters=system.parameters(1),
        covariates=np.array([[known[name] for name in system.covariate_names]]),
        covariate_rule="locf",
        output_times=times,
        start=start,
    )
    rows = np.searchsorted(found.times[0], times + 1e-9, side="right") - 1
    return {name: values[0, rows] for name, values in found.outputs(list(_PORTS.values())).items()}


def axis(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return a figure of the axis in or after a pregnancy.

    Arguments: week, or day after delivery at the usual week; clock (time of day of hour 0, h), event (a variant of the
    card of stressors) and after (time after its start); progesterone and allopregnanolone in pregnancy; outside = "yes"
    for a woman who was never pregnant.

    Metrics, X one of cortisol, unbound cortisol, acth: ``X``; ``X over outside pregnancy``; ``X over other week``
    (`other_week`); ``X over before``; ``response of acth to CRH``, the rise over that outside pregnancy; ``share of
    unbound cortisol over other week`` (`other_week`, `other_progesterone`, `other_allopregnanolone`).
    """
    given = entry.arguments
    usual = library().card("pregnancy", "physiology").number("usual_delivery").to("week")
    day = float(given["day"]) if "day" in given else None
    asked = _Asked(
        variant=variant if card.name == "stress" else None,
        week=None if given.get("outside") == "yes" else float(given.get("week", usual)),
        day=day,
        clock=float(given["clock"]),
        event=str(given["event"]) if "event" in given else None,
        progesterone=_level(given, "progesterone"),
        allopregnanolone=_level(given, "allopregnanolone"),
    )
    outside = _Asked(asked.variant, None, None, asked.clock, asked.event, 0.0, 0.0)
    found = _course(library(), asked)
    metric = entry.metric
    if metric == "response of acth to CRH":
        rises = [float(each["plasma.acth"].max() - each["plasma.acth"][0]) for each in (found, _of(outside))]
        return rises[0] / rises[1]
    after = round(units.parse_span(str(given["after"])) / _MINUTE) if "after" in given else 0
    if metric == "share of unbound cortisol over other week":
        other = replace(
            asked,
            week=float(given["other_week"]),
            progesterone=_level(given, "other_progesterone"),
            allopregnanolone=_level(given, "other_allopregnanolone"),
        )
        shares = [each["unbound.cortisol"][after] / each["plasma.cortisol"][after] for each in (found, _of(other))]
        return float(shares[0] / shares[1])
    for name in sorted(_PORTS, key=len, reverse=True):
        if not metric.startswith(name):
            continue
        values = found[_PORTS[name]]
        rest = metric.removeprefix(name)
        if rest == "":
            return _converted(name, float(values[after]), entry)
        if rest == " over outside pregnancy":
            return float(values[after] / _of(outside)[_PORTS[name]][after])
        if rest == " over other week":
            earlier = replace(asked, week=float(given["other_week"]))
            return float(values[after] / _of(earlier)[_PORTS[name]][after])
        if rest == " over before":
            return float(values[after] / values[0])
    raise CardError(f"'{metric}' is not a metric of this set-up.", where=f"{entry.name}: metric")


def _of(asked: _Asked) -> Mapping[str, Array]:
    return _course(library(), asked)


def _level(given: Mapping[str, str | float | bool], analyte: str) -> float:
    if analyte not in given:
        return 0.0
    mass = _mass(analyte.removeprefix("other_"))
    return float(units.parse(str(given[analyte]), units.CONCENTRATION, molar_mass=mass))


def _converted(name: str, value: float, entry: Reproduces) -> float:
    if name == "acth":
        return float(units.convert(value, "pmol/L", entry.observed.unit))
    return float(units.convert(value, units.CONCENTRATION, entry.observed.unit, molar_mass=_mass("cortisol")))


def _mass(analyte: str) -> float | None:
    return library().molar_mass(analyte)


SET_UPS = {"stress-axis-in-pregnancy": axis}
