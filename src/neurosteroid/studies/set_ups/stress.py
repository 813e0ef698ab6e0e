"""The stress axis by itself or with the synthesis pathway: a day, a stressor or test, months of stress."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.engine import AbstractPart, Covariate, Record, System, solve, wire
from neurosteroid.engine.wiring import filled
from neurosteroid.errors import CardError
from neurosteroid.evidence import Card, Ledger, Library, Reproduces, library
from neurosteroid.model.catalogue import part_from_card
from neurosteroid.physiology.hpa import hpa_parts
from neurosteroid.physiology.hpa_settled import INPUTS
from neurosteroid.physiology.pathway import ACTIVITIES, ALLO, P4, pathway_parts
from neurosteroid.physiology.stressors import Push, records, stressor

Array = NDArray[np.float64]

_DAY: Final = 24.0  # h
_MINUTE: Final = 1 / 60.0  # h; the distance of the rows that peaks are read from
_AFTER: Final = 6.0  # h that a stressor is followed
_SETTLING: Final = 240.0  # h of the pathway before a stressor: about 19 of its slowest half-lives
_LONGEST: Final = 400.0  # days that the axis is followed after lasting stress
_PORT: Final = {"cortisol": "plasma.cortisol", "acth": "plasma.acth", P4: f"plasma.{P4}", ALLO: f"plasma.{ALLO}"}
_AT_REST: Final = {"body.plasma-volume-scale": 1.0, **{f"activity.{name}": 1.0 for name in ACTIVITIES}}


@final
@dataclass(frozen=True)
class _Asked:
    """What decides a course; courses of one kind are run once."""

    variant: str | None
    event: str | None
    clock: float
    rhythm: bool
    progesterone: float | None  # nmol/L that an ovary holds up; None without the pathway
    drive: float | None = None  # of the hypothalamus, over that at rest, in place of a stressor
    length: float = 0.0  # h
    dose: float = 1.0  # of the event, over the usual one


@functools.lru_cache(maxsize=64)
def _course(shelf: Library, asked: _Asked) -> Mapping[str, Array]:
    """Return times (h after the stressor's start) and values, every minute; `shelf` is the library in use."""
    pushes: list[Push] = []
    if asked.event is not None:
        push = stressor(asked.event, 0.0, Ledger())
        pushes.append(replace(push, strength=asked.dose * push.strength))
    if asked.drive is not None:
        pushes.append(Push("stress.hypothalamus", asked.drive - 1.0, 0.0, asked.length))
    until = _AFTER if pushes and asked.event != "dexamethasone" else _DAY
    run_in = 0.0 if asked.progesterone is None else _SETTLING
    parts = hpa_parts(variant=asked.variant, clock_at_start=asked.clock, hour=-run_in, rhythm=asked.rhythm)
    covariates = dict(INPUTS)
    doses: list[Record] = []
    if asked.progesterone is None:
        rest = (
            shelf.card("stress", "physiology").number("allopregnanolone_at_rest", asked.variant).to(units.CONCENTRATION)
        )
        covariates[f"plasma.{ALLO}"] = rest
    else:
        parts |= _pathway(shelf)
        covariates |= {
            **_AT_REST,
            "person.weight": shelf.card("pathway", "physiology").number("reference_weight").to("kg"),
        }
        numbers = {
            name: shelf.card("pathway", "physiology").number(name)
            for name in ("progesterone_clearance", "progesterone_floor")
        }
        ovary = asked.progesterone - numbers["progesterone_floor"].to(units.CONCENTRATION)
        rate = max(ovary, 0.0) * numbers["progesterone_clearance"].to("L/h")
        if rate > 0:
            span = run_in + until
            doses.append(Record(time=-run_in, state=f"central.{P4}", amount=rate * span, duration=span))
    system = _wired(parts, covariates)
    times = np.arange(0.0, until + _MINUTE / 2, _MINUTE)
    names = [name for name in _PORT.values() if name in system.output_names]
    found = _solved(system, covariates, [*doses, *records(pushes)], times, -run_in, names)
    return {"times": times, **found}


def _pathway(shelf: Library) -> dict[str, AbstractPart]:
    disposition = part_from_card(shelf.card("brexanolone", "pharmacokinetics"), None, Ledger(), analyte=ALLO)
    return pathway_parts(Ledger(), disposition, extent="core")


def _wired(parts: Mapping[str, AbstractPart], covariates: Mapping[str, float]) -> System:
    """Wire parts with those of the covariates that they need."""
    needed = {filled(part, need.name): need.unit for part in parts.values() for need in part.needs}
    return wire(parts, [Covariate(name, needed[name]) for name in covariates if name in needed])


def _solved(
    system: System,
    covariates: Mapping[str, float],
    events: list[Record],
    times: Array,
    start: float,
    names: list[str],
) -> dict[str, Array]:
    """Return values (K,) at the times asked for."""
    solution = solve(
        system,
        sorted(events, key=lambda record: record.time),
        parameters=system.parameters(1),
        covariates=np.array([[covariates[name] for name in system.covariate_names]]),
        covariate_rule="locf",
        output_times=times,
        start=start,
    )
    rows = np.searchsorted(solution.times[0], times + 1e-9, side="right") - 1
    return {name: values[0, rows] for name, values in solution.outputs(names).items()}


def _asked(card: Card, variant: str | None, entry: Reproduces) -> _Asked:
    given = entry.arguments
    return _Asked(
        variant=str(given["variant"]) if "variant" in given else variant if card.name == "stress" else None,
        event=str(given["event"]) if "event" in given else None,
        clock=float(given.get("clock", 0.0)),
        rhythm=given.get("rhythm") != "no",
        progesterone=_progesterone(given),
        drive=float(given["drive"]) if "drive" in given else None,
        length=units.parse_span(str(given["length"])) if "length" in given else 0.0,
        dose=float(given.get("dose", 1.0)),
    )


def _progesterone(given: Mapping[str, str | float | bool]) -> float | None:
    if "progesterone" not in given:
        return None
    return units.parse(str(given["progesterone"]), units.CONCENTRATION, molar_mass=_mass(P4))


def axis(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return a figure of the axis over a day, or after a stressor or test.

    Arguments: event (a variant of the card of stressors) or drive with length; clock (time of day of its start, h);
    dose multiplies the event's own; rhythm = "no" leaves the time of day out; progesterone (held up by an ovary) joins
    the synthesis pathway; samples (minutes after the start, such as "15 30 60") are the times at which X is looked at
    for ``highest X`` and its time, where a study took few.

    Metrics, X one of cortisol, acth, progesterone, allopregnanolone:
    ``X`` after the time in `after`; ``highest X``, ``lowest X``; ``time of highest X`` (from the start; without an
    event the time of day), ``time of lowest cortisol from noon``; ``rise to highest X``;
    ``X over before``, ``highest X over before``; ``rise of X over that of the largest dose``
    (`largest`, over the event's own); ``rise of X over that in the other phase`` (`other_progesterone`);
    ``X at the one over the other hour`` (`after`, `other`); ``fall of cortisol in the afternoon``, per hour;
    ``share in whom X is found to rise`` `after` so long, when both samples carry an error of the assay within a run, a
    log-normal deviation of standard deviation `within_run`: Phi(ln(ratio) / (within_run * sqrt(2))).
    """
    asked = _asked(card, variant, entry)
    found, metric = _course(library(), asked), entry.metric
    after = units.parse_span(str(entry.arguments["after"])) if "after" in entry.arguments else 0.0
    if metric == "fall of cortisol in the afternoon":
        cortisol = found["plasma.cortisol"]
        first, last = (_at(found, cortisol, (hour - asked.clock) % _DAY) for hour in (15.0, 17.0))
        return float(units.convert(1 - np.sqrt(last / first), "1", entry.observed.unit))
    name = next((name for name in _PORT if re.search(rf"\b{name}\b", metric)), None)
    if name is None or _PORT[name] not in found:
        raise CardError(f"'{metric}' is not a metric of this set-up.", where=f"{entry.name}: metric")
    values = found[_PORT[name]]
    rest = metric.replace(name, "X")
    if rest == "share in whom X is found to rise":
        rise = np.log(_at(found, values, after) / float(values[0])) / float(entry.arguments["within_run"])
        return float(units.convert((1.0 + math.erf(rise / 2.0)) / 2.0, "1", entry.observed.unit))
    if rest == "rise of X over that of the largest dose":
        most = _course(library(), replace(asked, dose=float(entry.arguments["largest"])))[_PORT[name]]
        return float((values.max() - values[0]) / (most.max() - most[0]))
    if rest == "rise of X over that in the other phase":
        held = _progesterone({"progesterone": entry.arguments["other_progesterone"]})
        beside = _course(library(), replace(asked, progesterone=held))[_PORT[name]]
        return float((values.max() - values[0]) / (beside.max() - beside[0]))
    looked = _samples(found, values, entry)
    highest = float(looked[0][looked[1].argmax()])
    if rest == "X":
        return _level(name, _at(found, values, after), entry)
    if rest in ("highest X", "lowest X"):
        return _level(name, float(looked[1].max() if rest == "highest X" else values.min()), entry)
    if rest == "rise to highest X":
        return _level(name, float(looked[1].max() - values[0]), entry)
    if rest == "time of highest X":
        hours = highest if asked.event or asked.drive else (asked.clock + highest) % _DAY
        return float(units.convert(hours, "h", entry.observed.unit))
    if rest == "time of lowest X from noon":
        lowest = float(found["times"][values.argmin()])
        return float(units.convert((asked.clock + lowest - _DAY / 2) % _DAY, "h", entry.observed.unit))
    if rest == "X over before":
        return _at(found, values, after) / float(values[0])
    if rest == "highest X over before":
        return float(looked[1].max() / values[0])
    if rest == "X at the one over the other hour":
        return _at(found, values, after) / _at(found, values, units.parse_span(str(entry.arguments["other"])))
    raise CardError(f"'{metric}' is not a metric of this set-up.", where=f"{entry.name}: metric")


def _samples(found: Mapping[str, Array], values: Array, entry: Reproduces) -> tuple[Array, Array]:
    """Return times (h) and values at the samples of a study, or every minute."""
    if "samples" not in entry.arguments:
        return found["times"], values
    times = np.array([float(minute) for minute in str(entry.arguments["samples"]).split()]) * _MINUTE
    return times, np.interp(times, found["times"], values)


def _at(found: Mapping[str, Array], values: Array, hour: float) -> float:
    return float(np.interp(hour, found["times"], values))


def _level(name: str, value: float, entry: Reproduces) -> float:
    if name == "acth":
        return float(units.convert(value, "pmol/L", entry.observed.unit))
    return float(units.convert(value, units.CONCENTRATION, entry.observed.unit, molar_mass=_mass(name)))


def _mass(analyte: str) -> float | None:
    return library().molar_mass(analyte)


@functools.lru_cache(maxsize=8)
def _months(shelf: Library, variant: str | None, drive: float, days: float, test: str | None) -> Mapping[str, Array]:
    """Return times (days after a lasting drive ends) and values over those at rest, without a rhythm."""
    parts = hpa_parts(variant=variant, rhythm=False)
    rest = shelf.card("stress", "physiology").number("allopregnanolone_at_rest", variant).to(units.CONCENTRATION)
    covariates = {**INPUTS, f"plasma.{ALLO}": rest}
    system = _wired(parts, covariates)
    lasting = [(-days * _DAY, drive), (0.0, 1.0)]
    if test is None:
        # from the first minutes on: corticotropin answers within them
        times = np.concatenate([[0.0], np.geomspace(0.01, _LONGEST, 4000)]) * _DAY
        names = ["hpa.acth", "hpa.cortisol"]
        found = _solved(system, covariates, list(records((), lasting)), times, -days * _DAY, names)
        return {"times": times / _DAY, **found}
    at = float(test) * _DAY
    times = np.arange(at, at + 3.0, _MINUTE)
    push = stressor("crh test", at, Ledger())
    found = _solved(
        system, covariates, list(records([push], lasting)), times, -days * _DAY, ["hpa.acth", "hpa.cortisol"]
    )
    return {"times": times / _DAY, **found}


def lasting_stress(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return how the axis recovers after a lasting drive (arguments drive, days), without a rhythm.

    Metrics: ``days of acth below`` the share in `share`; ``days until cortisol is back`` (falls through its value at
    rest for the first time, or within the share in `within`, above it); ``response of acth to CRH`` `on_day` days
    after the end, the rise over that of a rested axis.
    """
    asked = _asked(card, variant, entry)
    drive, days = float(entry.arguments["drive"]), float(entry.arguments["days"])
    if entry.metric == "response of acth to CRH":
        day = str(entry.arguments["on_day"])
        course, rested = (_months(library(), asked.variant, level, days, day)["hpa.acth"] for level in (drive, 1.0))
        return float((course.max() - course[0]) / (rested.max() - rested[0]))
    found = _months(library(), asked.variant, drive, days, None)
    times = found["times"]
    if entry.metric == "days of acth below":
        below = times[found["hpa.acth"] < float(entry.arguments["share"])]
        return float(units.convert(below[-1] - below[0] if below.size else 0.0, "day", entry.observed.unit))
    if entry.metric == "days until cortisol is back":
        back = times[found["hpa.cortisol"] <= 1 + float(entry.arguments.get("within", 0.0))]
        return float(units.convert(back[0], "day", entry.observed.unit))
    raise CardError(f"'{entry.metric}' is not a metric of this set-up.", where=f"{entry.name}: metric")


SET_UPS = {"stress-axis": axis, "lasting-stress": lasting_stress}
