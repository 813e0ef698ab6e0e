"""Pregnancy, delivery and the weeks after it: one woman, or drawn women, followed from early pregnancy to day 200."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.engine.solvers.choose import solve
from neurosteroid.errors import CardError
from neurosteroid.evidence import Card, Library, Reproduces, library
from neurosteroid.model import ModelChoice, Person
from neurosteroid.model.contribution import Situation
from neurosteroid.model.joining import Joined, join
from neurosteroid.model.states import Pregnancy
from neurosteroid.studies.readings import read

Array = NDArray[np.float64]

_WEEK: Final = 168.0
_DAY: Final = 24.0
_EARLY: Final = 4.0  # gestational week of hour 0
_WEIGHT: Final = "70 kg"  # the weight at which the cards state clearances; no source gives the weight of its women
_SEED: Final = 4
_AFTER: Final = np.concatenate(
    [
        np.arange(0.0, 180.0) / 60.0,
        np.arange(3.0, 72.0, 0.25),
        np.arange(72.0, 720.0, 6.0),
        np.arange(720.0, 4801.0, 24.0),
    ]
)
"""Hours after delivery at which courses are read: by the minute at first, where they halve within half an hour."""


class _Course:
    """Values of P women over hours from delivery; minus hours are before it."""

    def __init__(self, hours: Array, values: Mapping[str, Array], delivery: float) -> None:
        self.hours, self.values, self.delivery = hours, values, delivery

    def at(self, name: str, hour: float) -> Array:
        """Return an output (P,) at an hour from delivery; courses are read close enough for straight lines."""
        if name not in self.values:
            raise CardError(f"the course of pregnancy does not show '{name}'.", where="arguments")
        return np.array([np.interp(hour, self.hours, row) for row in self.values[name]])

    def place(self, text: str) -> float:
        """Return the hour from delivery of ``week 32``, ``day 10`` or ``hour 2``; days and hours count after it."""
        found = re.fullmatch(r"(week|day|hour) ([\d.]+)", text)
        if found is None:
            raise CardError(f"'{text}' is no place; write 'week 32', 'day 10' or 'hour 2'.", where="arguments: at")
        number = float(found.group(2))
        if found.group(1) == "week":
            return (number - self.delivery) * _WEEK
        return number * (_DAY if found.group(1) == "day" else 1.0)


@functools.lru_cache(maxsize=8)
def _followed(shelf: Library, placenta: str | None, people: int, nursing: bool) -> _Course:
    """Follow women through pregnancy and 200 days; kept as long as the library in use, `shelf`, is the same."""
    delivery = shelf.card("pregnancy", "physiology").number("usual_delivery").to("week")
    end = (delivery - _EARLY) * _WEEK
    woman = Person(weight=_WEIGHT, states=[Pregnancy(week=_EARLY, delivery_week=delivery, breastfeeding=nursing)])
    situation = Situation(person=woman, clock=8.0, until=end + float(_AFTER[-1]), choice=ModelChoice(placenta=placenta))
    joined = join(situation)
    before = np.arange(_WEEK / 2, end - 1.0, _WEEK / 4) - end
    hours = np.concatenate([before, [-0.01], _AFTER])
    solution = solve(
        joined.system,
        list(joined.records),
        parameters=joined.system.parameters(people, _drawn(joined, people)),
        covariates=joined.covariate_table(np.full(people, woman.weight)),
        output_times=hours + end,
        covariate_rule="locf",
        start=-joined.run_in,
        outputs=_shown(joined),
    )
    rows = np.searchsorted(solution.times[0], hours + end + 1e-9, side="right") - 1
    return _Course(hours, {name: found[:, rows] for name, found in (solution.kept or {}).items()}, delivery)


def _shown(joined: Joined) -> tuple[str, ...]:
    wanted = ("plasma.", "unbound.", "placenta.", "body.plasma-volume-scale", "binding.")
    return tuple(name for name in joined.system.output_names if name.startswith(wanted))


def _drawn(joined: Joined, people: int) -> dict[str, Array]:
    """Return the parameters in which drawn women differ; one woman is the typical one."""
    if people == 1:
        return {}
    draws, found = np.random.default_rng(_SEED), {}
    for effect in joined.effects:
        values = effect.values(draws.random((people, len(effect.names))))
        found.update(dict(zip(effect.names, values.T, strict=True)))
    return found


def _course(card: Card, variant: str | None, entry: Reproduces) -> _Course:
    placenta = variant if card.name == "placenta" else None
    people = int(float(entry.arguments.get("people", 1.0)))
    return _followed(library(), placenta, people, entry.arguments.get("nursing", "yes") == "yes")


def _reported(value: float, analyte: str, from_unit: str, unit: str) -> float:
    mass = library().molar_mass(analyte)
    return float(units.convert(value, from_unit, unit, molar_mass=mass))


def level(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return the plasma concentration of an ``analyte`` ``at`` a place, in the row's unit and on its assay's scale.

    ``metric`` is ``mean`` (of one woman: the typical one) or ``sd`` between ``people``.
    """
    analyte, course = str(entry.arguments["analyte"]), _course(card, variant, entry)
    place = course.place(str(entry.arguments["at"]))
    found = read(entry, _plasma(course, place), analyte)
    if entry.metric not in ("mean", "sd"):
        raise CardError(f"'{entry.metric}' is not a metric of this set-up.", where=f"{entry.name}: metric")
    value = float(found.mean() if entry.metric == "mean" else found.std(ddof=1))
    return _reported(value, analyte, units.CONCENTRATION, entry.observed.unit)


def ratio(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return one output over another, or over itself at a second place ``over_at``, in the typical woman.

    ``metric`` is ``ratio``; ``of`` and ``over`` name outputs, ``at`` and ``over_at`` places.
    """
    course, given = _course(card, variant, entry), entry.arguments
    place = course.place(str(given["at"]))
    other = course.place(str(given["over_at"])) if "over_at" in given else place
    name = str(given["of"])
    return _read(course, entry, name, place) / _read(course, entry, str(given.get("over", name)), other)


def _read(course: _Course, entry: Reproduces, name: str, place: float) -> float:
    """Return an output in the typical woman; a plasma concentration on the scale of the row's assay."""
    if not name.startswith("plasma."):
        return float(course.at(name, place)[0])
    return float(read(entry, _plasma(course, place), name.removeprefix("plasma."))[0])


def _plasma(course: _Course, place: float) -> dict[str, Array]:
    names = [name for name in course.values if name.startswith("plasma.")]
    return {name.removeprefix("plasma."): course.at(name, place) for name in names}


def production(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return what the placenta makes of an ``analyte`` ``at`` a place, in the unit of the row."""
    analyte, course = str(entry.arguments["analyte"]), _course(card, variant, entry)
    found = course.at(f"placenta.{analyte}", course.place(str(entry.arguments["at"])))
    return _reported(float(np.mean(found)), analyte, "nmol/h", entry.observed.unit)


def after_delivery(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return how an ``analyte`` leaves plasma after delivery in the typical woman.

    ``half_time``: when half of the level at delivery is left. ``share_in_first_hour``: of the fall over the first day,
    what falls in the first hour.
    """
    analyte, course = str(entry.arguments["analyte"]), _course(card, variant, entry)
    name = f"plasma.{analyte}"
    start = float(course.at(name, -0.01)[0])
    if entry.metric == "half_time":
        first = course.hours >= 0.0
        hours, values = course.hours[first], course.values[name][0, first]
        below = int(np.argmax(values < start / 2))
        half = np.interp(start / 2, values[[below, below - 1]], hours[[below, below - 1]])
        return float(units.convert(half, "h", entry.observed.unit))
    if entry.metric == "share_in_first_hour":
        hour, day = (float(course.at(name, at)[0]) for at in (1.0, _DAY))
        return (start - hour) / (start - day)
    raise CardError(f"'{entry.metric}' is not a metric of this set-up.", where=f"{entry.name}: metric")


def unbound(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return the unbound ``share`` of an ``analyte`` in plasma ``at`` a place, in the unit of the row.

    ``share_ratio`` is that over the one ``over_at`` another place.
    """
    course, given = _course(card, variant, entry), entry.arguments
    found = _unbound_share(course, str(given["analyte"]), str(given["at"]))
    if entry.metric == "share_ratio":
        return found / _unbound_share(course, str(given["analyte"]), str(given["over_at"]))
    return float(units.convert(found, "1", entry.observed.unit))


def _unbound_share(course: _Course, analyte: str, at: str) -> float:
    place = course.place(at)
    return float(course.at(f"unbound.{analyte}", place)[0] / course.at(f"plasma.{analyte}", place)[0])


SET_UPS = {
    "pregnancy-level": level,
    "pregnancy-ratio": ratio,
    "pregnancy-production": production,
    "after-delivery": after_delivery,
    "pregnancy-unbound": unbound,
}
