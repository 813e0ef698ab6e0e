"""The stress axis put together, with its glands and hormones where they settle under the stress of her life."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from neurosteroid.engine import AbstractPart
from neurosteroid.evidence import Card, Ledger, library
from neurosteroid.physiology.hpa_settled import UNITS, axis, settle

CARD: Final = "stress"
OUTPUTS: Final = ("plasma.acth", "plasma.cortisol")
_SWING: Final = ("first_amplitude", "second_amplitude")
_DAY: Final = 24.0  # h


def hpa_parts(
    ledger: Ledger | None = None,
    *,
    variant: str | None = None,
    clock_at_start: float = 0.0,
    chronic: float = 1.0,
    hour: float = 0.0,
    rhythm: bool = True,
    card: Card | None = None,
) -> dict[str, AbstractPart]:
    """Return the parts of the stress axis.

    They need ``plasma.allopregnanolone`` and the covariates `neurosteroid.physiology.hpa_settled.INPUTS`, and give
    ``plasma.acth``, ``plasma.cortisol`` and ``adrenal.drive``. Hormones and masses of the glands start where they
    settle over months under `chronic` and allopregnanolone at rest, at the time of day at which integration starts.

    Args:
        ledger: records each number taken from the card ``physiology/stress``.
        variant: of the card.
        clock_at_start: time of day at hour 0, h.
        chronic: lasting drive before integration starts, 1 for none.
        hour: at which integration starts, h.
        rhythm: whether the time of day counts; without it the drive at rest is 1 always.
        card: another card than the package's.

    Raises:
        SolverError: no balance was found, such as for a lasting drive near 0.
    """
    source = card or library().card(CARD, "physiology")
    taken = Ledger() if ledger is None else ledger
    numbers = {name: taken.take(source, name, unit, variant) for name, unit in UNITS.items()}
    if not rhythm:
        numbers |= dict.fromkeys(_SWING, 0.0)
    settled = settle(tuple(numbers.items()), chronic, (clock_at_start + hour) % _DAY)
    parts = axis(numbers)
    parts["hpa_rhythm"] = _with(parts["hpa_rhythm"], level=settled.level, clock_at_start=clock_at_start)
    for name, value in settled.start.items():
        parts[name] = _with(parts[name], at_start=value)
    return parts


def _with(part: AbstractPart, **numbers: float) -> AbstractPart:
    changes: dict[str, Any] = dict(numbers)
    return replace(part, **changes)
