"""How far people in a state differ: the spread of a level, or of a parameter, over drawn people."""

from __future__ import annotations

import functools
from typing import Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.errors import CardError
from neurosteroid.evidence import Card, Ledger, Library, Reproduces, library
from neurosteroid.model import Person, assemble
from neurosteroid.model.body_solution import at_rows, solved
from neurosteroid.model.contribution import Situation
from neurosteroid.model.joining import join
from neurosteroid.model.states import Stress, Stressor, read_state
from neurosteroid.studies.people import Population

Array = NDArray[np.float64]
_PEOPLE: Final = 2000
_SEED: Final = 11
_WEIGHT: Final = "70 kg"  # of the person in whom a state looks for its phase, as in a study
_SETTINGS: Final = ("week", "day")
_INTERVAL: Final = (0.025, 0.975)  # of people, as laboratories state reference intervals


@functools.lru_cache(maxsize=8)
def _drawn(
    shelf: Library,
    people: str,
    state: tuple[tuple[str, float | str], ...],
    clock: float,
    hour: float,
    name: str,
    event: str | None = None,
) -> Array:
    """Return levels at hour 0 and at an hour, (P, 1 or 2), or the factor that a parameter is, of each drawn person."""
    population = Population(people, _PEOPLE, _SEED)
    if event is None:
        states = [read_state(dict(state))] if state else []
    else:
        states = [Stress(events=[Stressor(event, at="0 h")])]
    person = Person(weight=_WEIGHT, sex=population.sex, states=states)
    joined = join(Situation(person=person, clock=clock, until=max(hour, 1.0)))
    drawn = population.draw(assemble(), Ledger(), joined=joined)
    if name in drawn.parameters:
        return np.exp(drawn.parameters[name])[:, np.newaxis]
    own = {key: values for key, values in drawn.parameters.items() if key in joined.system.parameter_names}
    times = np.array([0.0, hour]) if hour else np.array([0.0])
    found = solved(joined, joined.records, drawn.weight, times, joined.system.parameters(_PEOPLE, own))
    return np.asarray(at_rows(found, times, (name,))[name])


def spread(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return how far people differ.

    Arguments: ``people``, a card of people; ``state`` with ``week`` or ``day`` where it has one, left out for people
    without; ``event``, a stressor at hour 0 in place of ``state``; ``clock``, time of day at hour 0; ``hour``, at which
    the level is read. Metrics, each of an output such as ``plasma.cortisol`` or of a parameter that is a deviation of a
    logarithm: ``cv X``, standard deviation over mean, ``quartile ratio X``, upper over lower quartile, ``interval ratio
    X``, 97.5th over 2.5th percentile, ``upper limit X``, the 97.5th percentile of a concentration, ``mean over sd of
    rise X``, of what the level is above that at hour 0, and ``fold range X``, highest over lowest of as many people as
    the argument ``number`` says (the geometric mean over groups of that size).

    Raises:
        CardError: another metric.
    """
    given = entry.arguments
    kind, _, name = entry.metric.rpartition(" ")
    state: dict[str, float | str] = {"kind": str(given["state"])} if "state" in given else {}
    state |= {key: float(given[key]) for key in _SETTINGS if key in given}
    levels = _drawn(
        library(),
        str(given["people"]),
        tuple(state.items()),
        float(given.get("clock", 8.0)),
        float(given.get("hour", 0.0)),
        name,
        None if "event" not in given else str(given["event"]),
    )
    found = levels[:, -1]
    if kind == "mean over sd of rise":
        rises = levels[:, -1] - levels[:, 0]
        value = float(rises.mean() / rises.std())
    elif kind == "cv":
        value = float(found.std() / found.mean())
    elif kind == "quartile ratio":
        lower, upper = np.quantile(found, [0.25, 0.75])
        value = float(upper / lower)
    elif kind == "interval ratio":
        lower, upper = np.quantile(found, _INTERVAL)
        value = float(upper / lower)
    elif kind == "upper limit":
        mass = library().molar_mass(name)
        level = float(np.quantile(found, _INTERVAL[1]))
        return float(units.convert(level, units.CONCENTRATION, entry.observed.unit, molar_mass=mass))
    elif kind == "fold range":
        size = int(float(given["number"]))
        groups = found[: len(found) // size * size].reshape(-1, size)
        value = float(np.exp(np.log(groups.max(axis=1) / groups.min(axis=1)).mean()))
    else:
        raise CardError(f"'{entry.metric}' is not a metric of this set-up.", where=f"{entry.name}: metric")
    return float(units.convert(value, "1", entry.observed.unit))


SET_UPS = {"people-spread": spread}
