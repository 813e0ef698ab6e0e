"""A population: people drawn from a card, each from random streams of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.errors import InputError, is_whole
from neurosteroid.evidence import Ledger, library
from neurosteroid.model.assembly import Assembly
from neurosteroid.model.joining import Joined
from neurosteroid.model.sexes import sex_of
from neurosteroid.model.states import Sex
from neurosteroid.model.variability import CorrelatedNormal, Distribution, draw, truncated, width
from neurosteroid.studies.streams import Stream, uniforms

Array = NDArray[np.float64]
_LARGEST = 10_000_000


@final
@dataclass(frozen=True, eq=False)
class Women:
    """Some women of a population, as arrays.

    Attributes:
        numbers: (P,) their numbers in the population, from 0.
        weight: (P,) kg.
        age: (P,) year.
        parameters: model parameter to (P,) values drawn for them.
    """

    numbers: NDArray[np.int64]
    weight: Array
    age: Array
    parameters: Mapping[str, Array]

    @property
    def names(self) -> tuple[str, ...]:
        """Identifiers such as ``P-00017``, the same whoever else is drawn."""
        return tuple(identifiers(self.numbers))


def identifiers(numbers: NDArray[np.int64]) -> list[str]:
    """Return the identifiers of women by their numbers (P,)."""
    return [f"P-{number + 1:05d}" for number in numbers.tolist()]


@final
@dataclass(frozen=True)
class Population:
    """Women who can be drawn: a card, how many, and the seed.

    Woman i is the same whatever the size of the population, the order of drawing or the number of workers.

    Attributes:
        card: name of a card of kind ``people``.
        size: number of women.
        seed: of every random stream.
    """

    card: str
    size: int
    seed: int

    def __post_init__(self) -> None:
        for name, value in (("size", self.size), ("seed", self.seed)):
            if not is_whole(value):
                raise InputError(f"the {name} {value!r} is no whole number; give one.", where=f"population.{name}")
            object.__setattr__(self, name, int(value))
        if not 1 <= self.size <= _LARGEST:
            raise InputError(f"{self.size} women cannot be drawn; 1 to {_LARGEST} can.", where="population.size")
        if self.seed < 0:
            raise InputError(f"the seed {self.seed} is negative; give 0 or more.", where="population.seed")
        sex_of(self.card)

    @property
    def sex(self) -> Sex:
        """Of all of them, as the card says."""
        return sex_of(self.card)

    def draw(
        self,
        assembly: Assembly,
        ledger: Ledger,
        numbers: Sequence[int] | None = None,
        joined: Joined | None = None,
    ) -> Women:
        """Draw women and what differs between them in a model.

        Args:
            assembly: says which parameters vary, and how.
            ledger: records the numbers of the card of people.
            numbers: which women, from 0; all by default.
            joined: the model of their own hormones, whose parameters then vary too; the other draws stay the same.
        """
        chosen = range(self.size) if numbers is None else numbers
        body = _body(self.card, ledger)
        effects = (*assembly.parameter_effects, *_further(assembly, joined))
        found = uniforms(self.seed, chosen, Stream.PARAMETERS, 2 + sum(width(item) for item in effects))
        weight, age = body.values(found[:, :2])
        copula = sum(width(item) for item in assembly.parameter_effects)
        parameters = draw(assembly.parameter_effects, found[:, 2 : 2 + copula])
        parameters |= draw(_further(assembly, joined), found[:, 2 + copula :])
        events = uniforms(self.seed, chosen, Stream.EVENTS, sum(width(item) for item in assembly.event_effects))
        parameters |= draw(assembly.event_effects, events)
        return Women(np.asarray(chosen, dtype=np.int64), weight, age, parameters)


def _further(assembly: Assembly, joined: Joined | None) -> tuple[Distribution, ...]:
    """Return the effects of a joined model that the model of the drug alone does not draw already."""
    drawn = {name for item in assembly.parameter_effects for name in item.names}
    return () if joined is None else tuple(item for item in joined.effects if not drawn.intersection(item.names))


@final
@dataclass(frozen=True)
class _Body:
    """Weight and age: normal deviates with a correlation, put through truncated distributions.

    (z_w, z_a) are standard normal with correlation r; weight = exp of a normal cut to its range, age a normal cut to
    its range, each taken at the probability of its deviate (a Gaussian copula).
    """

    weight: tuple[float, float, float, float]
    age: tuple[float, float, float, float]
    correlation: float

    def values(self, uniform: Array) -> tuple[Array, Array]:
        from scipy.special import ndtr

        r = self.correlation
        deviates = CorrelatedNormal(("weight", "age"), ((1.0, r), (r, 1.0))).values(uniform)
        probability = ndtr(deviates)
        median, log_sd, low, high = self.weight
        logarithm = truncated(probability[:, 0], np.log(median), log_sd, np.log(low), np.log(high))
        return np.exp(logarithm), truncated(probability[:, 1], *self.age)


def _body(card_name: str, ledger: Ledger) -> _Body:
    card = library().card(card_name, "people")

    def take(key: str, unit: str) -> float:
        return ledger.take(card, key, unit)

    weight = (
        take("weight_median", units.WEIGHT),
        take("weight_log_sd", "1"),
        take("weight_lowest", units.WEIGHT),
        take("weight_highest", units.WEIGHT),
    )
    age = tuple(take(f"age_{key}", units.AGE) for key in ("median", "sd", "lowest", "highest"))
    return _Body(weight, (age[0], age[1], age[2], age[3]), take("correlation_weight_age", "1"))


def population(name: str, *, size: int, seed: int) -> Population:
    """Return a population of women to be drawn from the card of people called `name`.

    Raises:
        UnknownNameError: there is no such card.
        InputError: a size or seed that is not possible.
    """
    return Population(name, size, seed)
