"""Joining: the bodies of a person's states and drugs become one system, with what is needed to run it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.engine import AbstractPart, Covariate, Record, System, wire
from neurosteroid.engine.wiring import filled
from neurosteroid.errors import InputError, WiringError, unknown_name
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.bodies import bodies
from neurosteroid.model.contribution import Asked, Body, Contribution, OwnRunIn, Situation
from neurosteroid.model.influences import combined
from neurosteroid.model.states import Medication
from neurosteroid.model.variability import Distribution

Array = NDArray[np.float64]

WEIGHT: Final = Covariate("person.weight", units.WEIGHT)
AT_REST: Final = "at-rest"
"""The card of what parts read when no part gives it."""

_MOST_ROUNDS: Final = 10  # of asking for longer run-ins; each round one anchored part may raise it


@final
@dataclass(frozen=True, eq=False)
class Joined:
    """The whole model of one person, ready to be solved.

    Attributes:
        system: the wired parts.
        parts: name to part, as they were wired.
        covariates: starting value of every covariate but her weight, by name.
        records: what happens by itself, in order of time.
        run_in: h before hour 0 at which the integration begins in the typical person.
        least: h before hour 0 that are needed by all whose beginning is not tied to a phase.
        own_run_in: the run-in of each of several people, where it hangs on what they differ in.
        outputs: what a course shows, in order.
        effects: distributions of parameters that differ between people.
        corners: hours at which a course has corners beside records and doses.
        dose_states: compound to route to state.
        molar_masses: of each compound that is dosed, g/mol.
        activities: of each compound that is dosed in units of activity, IU/ug.
        ledger: every number that took part.
        limits: what the model must not be used for, as sentences.
        bodies: names of the modules that took part.
    """

    system: System
    parts: Mapping[str, AbstractPart]
    covariates: Mapping[str, float]
    records: tuple[Record, ...]
    run_in: float
    least: float
    own_run_in: OwnRunIn | None
    outputs: tuple[str, ...]
    effects: tuple[Distribution, ...]
    corners: tuple[float, ...]
    dose_states: Mapping[str, Mapping[str, str]]
    molar_masses: Mapping[str, float]
    activities: Mapping[str, float]
    ledger: Ledger
    limits: tuple[str, ...]
    bodies: tuple[str, ...]

    @property
    def hours(self) -> tuple[float, ...]:
        """Hours at which courses have corners: those of records and stressors."""
        return (*(record.time for record in self.records), *self.corners)

    def start(self, weights: Array, parameters: Array) -> float | Array:
        """Return the hour at which the integration begins, for all or for each of people of (P,) kg, parameters (P, m).

        Raises:
            SolverError: a state whose phase cannot be found.
        """
        if self.own_run_in is None:
            return -self.run_in
        varied = dict(zip(self.system.parameter_names, parameters.T, strict=True))
        return -self.own_run_in(weights, varied, self.least)

    def covariate_table(self, weights: Array) -> Array:
        """Return the covariates (P, k) that hold where no record says otherwise, for people of (P,) kg."""
        columns = [
            weights if name == WEIGHT.name else np.full(len(weights), self.covariates[name])
            for name in self.system.covariate_names
        ]
        return np.stack(columns, axis=1)


def questions(situation: Situation) -> tuple[tuple[str, Asked], ...]:
    """Return which body is asked for what: (name of the module, state, compound or None), required ones first.

    Raises:
        UnknownNameError: a medicine or compound that no body answers for.
        InputError: a state that no body answers for.
    """
    known = bodies()
    asked: list[tuple[str, Asked]] = []
    for state in situation.person.states:
        if isinstance(state, Medication):
            found = [name for name, body in known.items() if state.name in body.medications]
            if not found:
                names = {name for body in known.values() for name in body.medications}
                raise unknown_name("medicine", state.name, names, where="Medication.name")
        else:
            found = [name for name, body in known.items() if isinstance(state, body.states)]
            if not found:
                raise InputError(f"no part of the model follows {type(state).__name__}.", where="Person.states")
        asked += [(name, state) for name in found]
    for compound in situation.compounds:
        found = [name for name, body in known.items() if compound in body.compounds]
        if not found:
            names = {name for body in known.values() for name in body.compounds}
            raise unknown_name("compound that can be given called", compound, names, where="protocol")
        asked += [(name, compound) for name in found]
    asked += [(name, None) for name, body in known.items() if body.sex is situation.person.sex]
    order = _with_required([name for name, _ in asked], known)
    alone = [name for name in order if name not in {name for name, _ in asked}]
    asked += [(name, None) for name in alone]
    return tuple(sorted(asked, key=lambda each: order.index(each[0])))


def _with_required(names: Iterable[str], known: Mapping[str, Body]) -> tuple[str, ...]:
    """Return the names, each after those it requires, in the order of the folder where free."""
    order: list[str] = []

    def add(name: str) -> None:
        for required in known[name].requires:
            if required not in order:
                add(required)
        if name not in order:
            order.append(name)

    for name in sorted(set(names), key=tuple(known).index):
        add(name)
    return tuple(order)


def join(situation: Situation, *, earliest: float = 0.0, accounts: bool = False) -> Joined:
    """Join everything that a person's states and drugs bring.

    Args:
        situation: the person and the run.
        earliest: h, hour of the first dose, which the run-in must not miss; 0 or negative.
        accounts: also integrate what leaves the body, to check mass balance.

    Raises:
        InputError: a state, compound or medicine that nothing answers for.
        WiringError: bodies whose parts do not fit together.
    """
    asked = questions(situation)
    first = max([0.0, -earliest, *(-state.begins for state in situation.person.all_of(Medication))])
    ledger, given = _answers(asked, replace(situation, run_in=first))
    parts = _parts(asked, given)
    if not parts:
        raise InputError(
            "there is nothing to follow: no state brings hormones and nothing is given. Give a state, such as"
            " Stress(), or a protocol.",
            where="simulate",
        )
    parts |= combined(parts)
    covariates = {name: value for each in given for name, value in each.covariates.items()}
    covariates |= _at_rest(parts, covariates, ledger)
    system = wire(parts, [WEIGHT, *_declared(parts, covariates)], accounts=accounts)
    outputs = tuple(dict.fromkeys(name for each in given for name in each.outputs))
    for name in outputs:
        system.output_index(name)
    dosed = {compound: dict(routes) for each in given for compound, routes in each.dose_states.items()}
    return Joined(
        system=system,
        parts=parts,
        covariates=covariates,
        records=tuple(sorted((record for each in given for record in each.records), key=lambda record: record.time)),
        run_in=max([first, *(each.run_in for each in given)]),
        least=max([first, *(each.run_in for each in given if not each.anchored)]),
        own_run_in=next((each.own_run_in for each in given if each.own_run_in is not None), None),
        outputs=outputs,
        effects=(
            *(effect for each in given for effect in each.effects),
            *(effect for each in given for effect in each.later_effects),
        ),
        corners=tuple(sorted({hour for each in given for hour in each.corners})),
        dose_states=dosed,
        molar_masses={
            name: ledger.take(library().card(name, "compounds"), "molar_mass", "g/mol") for name in situation.compounds
        },
        activities={
            name: ledger.take(card, "activity", "IU/ug")
            for name in situation.compounds
            if "activity" in (card := library().card(name, "compounds")).variant().numbers
        },
        ledger=ledger,
        limits=tuple(dict.fromkeys(text for each in given for text in each.limits)),
        bodies=tuple(dict.fromkeys(name for name, _ in asked)),
    )


def _answers(asked: Sequence[tuple[str, Asked]], situation: Situation) -> tuple[Ledger, tuple[Contribution, ...]]:
    """Ask every body, again and again until all begin at one hour."""
    needed = situation.run_in
    for _ in range(_MOST_ROUNDS):
        ledger = Ledger()
        now = replace(situation, run_in=needed)
        given = tuple(bodies()[name].contribute(what, ledger, now) for name, what in asked)
        longest = max([needed, *(each.run_in for each in given)])
        # everybody is asked with the final hour, also those who begin anywhere: a clock may be read at it
        if needed == longest and all(each.run_in == longest for each in given if each.anchored):
            return ledger, given
        needed = longest
    names = sorted({name for (name, _), each in zip(asked, given, strict=True) if each.anchored})
    raise WiringError(f"{', '.join(names)} cannot begin at one hour before hour 0; each asks for an earlier one.")


def _parts(asked: Sequence[tuple[str, Asked]], given: Sequence[Contribution]) -> dict[str, AbstractPart]:
    parts: dict[str, AbstractPart] = {}
    owner: dict[str, str] = {}
    for (body, _), each in zip(asked, given, strict=True):
        for name, part in each.parts.items():
            if name in parts:
                raise WiringError(f"the part '{name}' comes from '{owner[name]}' and from '{body}'; rename one.")
            parts[name], owner[name] = part, body
    placed: dict[str, str] = {}
    for (body, _), each in zip(asked, given, strict=True):
        for name, part in each.instead.items():
            if name not in parts:
                raise WiringError(f"'{body}' replaces the part '{name}', which no body brings; require one that does.")
            if placed.setdefault(name, body) != body:
                raise WiringError(f"'{placed[name]}' and '{body}' both replace the part '{name}'; leave it to one.")
            parts[name] = part
    for (body, _), each in zip(asked, given, strict=True):
        for name, changes in each.changes.items():
            if name not in parts:
                raise WiringError(f"'{body}' changes the part '{name}', which no body brings; require one that does.")
            numbers: dict[str, Any] = dict(changes)
            parts[name] = replace(parts[name], **numbers)
    return parts


def _at_rest(parts: Mapping[str, AbstractPart], given: Mapping[str, float], ledger: Ledger) -> dict[str, float]:
    """Return the covariates that stand in for ports that nobody gives, as far as the card has them."""
    card = library().card(AT_REST, "physiology")
    there = set(given)
    for part in parts.values():
        there |= {filled(part, state.name) for state in part.states} | {
            filled(part, value.name) for value in part.gives
        }
    found: dict[str, float] = {}
    for name, unit in _needed(parts).items():
        key = name.removesuffix(".at-rest")
        if name not in there and key in card.variant().numbers:
            found[name] = ledger.take(card, key, unit)
    return found


def _needed(parts: Mapping[str, AbstractPart]) -> dict[str, str]:
    """Return every port that parts need, with the unit in which the first of them reads it."""
    found: dict[str, str] = {}
    for part in parts.values():
        for need in part.needs:
            found.setdefault(filled(part, need.name), need.unit)
    return found


def _declared(parts: Mapping[str, AbstractPart], covariates: Mapping[str, float]) -> list[Covariate]:
    needed = _needed(parts)
    if unused := [name for name in covariates if name not in needed]:
        raise WiringError(f"no part reads the covariate '{unused[0]}' that a body gives; leave it out.")
    return [Covariate(name, needed[name]) for name in covariates]
