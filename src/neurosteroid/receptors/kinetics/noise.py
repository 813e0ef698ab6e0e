"""Non-stationary noise: the variance of the current between sweeps against its mean, and what it says of one channel.

N channels that open independently with probability p(t) carry

    mean = N i p,    variance = N i^2 p (1 - p) = i mean - mean^2 / N.

Source: F. J. Sigworth, The variance of sodium current fluctuations at the node of Ranvier, J. Physiol. 307 (1980)
97-129.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.errors import InputError, is_whole
from neurosteroid.receptors.kinetics.patch import Patch
from neurosteroid.receptors.kinetics.results import Noise, merged
from neurosteroid.receptors.kinetics.single_channel import checked_seed
from neurosteroid.receptors.kinetics.stimulus import Stimulus
from neurosteroid.receptors.kinetics.stochastic import Walk, first_states

if TYPE_CHECKING:
    from neurosteroid.receptors.kinetics.markov import Scheme

Array = NDArray[np.float64]

_MOST: Final = 5_000_000  # channels in all sweeps together


def open_channels(
    scheme: Scheme, stimulus: Stimulus, times: Array, *, channels: int, sweeps: int, seed: int, compiled: bool = True
) -> Array:
    """Return how many of the channels are open in each sweep, (sweeps, K), at times (K,), ms.

    Args:
        scheme: of the channels.
        stimulus: of every sweep.
        times: (K,) ms, ascending.
        channels: in the patch.
        sweeps: how many.
        seed: of the random numbers.
        compiled: whether compiled code may be used.

    Raises:
        InputError: no channel, fewer than one sweep, too many of both, or a negative seed.
    """
    checked_seed(seed)
    for name, count in (("channels", channels), ("sweeps", sweeps)):
        if not is_whole(count) or count < 1:
            raise InputError(f"{count!r} is not a number of {name}; give a whole number from 1.", where=name)
    if channels * sweeps > _MOST:
        raise InputError(f"{channels * sweeps:.1e} channels are too many; at most {_MOST:.0e}.", where="sweeps")
    random = np.random.default_rng(np.random.SeedSequence(seed))
    start = first_states(scheme.settled(stimulus.before), channels * sweeps, random)
    walk = Walk.of(
        scheme.matrices(stimulus.levels), stimulus.edges, scheme.is_open, start, times, channels, compiled=compiled
    )
    return walk.open_channels(random)


def noise(scheme: Scheme, stimulus: Stimulus, times: Array, patch: Patch, *, sweeps: int, seed: int) -> Noise:
    """Return mean and variance over sweeps, and the parabola fitted to them by least squares.

    Raises:
        InputError: see `open_channels`; fewer than 10 sweeps, or a current too weak to bend the parabola.
    """
    if not is_whole(sweeps) or sweeps < 10:
        raise InputError(f"{sweeps!r} sweeps say nothing on a variance; take 10 or more.", where="sweeps")
    counts = open_channels(scheme, stimulus, times, channels=patch.channels, sweeps=sweeps, seed=seed)
    currents = counts * patch.unitary
    mean, variance = currents.mean(axis=0), currents.var(axis=0, ddof=1)
    opened = scheme.follow(stimulus, times) @ scheme.is_open
    (unitary, bend), *_ = np.linalg.lstsq(np.column_stack([mean, -(mean**2)]), variance)
    if bend <= 0.0:
        raise InputError(
            "variance grows in step with the mean up to the peak, so the number of channels cannot be told from it."
            " Apply more agonist, or take more sweeps.",
            where="pulse",
        )
    return Noise(
        scheme=scheme.label,
        ledger=merged(scheme.ledger, patch.ledger),
        times=times,
        mean=mean,
        variance=variance,
        expected_mean=patch.current(opened),
        expected_variance=patch.channels * patch.unitary**2 * opened * (1.0 - opened),
        unitary=float(unitary),
        channels=float(1.0 / bend),
        sweeps=sweeps,
    )
