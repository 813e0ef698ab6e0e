"""A GABA-A receptor isoform from its card: open probability with any number of ligands at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, final

from neurosteroid.errors import unknown_name
from neurosteroid.evidence import Ledger, library
from neurosteroid.receptors.gating import Ligand, half_effective_concentration, peak_open_probability

_ROOM: Final = "receptors"
_GABA_UNIT: Final = "umol/L"
_UNIT: Final = "nmol/L"


@final
@dataclass(frozen=True)
class Receptor:
    """One isoform with the ligands that its card knows.

    Attributes:
        name: of its card.
        closed_open_ratio: L.
        ligands: by name, concentrations in `unit` of each.
        ledger: the numbers that took part.
    """

    name: str
    closed_open_ratio: float
    ligands: Mapping[str, Ligand]
    ledger: Ledger

    def unit(self, ligand: str) -> str:
        """Return the unit of a ligand's concentrations."""
        self._ligand(ligand)
        return _GABA_UNIT if ligand == "GABA" else _UNIT

    def probability(self, concentrations: Mapping[str, Any]) -> Any:
        """Return the peak open probability at concentrations in the unit of each ligand; any shapes that fit."""
        factors = [self._ligand(name).factor(value) for name, value in concentrations.items()]
        return peak_open_probability(self.closed_open_ratio, *factors)

    def half_effective_concentration(self, ligand: str) -> float:
        """Return the half-maximal concentration of a ligand alone."""
        return float(half_effective_concentration(self.closed_open_ratio, self._ligand(ligand)))

    def _ligand(self, name: str) -> Ligand:
        if name not in self.ligands:
            raise unknown_name("ligand", name, self.ligands, where=self.name)
        return self.ligands[name]


def receptor(name: str, *, variant: str | None = None) -> Receptor:
    """Return an isoform from its card.

    Raises:
        UnknownNameError: no such isoform or variant.
    """
    if name not in library().names(_ROOM):
        raise unknown_name("receptor isoform", name, library().names(_ROOM))
    card, ledger = library().card(name, _ROOM), Ledger()

    def ligand(prefix: str, unit: str) -> Ligand:
        return Ligand(
            affinity=ledger.take(card, f"{prefix}_affinity", unit, variant),
            efficacy_ratio=ledger.take(card, f"{prefix}_efficacy_ratio", "1", variant),
            sites=ledger.take(card, f"{prefix}_sites", "1", variant),
        )

    steroid = card.variant(variant).settings.get("ligand", "allopregnanolone")
    ligands = {"GABA": ligand("gaba", _GABA_UNIT), steroid: ligand("steroid", _UNIT)}
    return Receptor(name, ledger.take(card, "closed_open_ratio", "1", variant), ligands, ledger)
