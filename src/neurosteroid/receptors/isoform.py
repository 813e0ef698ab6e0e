"""A GABA-A receptor isoform from its card: open probability with any number of ligands, mutated or not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.errors import InputError, UnitError, unknown_name
from neurosteroid.evidence import Card, Ledger, library
from neurosteroid.receptors import ligands as pharmacy
from neurosteroid.receptors.curve import Curve, half_effective
from neurosteroid.receptors.desensitisation import Occupied, occupied
from neurosteroid.receptors.ligands import ROOM, Action
from neurosteroid.receptors.sites import Mutation, mutations, places_lost
from neurosteroid.receptors.synonyms import named_by

Array = NDArray[np.float64]

PART: Final = "monod-wyman-changeux"
"""The equation that a card of an isoform names."""
PEAK: Final = "peak"
STEADY: Final = "steady state"
TIMES: Final = (PEAK, STEADY)
"""When open probability is read: before any receptor desensitises, or at equilibrium."""
_AGONIST: Final = "GABA"
_RATIO: Final = "open_desensitised_ratio"
_DECADES: Final = 2.5
"""A curve is drawn this far to both sides of its half-effective concentration."""
_POINTS: Final = 121


@final
@dataclass(frozen=True)
class Receptor:
    """One isoform, its mutations, and everything that its card knows to act there.

    Attributes:
        name: of its card.
        variant: of the card.
        title: in words.
        subunits: such as ``("a1", "b2", "g2")``.
        mutations: in the order given.
        closed_open_ratio: L, without ligand.
        open_desensitised_ratio: Q, without ligand; None where nothing is known.
        sites: number of places that are left, by site name.
        actions: by ligand name.
        limits: what the card says against it.
    """

    name: str
    variant: str
    title: str
    subunits: tuple[str, ...]
    mutations: tuple[Mutation, ...]
    closed_open_ratio: float
    open_desensitised_ratio: float | None
    sites: Mapping[str, float]
    actions: Mapping[str, tuple[Action, ...]]
    limits: tuple[str, ...] = ()
    card: Card = field(kw_only=True, repr=False)
    ledger: Ledger = field(kw_only=True, repr=False)

    @property
    def label(self) -> str:
        """Name with mutations, such as ``a1b3 (a1Q242L)``."""
        inside = ", ".join(each.name for each in self.mutations)
        return f"{self.name} ({inside})" if inside else self.name

    @property
    def ligands(self) -> tuple[str, ...]:
        """Names of the ligands that act here, or are known not to."""
        return tuple(sorted(self.actions, key=lambda name: (name != _AGONIST, name.lower())))

    def unit(self, ligand: str) -> str:
        """Return the unit of a ligand's concentrations.

        Raises:
            UnknownNameError: no such ligand here.
        """
        return self._actions(ligand)[0].unit

    def states(self, concentrations: Mapping[str, Any]) -> Occupied:
        """Return the receptor's states at bare concentrations, each in the `unit` of its ligand; any shapes that fit.

        Where the card has no open/desensitised ratio, all that rests on it is not a number: the steady state, the
        desensitised share and occupancies.

        Raises:
            UnknownNameError: no such ligand here.
        """
        for ligand in concentrations:
            self._actions(ligand)
        quotient = self.open_desensitised_ratio
        return occupied(
            self.closed_open_ratio,
            np.nan if quotient is None else quotient,
            self.sites,
            self.actions,
            concentrations,
        )

    def probability(self, concentrations: Mapping[str, Any], at: str = PEAK) -> Array:
        """Return open probability at bare concentrations, each in the `unit` of its ligand.

        Args:
            concentrations: X >= 0 by ligand name; arrays of any shapes that broadcast.
            at: ``"peak"`` or ``"steady state"``.

        Raises:
            UnknownNameError: no such ligand, or no such time.
            InputError: the steady state of an isoform whose card has no open/desensitised ratio.
        """
        states = self.states(concentrations)
        return states.peak if self._time(at) == PEAK else states.steady

    def open_probability(self, concentrations: Mapping[str, Any], at: str = PEAK) -> Any:
        """Return open probability, a number or an array.

        Args:
            concentrations: ligand name to text with its unit (``"50 nmol/L"``), or a pint quantity of any shape; mass
                per volume (``"10 ng/mL"``) is converted where the ligand is a compound whose molar mass is known.
            at: ``"peak"`` or ``"steady state"``.

        Raises:
            UnitError: no unit or a wrong one.
            InputError: a concentration below 0.
            UnknownNameError: no such ligand, or no such time.
        """
        found = self.probability(self.read(concentrations), at)
        return float(found) if np.ndim(found) == 0 else found

    def potentiation(self, concentrations: Mapping[str, Any], ligand: str, at: str = PEAK) -> Any:
        """Return open probability with all ligands over that without one of them; arguments as `open_probability`."""
        read, ligand = self.read(concentrations), self.named(ligand)
        if ligand not in read:
            raise unknown_name("ligand among the concentrations", ligand, read, where=self.name)
        found = self.probability(read, at) / self.probability({**read, ligand: 0.0}, at)
        return float(found) if np.ndim(found) == 0 else found

    def desensitised_probability(self, concentrations: Mapping[str, Any]) -> Any:
        """Return the share that is desensitised at equilibrium; arguments as `open_probability`."""
        self._time(STEADY)
        found = self.states(self.read(concentrations)).desensitised
        return float(found) if np.ndim(found) == 0 else found

    def half_effective_concentration(
        self, ligand: str, background: Mapping[str, Any] | None = None, at: str = PEAK
    ) -> float:
        """Return the half-effective concentration of a ligand in its `unit`, with a background as `open_probability`.

        Raises:
            InputError: the ligand changes nothing here, or is in the background too.
        """
        name, there = self._apart(ligand, background)
        return self._half(name, there, at)[0]

    def curve(
        self,
        ligand: str = _AGONIST,
        background: Mapping[str, Any] | None = None,
        at: str = PEAK,
        concentrations: Any = None,
    ) -> Curve:
        """Return the concentration-response curve of a ligand.

        Args:
            ligand: on the axis.
            background: what else is there, as in `open_probability`.
            at: ``"peak"`` or ``"steady state"``.
            concentrations: (K,) a pint quantity; around the half-effective one when None.
        """
        ligand, there = self._apart(ligand, background)
        half, without, largest = self._half(ligand, there, at)
        axis = half * np.logspace(-_DECADES, _DECADES, _POINTS)
        if concentrations is not None:
            axis = np.sort(np.atleast_1d(self.read({ligand: concentrations})[ligand]))
        return Curve(
            receptor=self.label,
            variant=self.variant,
            ligand=ligand,
            unit=self.unit(ligand),
            at=at,
            background={self.named(name): str(value) for name, value in (background or {}).items()},
            concentrations=axis,
            open_probability=self.probability({**there, ligand: axis}, at),
            half_effective_concentration=half,
            without=without,
            largest=largest,
            ledger=self.taken((ligand, *there), at),
            limits=self.limits,
        )

    def taken(self, names: Iterable[str], at: str = PEAK) -> Ledger:
        """Return the numbers that an open probability with these ligands rests on, a fresh ledger."""
        ledger = Ledger()
        ledger.merge(self.ledger)
        for name in names:
            pharmacy.record(self.card, self.variant, name, ledger, at_peak=at == PEAK)
        if at == STEADY:
            ledger.record(self.card.number(_RATIO, self.variant))
        return ledger

    def read(self, concentrations: Mapping[str, Any]) -> dict[str, Any]:
        """Return concentrations given with their units as bare ones, each in the `unit` of its ligand.

        Raises:
            UnitError, InputError, UnknownNameError: as `open_probability`.
        """
        if not isinstance(concentrations, Mapping):
            raise InputError(
                f"{concentrations!r} names no ligands; give each with its concentration, such as"
                " {'GABA': '26 umol/L'}.",
                where=self.name,
            )
        found: dict[str, Any] = {}
        for name, value in concentrations.items():
            known = self.named(name)
            if known in found:
                raise InputError(f"'{known}' is given twice, also as '{name}'; give it once.", where=self.name)
            mass = library().molar_mass(known)
            found[known] = _read(value, self.unit(known), mass, f"{self.name}: {name}")
        return found

    def named(self, ligand: str) -> str:
        """Return the name that a ligand has here, also from a synonym of its compound, such as ``THDOC``.

        Raises:
            UnknownNameError: no such ligand here.
        """
        name = named_by(ligand, self.actions) if isinstance(ligand, str) else None
        if name is None:
            raise unknown_name("ligand", ligand, self.actions, where=self.name)
        return name

    def mutated(self, names: Sequence[str]) -> Receptor:
        """Return the receptor with mutations.

        Raises:
            UnknownNameError: a mutation that no card of a site knows.
            InputError: one of a subunit that the isoform lacks, two of one residue, or a receptor that is mutated
                already.
        """
        if self.mutations:
            raise InputError("This receptor is mutated already; give all mutations at once.", where=self.label)
        if not names:
            return self
        ledger = Ledger()
        ledger.merge(self.ledger)
        changed = mutations(names, self.subunits, ledger, where=self.name)
        lost = places_lost(changed)
        left = {site: max(0.0, count - lost.get(site, 0.0)) for site, count in self.sites.items()}
        return replace(self, mutations=changed, sites=left, ledger=ledger)

    def _apart(self, ligand: str, background: Mapping[str, Any] | None) -> tuple[str, dict[str, Any]]:
        """Return the name of the ligand on the axis, and the others that are there."""
        name, there = self.named(ligand), self.read(background or {})
        if name in there:
            raise InputError(f"'{name}' is on the axis and in the background; leave one away.", where=self.name)
        return name, there

    def _half(self, ligand: str, there: Mapping[str, Any], at: str) -> tuple[float, float, float]:
        scale = min(each.affinity for each in self._actions(ligand))
        self._time(at)
        return half_effective(
            lambda x: self.probability({**there, ligand: x}, at), scale, where=f"{self.label}: {ligand} at {at}"
        )

    def _actions(self, ligand: str) -> tuple[Action, ...]:
        if ligand not in self.actions:
            raise unknown_name("ligand", ligand, self.actions, where=self.name)
        return self.actions[ligand]

    def _time(self, at: str) -> str:
        if at not in TIMES:
            raise unknown_name("time", at, TIMES, where=self.name)
        if at == STEADY and self.open_desensitised_ratio is None:
            raise InputError(
                "The card has no open/desensitised ratio, so its steady state is not known. Ask for the peak, or write"
                " 'open_desensitised_ratio' on a card of your own.",
                where=self.name,
            )
        return at


def isoforms() -> tuple[str, ...]:
    """Return the names of all receptor isoforms: the cards that name the Monod-Wyman-Changeux equation."""
    return tuple(name for name in library().names(ROOM) if library().card(name, ROOM).variant().part == PART)


def receptor(name: str, variant: str | None = None, mutations: Sequence[str] = ()) -> Receptor:
    """Return a GABA-A receptor isoform.

    Args:
        name: of its card, such as ``"a1b2g2"``.
        variant: of the card, such as ``"hek"``; its default when None.
        mutations: such as ``["a1Q242L"]``; only those that a card of a binding site knows.

    Raises:
        UnknownNameError: no such isoform, variant or mutation.
        InputError: a mutation of a subunit that the isoform lacks.
        CardError: a card that is incomplete.
    """
    if name not in (known := isoforms()):
        raise unknown_name("receptor isoform", name, known)
    return receptor_from_card(library().card(name, ROOM), variant).mutated(mutations)


def receptor_from_card(card: Card, variant: str | None) -> Receptor:
    """Return the isoform of a card, without mutations.

    Raises:
        UnknownNameError: no such variant.
        CardError: a card that is incomplete.
    """
    chosen, ledger = card.variant(variant), Ledger()
    known = pharmacy.pharmacology(card, variant)
    notes = (card.note, chosen.note)
    return Receptor(
        name=card.name,
        variant=card.default if variant is None else variant,
        title=card.title,
        subunits=tuple(chosen.settings.get("subunits", "").split()),
        mutations=(),
        closed_open_ratio=ledger.take(card, "closed_open_ratio", "1", variant),
        open_desensitised_ratio=chosen.numbers[_RATIO].to("1") if _RATIO in chosen.numbers else None,
        sites=known.sites,
        actions=known.actions,
        limits=tuple(note for note in notes if note),
        card=card,
        ledger=ledger,
    )


def _read(value: Any, unit: str, mass: float | None, where: str) -> Any:
    magnitude = getattr(value, "magnitude", None)
    if magnitude is not None and np.ndim(magnitude):
        values = np.asarray(magnitude, dtype=float)
        found: Any = units.convert(values, str(value.units), unit, molar_mass=mass, where=where)
    elif isinstance(value, int | float | np.ndarray) and not isinstance(value, bool):
        raise UnitError(f"{value!r} has no unit. Write it as text, such as '1 {unit}'.", where=where)
    else:
        found = units.parse(value, unit, molar_mass=mass, where=where)
    if np.any(found < 0) or not np.all(np.isfinite(found)):
        raise InputError(f"'{value}' is below 0; a concentration is 0 or more.", where=where)
    return found
