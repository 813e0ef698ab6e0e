"""How women differ: distributions that turn standard draws into parameters, one person's stream at a time.

Every distribution maps draws that are uniform on (0, 1) through an inverse distribution function. A person's
numbers therefore depend on nothing but her own draws, whoever else is in the population.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.errors import InputError

Array = NDArray[np.float64]


@final
@dataclass(frozen=True)
class CorrelatedNormal:
    """Normal effects with mean 0: effects = cholesky(covariance) z.

    Attributes:
        names: of the parameters they fill.
        covariance: (d, d), nested tuples.
    """

    names: tuple[str, ...]
    covariance: tuple[tuple[float, ...], ...]

    def values(self, uniforms: Array) -> Array:
        """Return effects (P, d) from uniforms (P, d)."""
        from scipy.special import ndtri

        lower = np.linalg.cholesky(np.array(self.covariance))
        # term by term: a matrix product may round differently in batches of another size
        normal = ndtri(uniforms)
        effects = normal[:, :1] * lower[:, 0]
        for column in range(1, len(lower)):
            effects += normal[:, column, None] * lower[:, column]
        return np.asarray(effects)


def truncated(probability: Array, mean: float, sd: float, low: float, high: float) -> Array:
    """Return quantiles of a normal whose tails outside [low, high] are removed, not clipped; any shape."""
    from scipy.special import ndtr, ndtri

    lower, upper = ndtr((low - mean) / sd), ndtr((high - mean) / sd)
    return np.clip(mean + sd * ndtri(lower + probability * (upper - lower)), low, high)


@final
@dataclass(frozen=True)
class TruncatedNormal:
    """One normal quantity kept between two bounds; the tails outside are removed, not clipped."""

    name: str
    mean: float
    sd: float
    low: float
    high: float

    @property
    def names(self) -> tuple[str, ...]:
        """The one name it fills."""
        return (self.name,)

    def values(self, uniforms: Array) -> Array:
        """Return values (P, 1) from uniforms (P, 1)."""
        return truncated(uniforms, self.mean, self.sd, self.low, self.high)


@final
@dataclass(frozen=True)
class Uniform:
    """One draw that is uniform on (0, 1), such as the quantile that realises an ordinal outcome."""

    name: str

    @property
    def names(self) -> tuple[str, ...]:
        """The one name it fills."""
        return (self.name,)

    def values(self, uniforms: Array) -> Array:
        """Return the uniforms (P, 1) as they are."""
        return uniforms


@final
@dataclass(frozen=True)
class Bernoulli:
    """One thing that is so (1) or not (0), such as whether a cycle fails."""

    name: str
    probability: float

    @property
    def names(self) -> tuple[str, ...]:
        """The one name it fills."""
        return (self.name,)

    def values(self, uniforms: Array) -> Array:
        """Return 1 where the uniforms (P, 1) lie below the probability, else 0."""
        return np.asarray(uniforms < self.probability, dtype=np.float64)


@final
@dataclass(frozen=True)
class Unused:
    """Draws that this variant of the model leaves out, so that all others stay the same in every variant."""

    count: int
    names: tuple[str, ...] = ()

    def values(self, uniforms: Array) -> Array:
        """Return no values, (P, 0), from uniforms (P, count)."""
        return uniforms[:, :0]


@final
@dataclass(frozen=True)
class Copula:
    """The correlation of the draws that follow it (a Gaussian copula); it takes no draw and fills no name itself.

    With z the standard normal deviates of the uniforms, the draws become the probabilities of cholesky(correlation) z.

    Attributes:
        correlation: (d, d) of the underlying normal deviates, nested tuples; all the draws it stands before.
        names: none.
    """

    correlation: tuple[tuple[float, ...], ...]
    names: tuple[str, ...] = ()

    def values(self, uniforms: Array) -> Array:
        """Return correlated uniforms (P, d) from independent ones (P, d); a draw that is linked to none before stays.

        Raises:
            InputError: correlations that exclude each other.
        """
        from scipy.special import ndtr, ndtri

        try:
            lower = np.linalg.cholesky(np.array(self.correlation))
        except np.linalg.LinAlgError:
            raise InputError(
                f"these correlations exclude each other: {self.correlation}. Bring the assumed ones nearer to 0."
            ) from None
        # the others are not sent through the normal distribution and back, which would change their last digits
        linked = np.count_nonzero(lower, axis=1) > 1
        return np.where(linked, ndtr(ndtri(uniforms) @ lower.T), uniforms)


Distribution: TypeAlias = CorrelatedNormal | TruncatedNormal | Uniform | Bernoulli | Unused | Copula


def width(distribution: Distribution) -> int:
    """Return how many draws a distribution takes for each person."""
    return distribution.count if isinstance(distribution, Unused) else len(distribution.names)


def draw(distributions: tuple[Distribution, ...], uniforms: Array) -> dict[str, Array]:
    """Return name to (P,) values, each distribution taking its columns of `uniforms` (P, d) in order."""
    found: dict[str, Array] = {}
    start = 0
    for distribution in distributions:
        if isinstance(distribution, Copula):
            uniforms = np.hstack([uniforms[:, :start], distribution.values(uniforms[:, start:])])
            continue
        stop = start + width(distribution)
        values = distribution.values(uniforms[:, start:stop])
        found.update({name: values[:, column] for column, name in enumerate(distribution.names)})
        start = stop
    return found
