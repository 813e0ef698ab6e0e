"""Circuits: rhythms of networks."""

from __future__ import annotations

from dataclasses import replace

from neurosteroid import units
from neurosteroid.engine.solvers.networks.network import Link
from neurosteroid.errors import unknown_name
from neurosteroid.evidence import Card, Reproduces
from neurosteroid.model.circuit import circuit
from neurosteroid.model.circuit_activity import CircuitActivity
from neurosteroid.model.circuit_experiment import Circuit, Condition


def rhythm(card: Card, variant: str | None, entry: Reproduces) -> float:
    """Return a measure of a circuit, or its change.

    Arguments: ``duration`` and ``seeds``; ``steroid``, ``decay`` and ``amplitude`` as `neurosteroid.circuit` takes
    them; a link, such as ``fast_to_excitatory``, with another conductance. The metric is a measure, such as ``beta
    peak``; with `` change`` behind it, what the arguments change; or ``<population> period``, from one spike to the
    next.
    """
    asked = dict(entry.arguments)
    duration, seeds = str(asked.pop("duration")), int(asked.pop("seeds"))
    steroid = str(asked.pop("steroid", "0 nmol/L"))
    decay, amplitude = (float(asked.pop(key, 1.0)) for key in ("decay", "amplitude"))
    found = circuit(card.name, steroid, variant, decay=decay, amplitude=amplitude)
    for link, value in asked.items():
        found = _with_link(found, link, units.parse(str(value), "mS/cm^2"))
    value, unit = _measured(found.run(duration, seeds), entry.metric)
    return float(units.convert(value, unit, entry.observed.unit))


def _measured(done: CircuitActivity, metric: str) -> tuple[float, str]:
    if metric.endswith(" period"):
        return 1e3 / done[f"{metric.removesuffix(' period')} rate"].with_.mean, "ms"
    measure = done[metric.removesuffix(" change")]
    if metric.endswith(" change"):
        return measure.change.mean, "1" if measure.relative else measure.unit
    return measure.with_.mean, measure.unit


def _with_link(found: Circuit, name: str, weight: float) -> Circuit:
    """Return a circuit, one of whose links has another weight."""

    def changed(condition: Condition) -> Condition:
        released = {each.name: each.released for each in condition.cells}

        def weighed(link: Link) -> Link:
            asked = f"{link.source}_to_{link.target}" == name
            return replace(link, weight=weight * released[link.source]) if asked else link

        return replace(condition, links=tuple(weighed(link) for link in condition.links))

    known = [f"{link.source}_to_{link.target}" for link in found.plain.links]
    if name not in known:
        raise unknown_name("link", name, known)
    return replace(found, changed=changed(found.changed), plain=changed(found.plain))


SET_UPS = {"circuit-rhythm": rhythm}
