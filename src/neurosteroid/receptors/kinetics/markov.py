"""A Markov scheme of a receptor with its rates: what a rig's protocols are run on."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Any, Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.errors import CardError, InputError, unknown_name
from neurosteroid.evidence import Card, Ledger, library, shown_path
from neurosteroid.receptors.kinetics.balance import Loop, broken, loops
from neurosteroid.receptors.kinetics.matrices import equilibrium, rate_matrices, rate_table
from neurosteroid.receptors.kinetics.patch import Patch, read_patch
from neurosteroid.receptors.kinetics.propagation import propagate
from neurosteroid.receptors.kinetics.rig import AbstractRig
from neurosteroid.receptors.kinetics.sampling import sampled
from neurosteroid.receptors.kinetics.stimulus import Stimulus, concentration, read_pulses, span, stimulus
from neurosteroid.receptors.kinetics.structure import Structure, read_structure

if TYPE_CHECKING:
    from neurosteroid.receptors.kinetics.results import Noise
    from neurosteroid.receptors.kinetics.single_channel import Recording
    from neurosteroid.receptors.kinetics.steroid import Applied

Array = NDArray[np.float64]

KIND: Final = "schemes"
PART: Final = "markov-scheme"
_FACTORS: Final = (1e-12, 1e12)  # so far from 1 a rate is as good as 0, or as infinite, and rounding begins to show
_MOST_STAYS: Final = 1e12  # rate times length: as many roundings enter an exponential
DECLARED: Final = "broken"
"""What the setting ``detailed_balance`` says on the card of a scheme that is meant to be out of it."""


@final
@dataclass(frozen=True, eq=False)
class Scheme(AbstractRig):
    """A receptor as a Markov scheme; time in ms, agonist in umol/L.

    Attributes:
        name: of its card.
        variant: of the card.
        title: for people.
        structure: states and ways.
        rates: value of each rate constant, per ms, of binding in L/(umol ms).
        ledger: the card numbers that took part.
        steroid: what was applied to change rates, or None.
        factors: by which rate constants were multiplied by hand; the steroid's own are `steroid.factors`.
        unbalanced: why it is not in detailed balance, where its card declares that; else empty.
    """

    name: str
    variant: str
    title: str
    structure: Structure
    rates: Mapping[str, float]
    ledger: Ledger
    steroid: Applied | None = None
    factors: Mapping[str, float] = dataclasses.field(default_factory=dict)
    unbalanced: tuple[str, ...] = ()

    @property
    def states(self) -> tuple[str, ...]:
        """Names of the n states, in the order of every occupancy vector."""
        return self.structure.states

    @property
    def conducting(self) -> tuple[str, ...]:
        """Names of the open states."""
        return self.structure.conducting

    @functools.cached_property
    def is_open(self) -> Array:
        """(n,) 1 for each conducting state, 0 for the others."""
        return np.array([float(state in self.conducting) for state in self.states])

    @functools.cached_property
    def loops(self) -> tuple[Loop, ...]:
        """The loops of a cycle basis, each with how far it is from detailed balance; a tree has none."""
        return loops(self.structure, self.rates)

    def rate_matrix(self, agonist: str | float) -> Array:
        """Return Q (n, n), per ms: rate from the state of the row to that of the column; rows sum to zero.

        Args:
            agonist: concentration with its unit, such as ``"1 mmol/L"``.

        Raises:
            InputError: a negative concentration.
            UnitError: it cannot be read.
        """
        return self.matrices(np.array([concentration(agonist, where="agonist")]))[0]

    def steady_state(self, agonist: str | float) -> dict[str, float]:
        """Return the share of receptors in each state after a long time in constant agonist."""
        found = self.settled(concentration(agonist, where="agonist"))
        return dict(zip(self.states, found.tolist(), strict=True))

    def open_probability(self, agonist: str | float) -> float:
        """Return the open probability at steady state in constant agonist."""
        return float(self.settled(concentration(agonist, where="agonist")) @ self.is_open)

    def with_rates(self, **changes: float) -> Scheme:
        """Return the scheme with rate constants multiplied, such as ``with_rates(alpha1=0.5, alpha2=0.5)``.

        Raises:
            UnknownNameError: a rate that the scheme does not have.
            InputError: a factor below 0 or out of all measure, or one that breaks detailed balance in a scheme that had
                it.
        """
        for name, factor in changes.items():
            if name not in self.rates:
                raise unknown_name("rate", name, self.rates, where=f"scheme '{self.name}'")
            known = isinstance(factor, Real) and not isinstance(factor, bool)
            if not known or not (factor == 0.0 or _FACTORS[0] <= factor <= _FACTORS[1]):
                low, high = _FACTORS
                raise InputError(
                    f"the factor of '{name}' is {factor!r}; it must be 0, or from {low:g} to {high:g}.",
                    where="rates",
                )
        multiplied = {name: self.factors.get(name, 1.0) * changes.get(name, 1.0) for name in self.rates}
        factors = {name: factor for name, factor in multiplied.items() if factor != 1.0}
        return dataclasses.replace(self, rates=self._multiplied(changes), factors=factors)

    def _multiplied(self, changes: Mapping[str, float]) -> dict[str, float]:
        rates = {name: value * changes.get(name, 1.0) for name, value in self.rates.items()}
        reasons = broken(self.structure, rates) if min(changes.values(), default=1.0) > 0.0 else ()
        if reasons and not self.unbalanced:
            raise InputError(
                f"these factors break detailed balance: {reasons[0]}. Change the rates of the way back alike, or those"
                " of another way of the loop.",
                where=f"scheme '{self.name}'",
            )
        return rates

    def with_steroid(self, given: str, hypothesis: str | None = None) -> Scheme:
        """Return the scheme in the presence of a steroid, such as ``"100 nmol/L allopregnanolone"``.

        The steroid is there before, during and after every pulse. Which rate constants it changes is a hypothesis.

        Args:
            given: concentration and name, or a synonym of its compound, such as ``"100 nmol/L THDOC"``.
            hypothesis: a variant of the card ``steroid-on-rates``; its default when None.

        Raises:
            UnknownNameError: no such steroid or hypothesis, or the scheme has none of its rates.
            InputError: a negative concentration, or a scheme with a steroid already: how two act together on a rate
                constant is on no card.
        """
        from neurosteroid.receptors.kinetics.results import merged
        from neurosteroid.receptors.kinetics.steroid import applied

        if self.steroid is not None:
            raise InputError(
                f"this scheme has a steroid already, {self.steroid}; how two act together is not known. Apply the other"
                " one to the scheme without it.",
                where="steroid",
            )
        found = applied(given, hypothesis, self)
        ledger = merged(self.ledger, found.ledger)
        return dataclasses.replace(self, rates=self._multiplied(found.factors), ledger=ledger, steroid=found)

    def single_channel(self, agonist: str = "10 umol/L", duration: str = "10 s", *, seed: int = 1) -> Recording:
        """Return an idealised record of one channel in constant agonist, by exact stochastic simulation.

        Args:
            agonist: concentration.
            duration: of the record.
            seed: the same seed gives the same record.

        Raises:
            InputError: a negative concentration or seed, or a record that is too long or too short.
        """
        from neurosteroid.receptors.kinetics.single_channel import record

        return record(self, agonist, duration, seed=seed)

    def noise(
        self,
        pulse: str = "1 mmol/L for 1 ms",
        *,
        until: str | None = None,
        step: str = "0.5 ms",
        sweeps: int = 200,
        seed: int = 1,
        patch: Patch | None = None,
    ) -> Noise:
        """Return variance against mean of many sweeps of one patch, as in non-stationary noise analysis.

        Args:
            pulse: see `jump`.
            until: end of a sweep; by default 200 ms after the last pulse.
            step: between samples.
            sweeps: 10 or more.
            seed: the same seed gives the same sweeps.
            patch: its channels and their conductance; that of the card ``patch`` when None.

        Raises:
            InputError: see `jump`; too few or too many sweeps, or a current too weak for the analysis.
        """
        from neurosteroid.receptors.kinetics.noise import noise

        pulses = read_pulses(pulse, start=10.0)
        end = pulses[-1].end + 200.0 if until is None else span(until, where="until")
        given, times = stimulus(pulses, 0.0, end), sampled(end, span(step, where="step"))
        return noise(self, given, times, patch or read_patch(), sweeps=sweeps, seed=seed)

    # what protocols are built from; bare numbers from here on

    def matrices(self, levels: Array) -> Array:
        """Return Q (M, n, n) at concentrations (M,), umol/L."""
        table = np.repeat(rate_table(self.structure, self.rates), len(levels), axis=0)
        return rate_matrices(self.structure, table, levels)

    def settled(self, level: float) -> Array:
        """Return the occupancies (n,) at steady state in a concentration, umol/L."""
        resting = self.structure.index(self.structure.resting)
        return equilibrium(self.matrices(np.array([level])), resting, self.states)[0]

    def follow(self, given: Stimulus, times: Array, start: Array | None = None) -> Array:
        """Return the occupancies (K, n) at times (K,), ms, exactly; by default from steady state in the background.

        Raises:
            InputError: a piece so long, with rates so fast, that rounding would show.
        """
        begin, matrices, lengths = start, self.matrices(given.levels), np.diff(given.edges)
        fastest = -matrices.diagonal(axis1=1, axis2=2).min(axis=1)
        stays = float((fastest * lengths).max())
        if stays > _MOST_STAYS:
            raise InputError(
                f"a receptor would go through some {stays:.1e} states in {lengths.max():g} ms, which"
                f" rounding spoils; up to {_MOST_STAYS:g} are followed. Take a shorter run, or slower rates.",
                where=f"scheme '{self.name}'",
            )
        begin = self.settled(given.before) if begin is None else begin
        return propagate(matrices[None], begin[None], given.edges, times)[0]

    def sources(self) -> list[tuple[Any, str]]:
        """Return (number, citation) of every card number that took part."""
        return cited(self.ledger)


def cited(ledger: Ledger) -> list[tuple[Any, str]]:
    """Return (number, citation) of every number of a ledger."""
    references = library().references
    return [
        (number, "; ".join(references[key].plain() for key in number.source) or str(number.assumed))
        for number in ledger.numbers
    ]


def scheme_names() -> tuple[str, ...]:
    """Return the names of all schemes of the library in use."""
    return tuple(card.name for card in library().cards(KIND) if card.variant().part == PART)


def scheme(name: str = "jones-westbrook", variant: str | None = None) -> Scheme:
    """Return a scheme of the library by name.

    Args:
        name: of its card, see `scheme_names`.
        variant: of the card; its default when None.

    Raises:
        UnknownNameError: no such scheme or variant; names the close ones.
        CardError: a user's own card is wrong, or not in detailed balance and does not say so.
    """
    if name not in library().names(KIND) or library().card(name, KIND).variant().part != PART:
        raise unknown_name("scheme", name, scheme_names())
    return scheme_from_card(library().card(name, KIND), variant)


def scheme_from_card(card: Card, variant: str | None) -> Scheme:
    """Return the scheme of a card.

    Raises:
        CardError: see `scheme`.
    """
    content, where = card.variant(variant), shown_path(card.path)
    structure, ledger = read_structure(content.settings, where), Ledger()
    rates = {}
    for rate in structure.rates:
        if rate not in content.numbers:
            raise CardError(f"the rate '{rate}' of the transitions is not among the numbers.", where=where)
        rates[rate] = ledger.take(card, rate, structure.unit(rate), variant)
        if rates[rate] <= 0.0:
            raise CardError(f"a rate constant is above 0, not {rates[rate]:g}.", where=f"{where}: {rate}")
    reasons = broken(structure, rates)
    declared = content.settings.get("detailed_balance")
    if reasons and declared != DECLARED:
        raise CardError(
            f"this is not in detailed balance: {reasons[0]}. Correct the rates, or, if the scheme is meant to be"
            f" driven, declare it: detailed_balance = '{DECLARED}' in its settings.",
            where=where,
        )
    if declared is not None and not reasons:
        raise CardError("this is in detailed balance; leave 'detailed_balance' away.", where=f"{where}: settings")
    chosen = card.default if variant is None else variant
    return Scheme(card.name, chosen, card.title, structure, rates, ledger, unbalanced=reasons)
