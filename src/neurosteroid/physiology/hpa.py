"""The stress axis put together, with its glands and hormones where they settle under the stress of her life."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from neurosteroid.engine import AbstractPart
from neurosteroid.evidence import Card, Ledger, library
from neurosteroid.physiology.hpa_drive import PregnantStressDrive
from neurosteroid.physiology.hpa_pregnancy import CarriedCortisol, PregnancyDrive, raised
from neurosteroid.physiology.hpa_settled import UNITS, axis, settle

CARD: Final = "stress"
OUTPUTS: Final = ("plasma.acth", "plasma.cortisol")
SPREADS: Final = {
    "sd_cortisol": "hpa_cortisol.eta_baseline",
    "sd_corticotropin": "hpa_acth.eta_baseline",
    "sd_stressor": "hpa_drive.eta_stressor",
}
"""Number of the card to the parameter by which people differ; deviations are independent."""
_SWING: Final = ("first_amplitude", "second_amplitude")
_DAY: Final = 24.0  # h
_RISE: Final = {"highest": "1", "middle": "week", "width": "week", "half_time_after": "day"}
_BINDING: Final = {
    "cbg_progesterone": "L/nmol",
    "cbg_cortisol": "L/nmol",
    "progesterone_on_albumin": "1",
    "progesterone_elsewhere": "1",
    "cortisol_on_albumin": "1",
    "albumin_reference": "nmol/L",
}


def hpa_parts(
    ledger: Ledger | None = None,
    *,
    variant: str | None = None,
    clock_at_start: float = 0.0,
    chronic: float = 1.0,
    hour: float = 0.0,
    rhythm: bool = True,
    week: float | None = None,
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
        week: gestational age at which integration starts, of a woman who is or was pregnant; her axis then also needs
            ``gestation.week``, ``postpartum.day``, ``plasma.progesterone``, ``binding.cbg`` and ``binding.albumin``.
        card: another card than the package's.

    Raises:
        SolverError: no balance was found, such as for a lasting drive near 0.
    """
    source = card or library().card(CARD, "physiology")
    taken = Ledger() if ledger is None else ledger
    numbers = {name: taken.take(source, name, unit, variant) for name, unit in UNITS.items()}
    if not rhythm:
        numbers |= dict.fromkeys(_SWING, 0.0)
    lasting = chronic
    parts = axis(numbers)
    if week is not None:
        rise = {key: taken.take(source, f"pregnancy_{key}", unit, variant) for key, unit in _RISE.items()}
        lasting *= raised(week, rise["highest"], rise["middle"], rise["width"])
        parts |= _in_pregnancy(rise, parts["hpa_cortisol"], taken)
    settled = settle(tuple(numbers.items()), lasting, (clock_at_start + hour) % _DAY)
    parts["hpa_rhythm"] = _with(parts["hpa_rhythm"], level=settled.level, clock_at_start=clock_at_start)
    for name, value in settled.start.items():
        parts[name] = _with(parts[name], at_start=value)
    return parts


def hpa_spreads(ledger: Ledger, variant: str | None = None) -> dict[str, float]:
    """Return parameter to the standard deviation of its normal deviation between people, where the variant has one."""
    card = library().card(CARD, "physiology")
    numbers = card.variant(variant).numbers
    return {name: ledger.take(card, key, "1", variant) for key, name in SPREADS.items() if key in numbers}


def _in_pregnancy(rise: Mapping[str, float], cortisol: AbstractPart, ledger: Ledger) -> dict[str, AbstractPart]:
    """Return the parts that pregnancy adds and the two that it replaces."""
    binding = library().card("binding", "physiology")
    constants = {key: ledger.take(binding, key, unit) for key, unit in _BINDING.items()}
    at_rest = ledger.take(library().card("at-rest", "physiology"), "binding.cbg", "nmol/L")
    settings: dict[str, Any] = {"total": "hpa.total_at_rest"}
    return {
        "hpa_drive": PregnantStressDrive(),
        "hpa_pregnancy": PregnancyDrive(**rise),
        "hpa_cortisol": replace(cortisol, **settings),
        "hpa_carried": CarriedCortisol(globulin_at_rest=at_rest, **constants),
    }


def _with(part: AbstractPart, **numbers: float) -> AbstractPart:
    changes: dict[str, Any] = dict(numbers)
    return replace(part, **changes)
