"""Random streams: each person has her own, one a purpose, whatever the number of people or workers."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from neurosteroid.studies.seeding import many_uniforms


class Stream(IntEnum):
    """What a stream of random numbers is for; its number is part of every seed and never changes."""

    PARAMETERS = 0
    """Who she is: weight, age, clearance, baseline."""
    EVENTS = 1
    """What happens to her: thresholds of random events, realised ordinal outcomes."""
    RESIDUALS = 2
    """How a measurement of her differs from the truth."""
    VISITS = 3
    """When she is seen."""


def generator(seed: int, person: int, stream: Stream) -> np.random.Generator:
    """Return the generator of one person and purpose.

    The seed sequence is that of ``SeedSequence(seed).spawn(...)[person].spawn(4)[stream]``.
    """
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(person, int(stream)))))


def uniforms(seed: int, people: Sequence[int] | NDArray[np.int64], stream: Stream, count: int) -> NDArray[np.float64]:
    """Return the first `count` draws on (0, 1) of each person's stream, (P, count); 0 itself is left out.

    Bit for bit what ``generator(seed, person, stream).random(count)`` gives, for all people at once.
    """
    return np.maximum(many_uniforms(seed, people, int(stream), count), np.finfo(float).tiny)


def visit_draws(seed: int, people: Sequence[int]) -> Callable[[str, int], NDArray[np.float64]]:
    """Return a function that gives the first draws (P, count) of each person's stream of visits, one stream a series.

    The streams of two series of checks differ by their names only; neither the number of draws nor what else is asked
    for changes them.
    """

    def draws(series: str, count: int) -> NDArray[np.float64]:
        # the name fills the upper bits of the stream's number, so that it can be no other purpose's
        digest = int.from_bytes(hashlib.blake2b(series.encode(), digest_size=4).digest(), "big")
        return np.maximum(
            many_uniforms(seed, people, digest >> 2 << 2 | int(Stream.VISITS), count), np.finfo(float).tiny
        )

    return draws
