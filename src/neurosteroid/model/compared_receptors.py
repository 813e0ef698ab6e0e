"""Receptors and other targets at several concentrations of a steroid, as rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.evidence import Ledger, library
from neurosteroid.model.compared import Compared, Stage
from neurosteroid.receptors.gaba_rows import FAMILY, probe_of
from neurosteroid.receptors.isoform import PEAK, receptor
from neurosteroid.receptors.panel import ReceptorPanel, Verdict

Array = NDArray[np.float64]

_AGONIST: Final = "GABA"
_NO_NUMBER: Final = {Verdict.ACTS: "acts", Verdict.LITTLE: "little or none"}


def receptor_rows(panel: ReceptorPanel) -> Iterator[Compared]:
    """Yield the open probability of every isoform that the steroid is known to act at, at its probe of GABA.

    Args:
        panel: of the steroid; its first concentration is 0.
    """
    for each in panel.actions:
        if each.family != FAMILY or not each.curves:
            continue
        card, found, ledger = library().card(each.target, "receptors"), receptor(each.target), Ledger()
        probe = probe_of(card, found, ledger)
        at = PEAK if each.way.endswith("open probability") else "steady state"
        values = np.asarray(found.probability({_AGONIST: probe, panel.steroid: panel.concentrations}, at))
        ledger.merge(each.ledger)
        yield Compared(
            stage=Stage.RECEPTOR,
            what=each.target,
            title=each.title,
            quantity=f"open probability, {at}, at {probe:.3g} umol/L GABA",
            unit="1",
            values=values,
            lowest=values,
            highest=values,
            evidence=str(each.evidence),
            ledger=ledger,
            note=each.note,
        )


def target_rows(panel: ReceptorPanel) -> Iterator[Compared]:
    """Yield what the steroid does at every other target, as a share, or in a word where no curve was read."""
    for row, each in enumerate(panel.actions):
        if each.family == FAMILY:
            continue
        said = [_NO_NUMBER.get(verdict, "unknown") for verdict in panel.verdicts[row]]
        words = () if each.curves else ("", *said[1:])  # without steroid there is nothing to say
        yield Compared(
            stage=Stage.OTHER_TARGET,
            what=each.target,
            title=each.title,
            quantity=each.way,
            unit="1",
            values=(panel.smallest[row] + panel.largest[row]) / 2,
            lowest=panel.smallest[row],
            highest=panel.largest[row],
            words=words,
            evidence=str(each.evidence),
            ledger=each.ledger,
            note=each.note,
        )
