"""The structure of a Markov scheme: its states, which of them conduct, and what moves a receptor between them.

A card writes it as settings, in words and without a number; the rates stand on the card as numbers with their sources:

    states      = "C1 C2 C3 O1 O2 D1 D2"
    resting     = "C1"
    conducting  = "O1 O2"
    transitions = "C1 <-> C2: 2 kon GABA, koff; C2 <-> C3: kon GABA, 2 koff; C2 <-> O1: beta1, alpha1"

Behind the colon stand the way forth and, for ``<->``, the way back: a rate by name, the ligand that binds with it, and
in front the number of equal sites that can take that way. ``C1 -> C2: kon GABA`` writes a way without a way back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, final

from neurosteroid.errors import CardError, unknown_name

RATE_UNIT: Final = "1/ms"
BINDING_UNIT: Final = "L/(umol*ms)"

_WAY: Final = re.compile(r"(?P<source>\w+)\s*(?P<arrow><->|->)\s*(?P<target>\w+)\s*:\s*(?P<rates>[^:]+)")
_RATE: Final = re.compile(r"(?:(?P<count>[1-9])\s+)?(?P<rate>[A-Za-z]\w*)(?:\s+(?P<ligand>[A-Za-z]\w*))?")
_EXAMPLE: Final = "Write it like 'C1 <-> C2: 2 kon GABA, koff'."


@final
@dataclass(frozen=True)
class Transition:
    """One way from a state to another, taken at ``count * rate`` or, for binding, ``count * rate * [ligand]``.

    Attributes:
        source, target: names of states.
        rate: name of the rate constant.
        count: number of equal sites that can take this way.
        ligand: what binds, or None.
    """

    source: str
    target: str
    rate: str
    count: int = 1
    ligand: str | None = None


@final
@dataclass(frozen=True)
class Structure:
    """The states of a receptor and the ways between them.

    Attributes:
        states: in the order of every occupancy vector.
        resting: the state without ligand, in which a receptor starts that has never met one.
        conducting: the open states.
        transitions: every way, forth and back apart.
    """

    states: tuple[str, ...]
    resting: str
    conducting: tuple[str, ...]
    transitions: tuple[Transition, ...]

    @property
    def rates(self) -> tuple[str, ...]:
        """Names of the rate constants, in the order in which they first occur."""
        return tuple(dict.fromkeys(way.rate for way in self.transitions))

    @property
    def binding(self) -> frozenset[str]:
        """Names of the rate constants of binding, in `BINDING_UNIT`; all others are in `RATE_UNIT`."""
        return frozenset(way.rate for way in self.transitions if way.ligand is not None)

    @property
    def ligand(self) -> str:
        """The agonist."""
        return next(way.ligand for way in self.transitions if way.ligand is not None)

    def index(self, state: str, *, where: str | None = None) -> int:
        """Return the place of a state.

        Raises:
            UnknownNameError: there is no such state; names the close ones.
        """
        if state not in self.states:
            raise unknown_name("state", state, self.states, where=where)
        return self.states.index(state)

    def unit(self, rate: str) -> str:
        """Return the unit of a rate constant."""
        return BINDING_UNIT if rate in self.binding else RATE_UNIT


def read_structure(settings: Mapping[str, str], where: str) -> Structure:
    """Return the structure that a card's settings write.

    Args:
        settings: with ``states``, ``resting``, ``conducting`` and ``transitions``.
        where: the card, for messages.

    Raises:
        CardError: a key is missing, a line cannot be read, a state stands twice or is never reached, or the ligands
            are not one.
        UnknownNameError: a transition names a state that is not among the states.
    """
    missing = [key for key in ("states", "resting", "conducting", "transitions") if not settings.get(key, "").strip()]
    if missing:
        raise CardError(f"a scheme needs the setting '{missing[0]}'. {_EXAMPLE}", where=f"{where}: settings")
    states, conducting = tuple(settings["states"].split()), tuple(settings["conducting"].split())
    if len(set(states)) < len(states):
        raise CardError("a state stands twice; give each a name of its own.", where=f"{where}: settings.states")
    ways = [way for line in re.split(r"[;\n]", settings["transitions"]) if line.strip() for way in _ways(line, where)]
    structure = Structure(states, settings["resting"].strip(), conducting, tuple(ways))
    for key, names in (("resting", (structure.resting,)), ("conducting", conducting)):
        for name in names:
            structure.index(name, where=f"{where}: settings.{key}")
    for way in ways:
        for name in (way.source, way.target):
            structure.index(name, where=f"{where}: settings.transitions")
    _check_ways(structure, where)
    return structure


def _ways(line: str, where: str) -> list[Transition]:
    place = f"{where}: settings.transitions"
    match = _WAY.fullmatch(line.strip())
    if match is None:
        raise CardError(f"'{line.strip()}' is not a transition. {_EXAMPLE}", where=place)
    both = match["arrow"] == "<->"
    texts = [text.strip() for text in match["rates"].split(",")]
    if len(texts) != 1 + both:
        needed = "a rate forth and one back" if both else "one rate"
        raise CardError(f"'{line.strip()}' needs {needed} behind the colon. {_EXAMPLE}", where=place)
    ends = [(match["source"], match["target"]), (match["target"], match["source"])]
    found = []
    for text, (source, target) in zip(texts, ends[: len(texts)], strict=True):
        rate = _RATE.fullmatch(text)
        if rate is None:
            raise CardError(
                f"'{text}' is not a rate: a number of sites up to 9 where there are several, a name, and the ligand"
                f" where one binds. {_EXAMPLE}",
                where=place,
            )
        found.append(Transition(source, target, rate["rate"], int(rate["count"] or 1), rate["ligand"]))
    return found


def _check_ways(structure: Structure, where: str) -> None:
    place = f"{where}: settings.transitions"
    ends = [(way.source, way.target) for way in structure.transitions]
    doubled = [end for end in ends if ends.count(end) > 1 or end[0] == end[1]]
    if doubled:
        raise CardError(f"'{doubled[0][0]} -> {doubled[0][1]}' stands twice or leads nowhere.", where=place)
    ligands = {way.ligand for way in structure.transitions if way.ligand is not None}
    if len(ligands) != 1:
        found = ", ".join(sorted(ligands)) or "none"
        raise CardError(f"a scheme has one ligand; found: {found}. Name it behind the rate of binding.", where=place)
    mixed = [way.rate for way in structure.transitions if way.ligand is None and way.rate in structure.binding]
    if mixed:
        raise CardError(f"'{mixed[0]}' is a rate of binding here and a plain one there.", where=place)
    reached, more = {structure.resting}, True
    while more:
        new = {target for source, target in ends if source in reached} - reached
        reached |= new
        more = bool(new)
    lost = [state for state in structure.states if state not in reached]
    if lost:
        raise CardError(f"no way leads from '{structure.resting}' to '{lost[0]}'.", where=place)
