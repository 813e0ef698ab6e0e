"""NumPy's seed sequence and PCG64 generator for many people at once, bit for bit.

Making a `numpy.random.Generator` costs some microseconds a person. The same arithmetic over arrays of people costs a
fraction of one, and the numbers stay those that anybody gets from NumPy itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint32]
Wide = NDArray[np.uint64]

# constants of the seed sequence: O'Neill, "Developing a seed_seq alternative" (2015), as in NumPy
_INITIAL_A: Final = 0x43B0D7E5
_FACTOR_A: Final = 0x931E8875
_INITIAL_B: Final = 0x8B51F9DD
_FACTOR_B: Final = 0x58F38DED
_MIX_LEFT: Final = 0xCA01F9DD
_MIX_RIGHT: Final = 0x4973F715
_POOL: Final = 4
_WORD: Final = 0xFFFFFFFF
_LOW: Final = np.uint64(_WORD)
_HALF: Final = np.uint64(32)

# multiplier of the 128-bit congruential step: O'Neill, "PCG" (2014), the default of PCG64
_STEP_HIGH: Final = 0x2360ED051FC65DA4
_STEP_LOW: Final = 0x4385DF649FCCF645


class _Pair(NamedTuple):
    """128-bit whole numbers, modulo 2^128."""

    high: Wide
    low: Wide


def many_uniforms(seed: int, people: Sequence[int] | NDArray[np.int64], stream: int, count: int) -> NDArray[np.float64]:
    """Return (P, count) draws on [0, 1).

    Row p is ``Generator(PCG64(SeedSequence(seed, spawn_key=(people[p], stream)))).random(count)``.

    Args:
        seed: 0 or more.
        people: whole numbers below 2^32.
        stream: a whole number below 2^32.
        count: draws of each person.
    """
    numbers = np.asarray(people, dtype=np.uint32)
    state = _state(_pool(seed, numbers, stream))
    table = np.empty((len(numbers), count))
    increment = _Pair(state[2] << np.uint64(1) | state[3] >> np.uint64(63), state[3] << np.uint64(1) | np.uint64(1))
    now = _stepped(_sum(increment, _Pair(state[0], state[1])), increment)
    for column in range(count):
        now = _stepped(now, increment)
        table[:, column] = _rotated(now) >> np.uint64(11)
    table *= 2.0**-53
    return table


def _pool(seed: int, people: Words, stream: int) -> list[Words]:
    """Return the four mixed words of each person's seed sequence."""
    words = [seed & _WORD]
    while seed := seed >> 32:
        words.append(seed & _WORD)
    words += [0] * (_POOL - len(words))
    constant = _INITIAL_A

    def hashed(word: Words) -> Words:
        nonlocal constant
        mixed = word ^ np.uint32(constant)
        constant = constant * _FACTOR_A & _WORD
        mixed *= np.uint32(constant)
        return mixed ^ mixed >> np.uint32(16)

    # arrays of one word: the arithmetic of NumPy scalars would warn of every wrap-around
    pool = [hashed(np.array([word], dtype=np.uint32)) for word in words[:_POOL]]
    for source in range(_POOL):
        for target in range(_POOL):
            if source != target:
                pool[target] = _mixed(pool[target], hashed(pool[source]))
    spawned = [*(np.array([word], dtype=np.uint32) for word in words[_POOL:]), people]
    for word in (*spawned, np.array([stream], dtype=np.uint32)):
        pool = [_mixed(pool[target], hashed(word)) for target in range(_POOL)]
    return pool


def _mixed(left: Words, right: Words) -> Words:
    mixed = left * np.uint32(_MIX_LEFT) - right * np.uint32(_MIX_RIGHT)
    return mixed ^ mixed >> np.uint32(16)


def _state(pool: list[Words]) -> list[Wide]:
    """Return four 64-bit words for each person."""
    constant, words = _INITIAL_B, []
    for index in range(8):
        word = pool[index % _POOL] ^ np.uint32(constant)
        constant = constant * _FACTOR_B & _WORD
        word *= np.uint32(constant)
        words.append((word ^ word >> np.uint32(16)).astype(np.uint64))
    return [words[index] | words[index + 1] << _HALF for index in range(0, 8, 2)]


def _stepped(state: _Pair, increment: _Pair) -> _Pair:
    """Return state * multiplier + increment."""
    low = state.low * np.uint64(_STEP_LOW)
    high = _upper(state.low, _STEP_LOW) + state.low * np.uint64(_STEP_HIGH) + state.high * np.uint64(_STEP_LOW)
    return _sum(_Pair(high, low), increment)


def _sum(one: _Pair, other: _Pair) -> _Pair:
    low = one.low + other.low
    return _Pair(one.high + other.high + (low < one.low), low)


def _upper(left: Wide, right: int) -> Wide:
    """Return the upper 64 bits of the 128-bit products of 64-bit numbers and a constant."""
    right_low, right_high = np.uint64(right & _WORD), np.uint64(right >> 32)
    left_low, left_high = left & _LOW, left >> _HALF
    middle = left_high * right_low + (left_low * right_low >> _HALF)
    cross = left_low * right_high + (middle & _LOW)
    return left_high * right_high + (middle >> _HALF) + (cross >> _HALF)


def _rotated(state: _Pair) -> Wide:
    """Return the output of PCG64: the two halves joined by exclusive or, rotated by the uppermost six bits."""
    joined, turn = state.high ^ state.low, state.high >> np.uint64(58)
    found: Wide = np.bitwise_or(joined >> turn, joined << ((np.uint64(64) - turn) & np.uint64(63)))
    return found
