"""What the rig applies: pulses of agonist on a constant background, as text, checked against the run."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid import units
from neurosteroid.errors import InputError

Array = NDArray[np.float64]

CONCENTRATION: Final = "umol/L"
TIME: Final = "ms"
SATURATING: Final = 1e9
"""umol/L, as good as infinite: binding is then faster than anything else by a million."""

_PULSE: Final = re.compile(r"(?P<level>.+?)\s+for\s+(?P<length>.+?)(?:\s+at\s+(?P<start>.+))?")
_WRITE: Final = "Write it like '1 mmol/L for 1 ms' or '1 mmol/L for 1 ms at 20 ms'."


@final
@dataclass(frozen=True)
class Pulse:
    """Agonist at `concentration` umol/L from `start` to `end`, ms."""

    concentration: float
    start: float
    end: float


@final
@dataclass(frozen=True)
class Stimulus:
    """A concentration that is constant in pieces.

    Attributes:
        edges: (S + 1,) ms.
        levels: (S,) umol/L.
        before: umol/L, in which the receptors have settled before the run.
    """

    edges: Array
    levels: Array
    before: float

    def at(self, times: Array) -> Array:
        """Return the concentration (K,) at times (K,)."""
        place = np.searchsorted(self.edges, times, side="right") - 1
        return np.asarray(self.levels[np.clip(place, 0, len(self.levels) - 1)], dtype=np.float64)


def concentration(text: str | float, *, where: str) -> float:
    """Return a concentration in umol/L.

    Raises:
        InputError: it is below 0, or above what is as good as infinite.
        UnitError: it cannot be read.
    """
    found = units.parse(text, CONCENTRATION, where=where)
    if found < 0.0:
        raise InputError(f"'{text}' is below 0; a concentration is 0 or above.", where=where)
    if found > SATURATING:
        raise InputError(
            f"'{text}' is more than any solution holds; up to {SATURATING:g} {CONCENTRATION} is followed, which"
            " saturates every receptor.",
            where=where,
        )
    return found


def span(text: str | float, *, where: str, zero: bool = False) -> float:
    """Return a length of time in ms.

    Raises:
        InputError: it is not above 0; 0 is allowed with `zero`.
        UnitError: it cannot be read.
    """
    found = units.parse(text, TIME, where=where)
    if found < 0.0 or (found == 0.0 and not zero):
        raise InputError(f"'{text}' is {'below' if zero else 'not above'} 0.", where=where)
    return found


def read_pulses(text: str, *, start: float, where: str = "pulse") -> tuple[Pulse, ...]:
    """Read pulses such as ``"1 mmol/L for 1 ms at 20 ms; 1 mmol/L for 1 ms at 60 ms"``.

    Args:
        text: pulses, separated by ``;``.
        start: ms, of a pulse that does not say when.
        where: the place in the input.

    Raises:
        InputError: a pulse cannot be read, has no length, a negative concentration, or overlaps another.
    """
    found = []
    for part in text.split(";") if isinstance(text, str) else ():
        match = _PULSE.fullmatch(part.strip())
        if match is None:
            raise InputError(f"'{part.strip()}' is not a pulse. {_WRITE}", where=where)
        begin = start if match["start"] is None else span(match["start"], where=where, zero=True)
        length = span(match["length"], where=where)
        found.append(Pulse(concentration(match["level"], where=where), begin, begin + length))
    if not found:
        raise InputError(f"{text!r} is not a pulse. {_WRITE}", where=where)
    ordered = sorted(found, key=lambda pulse: pulse.start)
    for earlier, later in itertools.pairwise(ordered):
        if later.start < earlier.end:
            raise InputError(
                f"the pulse at {later.start:g} ms begins before the one at {earlier.start:g} ms ends"
                f" ({earlier.end:g} ms). Begin it later.",
                where=where,
            )
    return tuple(ordered)


def one_pulse(text: str, *, where: str = "pulse") -> Pulse:
    """Read one pulse, which begins at 0 ms unless it says when.

    Raises:
        InputError: see `read_pulses`; several.
    """
    found = read_pulses(text, start=0.0, where=where)
    if len(found) != 1:
        raise InputError(f"this protocol takes one pulse; found {len(found)}. Leave the others away.", where=where)
    return found[0]


def stimulus(pulses: Sequence[Pulse], background: float, until: float, *, where: str = "pulse") -> Stimulus:
    """Return pulses on a background as a concentration that is constant in pieces.

    Args:
        pulses: ordered, not overlapping.
        background: umol/L.
        until: end of the run, ms.
        where: the place in the input.

    Raises:
        InputError: a pulse lies outside the run.
    """
    edges, levels = [0.0], [background]
    for pulse in pulses:
        if pulse.start >= until or pulse.end > until:
            raise InputError(
                f"the pulse from {pulse.start:g} to {pulse.end:g} ms is not inside the run, which ends at {until:g} ms."
                " Let the run end later, or the pulse begin earlier.",
                where=where,
            )
        if pulse.start == edges[-1]:
            levels[-1] = pulse.concentration
        else:
            edges.append(pulse.start)
            levels.append(pulse.concentration)
        edges.append(pulse.end)
        levels.append(background)
    if edges[-1] == until:
        levels.pop()
    else:
        edges.append(until)
    return Stimulus(np.array(edges), np.array(levels), background)
