"""A Markov scheme as a part of the engine: one generic equation, made for each structure.

Its states are the occupancies, and each transition takes from one what it gives to another,

    d p_j / dt = sum_i p_i q_ij - p_j sum_i q_ji,

so their sum stays what it was. The agonist is an input port; rate constants are parameters, so that they may differ
from set to set. The part's own time is ms: in a system with this part the engine's numbers for time are ms, too.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosteroid.engine import AbstractPart, Covariate, EventKind, Need, Record, State, System, Value, parameter, solve
from neurosteroid.receptors.kinetics.markov import Scheme
from neurosteroid.receptors.kinetics.stimulus import CONCENTRATION, Stimulus
from neurosteroid.receptors.kinetics.structure import Structure

Array = NDArray[np.float64]


@dataclasses.dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class AbstractMarkovScheme(AbstractPart):
    """What all schemes have in common; `part_class` makes the final class of a structure.

    Attributes:
        scheme: name, part of the port names.
        structure: the transitions as text; systems that differ in them differ in this setting.
    """

    scheme: str
    structure: str

    def _structure(self) -> Structure:
        raise NotImplementedError

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the open probability, the sum over conducting states."""
        return {"open_probability": sum(state[name] for name in self._structure().conducting)}

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return d/dt of every occupancy, per ms."""
        structure = self._structure()
        change: dict[str, Any] = dict.fromkeys(structure.states, 0)
        for way in structure.transitions:
            flow = way.count * getattr(self, way.rate) * state[way.source]
            if way.ligand is not None:
                flow = flow * given["agonist"]
            change[way.source] = change[way.source] - flow
            change[way.target] = change[way.target] + flow
        return change


def _written(structure: Structure) -> str:
    ways = (f"{way.source}>{way.target}:{way.count} {way.rate} {way.ligand or ''}" for way in structure.transitions)
    return "; ".join((" ".join(structure.states), " ".join(structure.conducting), structure.resting, *ways))


@functools.cache
def part_class(structure: Structure) -> type[AbstractMarkovScheme]:
    """Return the part class of a structure: a state for each of its states, a parameter for each rate constant."""
    fields = [(rate, float, parameter(structure.unit(rate), f"rate constant {rate}")) for rate in structure.rates]
    start = ("at_rest", float, parameter("1", "share of receptors at rest in the beginning", default=1.0))
    ports = {
        "states": tuple(
            State(name, f"receptor.{{scheme}}.{name}", "1", "at_rest" if name == structure.resting else None)
            for name in structure.states
        ),
        "needs": (Need("agonist", f"agonist.{structure.ligand.lower()}", CONCENTRATION),),
        "gives": (Value("open_probability", "receptor.{scheme}.open_probability", "1"),),
        "_structure": lambda self: structure,
        "__doc__": AbstractMarkovScheme.__doc__,
        "__module__": __name__,
    }
    return dataclasses.make_dataclass(
        "MarkovScheme", [*fields, start], bases=(AbstractMarkovScheme,), namespace=ports,
        frozen=True, eq=False, repr=False, kw_only=True,
    )  # fmt: skip


def part_of(scheme: Scheme) -> AbstractMarkovScheme:
    """Return a scheme as a part that can be wired with others; its time is ms, its agonist port in umol/L."""
    made = part_class(scheme.structure)
    return made(scheme=scheme.name, structure=_written(scheme.structure), **scheme.rates)


@functools.cache
def _wired(name: str, structure: Structure) -> System:
    from neurosteroid.engine import wire

    rates = dict.fromkeys(structure.rates, 1.0)
    part = part_class(structure)(scheme=name, structure=_written(structure), **rates)
    return wire({"receptor": part}, [Covariate(f"agonist.{structure.ligand.lower()}", CONCENTRATION)])


def system_of(scheme: Scheme) -> System:
    """Return the wired system of a scheme alone, with its agonist as the one covariate."""
    return dataclasses.replace(_wired(scheme.name, scheme.structure), parameter_defaults=_defaults(scheme))


def _defaults(scheme: Scheme) -> Array:
    wired = _wired(scheme.name, scheme.structure)
    known = {f"receptor.{rate}": value for rate, value in scheme.rates.items()} | {"receptor.at_rest": 1.0}
    return np.array([known[name] for name in wired.parameter_names])


def sweep(
    scheme: Scheme,
    stimulus: Stimulus,
    times: Sequence[float] | Array,
    rates: Mapping[str, Array],
    *,
    method: str = "auto",
    threads: int | None = None,
) -> Array:
    """Return the open probability (P, K) of many parameter sets under one stimulus, from rest.

    The system is linear while the agonist is constant, so the engine propagates it exactly, compiled, several sets in
    one instruction.

    Args:
        scheme: gives the structure, and the rate constants that `rates` does not name.
        stimulus: with no agonist before the run.
        times: (K,) ms.
        rates: values (P,) of rate constants by name.
        method: of `neurosteroid.engine.solve`.
        threads: likewise.

    Raises:
        UnknownNameError: a rate constant that the scheme does not have.
    """
    system = system_of(scheme)
    people = max((len(values) for values in rates.values()), default=1)
    parameters = system.parameters(people, {f"receptor.{name}": values for name, values in rates.items()})
    port = system.covariate_names[0]
    records = [
        Record(time=float(begin), evid=EventKind.OTHER, covariates={port: float(level)})
        for begin, level in zip(stimulus.edges[:-1], stimulus.levels, strict=True)
    ]
    output = f"receptor.{scheme.name}.open_probability"
    solution = solve(
        system, records, parameters=parameters, output_times=times, covariate_rule="locf", start=0.0,
        method=method, threads=threads, outputs=[output],
    ).require_complete()  # fmt: skip
    # where the agonist changes stands a row of its own; occupancies do not jump, so it shows what any row there shows
    rows = np.searchsorted(solution.timeline.row_times[0], np.asarray(times, float))
    found: Array = solution.outputs([output])[output][:, rows]
    return found
