"""What a compound does in the platform: how it is given, what it is made from and becomes, where it is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from neurosteroid.engine import OUTSIDE, AbstractPart
from neurosteroid.engine.wiring import filled
from neurosteroid.errors import InputError
from neurosteroid.evidence import SHOWN_KINDS, Card, Ledger, library
from neurosteroid.model import MenstrualCycle, Person
from neurosteroid.model.bodies import bodies
from neurosteroid.model.contribution import Contribution, Situation
from neurosteroid.model.states import AbstractState
from neurosteroid.studies.state_points import listed

_POOL: Final = "central."
_PATHWAY: Final = "pathway"


def compound_uses(name: str) -> Mapping[str, tuple[str, ...]]:
    """Return what is known of a compound beside its card, by what it is; nothing is left out because it is empty.

    Keys: ``routes`` by which doses are taken, ``protocols`` that give it, ``made from`` and ``becomes`` (compounds
    whose pools exchange with its own, by the flows of the parts), ``medicines`` and ``states`` whose pages show it,
    ``numbers`` (cards of pharmacokinetics of its name or of a route).
    """
    shelf = library()
    given = tuple(_contributions(name))
    routes = [route for each in given for route in each.dose_states.get(name, {})]
    parts = {key: part for each in given for key, part in each.parts.items()}
    sources, targets = _exchange(name, parts)
    shown = {kind: tuple(_shown(name, kind)) for kind in SHOWN_KINDS}
    protocols = tuple(each for each in shelf.names("protocols") if shelf.card(each, "protocols").compound == name)
    numbers = tuple(each for each in shelf.names("pharmacokinetics") if each.startswith(name))
    return {
        "routes": tuple(dict.fromkeys(routes)),
        "protocols": protocols,
        "made from": sources,
        "becomes": targets,
        "medicines": shown["medicines"],
        "states": shown["states"],
        "numbers": numbers,
    }


def _contributions(name: str) -> Iterator[Contribution]:
    """Yield what the compound's own body brings, and what the synthesis pathway does where it holds the compound."""
    for body in bodies().values():
        if name not in body.compounds:
            continue
        try:
            yield body.contribute(name, Ledger(), _situation(name))
        except InputError:
            # hormones that act on a cycle want one to act on
            yield body.contribute(name, Ledger(), _situation(name, MenstrualCycle(day=1)))
    pathway = bodies()[_PATHWAY].contribute(None, Ledger(), _situation(name))
    if any(_POOL + name in ends for part in pathway.parts.values() for ends in _flows(part)):
        yield pathway


def _situation(name: str, *states: AbstractState) -> Situation:
    # weight and day decide nothing here: parts are asked for their flows, bodies for their routes
    person = Person(weight="70 kg", states=list(states))
    return Situation(person=person, compounds=(name,), clock=0.0, until=1.0)


def _exchange(name: str, parts: Mapping[str, AbstractPart]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    pool = _POOL + name
    ends = [each for part in parts.values() for each in _flows(part)]
    sources = sorted({source.removeprefix(_POOL) for source, target in ends if target == pool and _is_pool(source)})
    targets = sorted({target.removeprefix(_POOL) for source, target in ends if source == pool and _is_pool(target)})
    return tuple(sources), tuple(targets)


def _flows(part: AbstractPart) -> Iterator[tuple[str, str]]:
    for flow in part.flows:
        ends = (flow.source, flow.target)
        source, target = ("" if end is OUTSIDE else filled(part, end) for end in ends)
        yield source, target


def _is_pool(port: str) -> bool:
    return port.startswith(_POOL)


def _shown(name: str, kind: str) -> Iterator[str]:
    shelf = library()
    if kind not in shelf.kinds():
        return
    for each in shelf.names(kind):
        card = shelf.card(each, kind)
        outputs = listed(card.variant().settings["outputs"])
        if name in _given(card) or (kind == "states" and f"plasma.{name}" in outputs):
            yield each


def _given(card: Card) -> tuple[str, ...]:
    settings = card.variant().settings
    if "compound" in settings:
        return (settings["compound"],)
    found = [library().card(each, "protocols").compound for each in listed(settings.get("protocols", ""))]
    return tuple(each for each in found if each)
