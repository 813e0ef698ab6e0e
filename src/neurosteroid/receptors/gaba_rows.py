"""GABA-A receptor isoforms as rows of the panel: how much a steroid changes the open probability at a probe of GABA."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.evidence import Card, Ledger, library
from neurosteroid.receptors.actions import TARGETS, Action, Evidence, weighed
from neurosteroid.receptors.isoform import PEAK, STEADY, Receptor, isoforms, receptor

Array = NDArray[np.float64]

FAMILY: Final = "GABA-A receptors"
_ROOM: Final = "receptors"
_AGONIST: Final = "GABA"
_PROBE: Final = "gaba_concentration"
_CRITERION: Final = "criterion"
_PROBE_SHARE: Final = "gaba_probe_share"
_RANGE: Final = (1e-6, 1e6)  # umol/L in which it is looked for
_HALVINGS: Final = 60
_SATURATING: Final = 1e6  # nmol/L
_NOTHING: Final = 1e-9  # a relative change that is rounding


def gaba_actions(steroid: str) -> Iterator[Action]:
    """Yield what is known of a steroid at every isoform; unknown where its card does not name the steroid."""
    for name in isoforms():
        card, found = library().card(name, _ROOM), receptor(name)
        if steroid not in found.ligands:
            yield Action(
                name, card.title, FAMILY, steroid, "change of open probability", (), None,
                Evidence.UNKNOWN, Ledger(), (), "",
            )  # fmt: skip
            continue
        ledger = Ledger()
        probe = probe_of(card, found, ledger)
        at = _at(found, steroid, probe)
        ledger.merge(found.taken((steroid, _AGONIST), at))
        own = [each for each in ledger.numbers if each.card == card.name and each.key.startswith(f"{steroid}.")]
        yield Action(
            target=name,
            title=card.title,
            family=FAMILY,
            steroid=steroid,
            way="change of open probability" if at == PEAK else "change, steady state",
            curves=(_change(found, steroid, probe, at),),
            seen_at=None,
            # a steroid's numbers that are assumed, or borrowed from another isoform, are not saved by those of GABA
            evidence=Evidence.ASSUMED if weighed(own) is Evidence.ASSUMED or not own else weighed(ledger.numbers),
            ledger=ledger,
            sources=ledger.sources,
            note=f"At {probe:.3g} umol/L GABA. {card.note or ''}".strip(),
        )


def _at(found: Receptor, steroid: str, probe: float) -> str:
    """Return when open probability is read: at the peak, or at equilibrium for a steroid that only desensitises."""
    moved = abs(float(_change(found, steroid, probe, PEAK)(_SATURATING)))
    return STEADY if moved < _NOTHING and found.open_desensitised_ratio is not None else PEAK


def _change(found: Receptor, steroid: str, probe: float, at: str) -> Any:
    without = float(found.probability({_AGONIST: probe}, at))

    def change(concentrations: Any) -> Any:
        return np.asarray(found.probability({_AGONIST: probe, steroid: concentrations}, at)) / without - 1

    return change


def probe_of(card: Card, found: Receptor, ledger: Ledger) -> float:
    """Return the GABA concentration (umol/L) of the card, or the one that gives a tenth of the largest response."""
    if _PROBE in card.variant().numbers:
        return ledger.take(card, _PROBE, "umol/L")
    share = ledger.take(library().card(_CRITERION, TARGETS), _PROBE_SHARE, "1")
    low, high = (math.log(end) for end in _RANGE)
    none, most = (float(found.probability({_AGONIST: end})) for end in (0.0, _RANGE[1]))
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        reached = float(found.probability({_AGONIST: math.exp(middle)})) >= none + share * (most - none)
        low, high = (low, middle) if reached else (middle, high)
    return math.exp(high)
