"""Monod-Wyman-Changeux gating of a receptor by any number of ligands; plain arithmetic, for numbers and symbols.

A receptor with closed/open ratio L and ligands i, each with N_i equal sites of resting affinity K_i and efficacy
ratio c_i = K_open / K_resting:

    G            = prod_i [ (1 + X_i / K_i) / (1 + X_i / (c_i K_i)) ]^N_i
    P_peak       = 1 / (1 + L G)
    P_steady     = 1 / (1 + 1/Q + L G)          Q = open / desensitised
    P_desensitised = 1 / (1 + Q + Q L G)

Ligands act through independent sites, so their energies add and their factors multiply. c < 1 opens, c > 1 closes.

Source: the form for one ligand is that of Sugasawa et al., eLife 2020;9:e55331; that the energies of ligands add is
stated by Germann et al., Steady-state activation and modulation of the concatemeric a1b2g2L GABA-A receptor,
Mol Pharmacol 2019.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final


@final
@dataclass(frozen=True, kw_only=True)
class Ligand:
    """How one ligand gates one receptor.

    Attributes:
        affinity: dissociation constant K of the closed receptor, in the unit of the ligand's concentration.
        efficacy_ratio: c, dissociation constant of the open over that of the closed receptor.
        sites: N, number of equal sites.
    """

    affinity: Any
    efficacy_ratio: Any
    sites: Any

    def factor(self, concentration: Any) -> Any:
        """Return [(1 + X/K) / (1 + X/(c K))]^N: what this ligand multiplies the closed/open ratio by.

        Args:
            concentration: X >= 0, in the unit of `affinity`; any shape, or a symbol.
        """
        bound = concentration / self.affinity
        return ((1 + bound) / (1 + bound / self.efficacy_ratio)) ** self.sites

    def saturated_factor(self) -> Any:
        """Return c^N, the limit of `factor` at high concentration."""
        return self.efficacy_ratio**self.sites


def peak_open_probability(closed_open_ratio: Any, *factors: Any) -> Any:
    """Return P_peak = 1 / (1 + L G), before any desensitisation; G is the product of the ligands' factors."""
    return 1 / (1 + closed_open_ratio * _product(factors))


def steady_open_probability(closed_open_ratio: Any, open_desensitised_ratio: Any, *factors: Any) -> Any:
    """Return P_steady = 1 / (1 + 1/Q + L G), with desensitisation at equilibrium."""
    return 1 / (1 + 1 / open_desensitised_ratio + closed_open_ratio * _product(factors))


def desensitised_probability(closed_open_ratio: Any, open_desensitised_ratio: Any, *factors: Any) -> Any:
    """Return P_desensitised = 1 / (1 + Q + Q L G), at equilibrium."""
    return 1 / (1 + open_desensitised_ratio * (1 + closed_open_ratio * _product(factors)))


def maximum_open_probability(closed_open_ratio: Any, ligand: Ligand, *background: Any) -> Any:
    """Return the peak open probability at saturating ligand, 1 / (1 + L c^N B), B the product of other factors."""
    return peak_open_probability(closed_open_ratio, ligand.saturated_factor(), *background)


def half_effective_concentration(closed_open_ratio: Any, ligand: Ligand, *background: Any) -> Any:
    """Return the concentration half way between no ligand and saturating ligand, in the unit of its affinity.

    With p = (P(0) + P(inf)) / 2 and r = [ (1/p - 1) / (L B) ]^(1/N), solving P(X) = p for X gives

        X = K (1 - r) / (r / c - 1).

    Args:
        closed_open_ratio: L.
        ligand: the one whose curve it is.
        background: factors of the other ligands present.
    """
    resting = closed_open_ratio * _product(background)
    middle = (1 / (1 + resting) + maximum_open_probability(closed_open_ratio, ligand, *background)) / 2
    ratio = ((1 / middle - 1) / resting) ** (1 / ligand.sites)
    return ligand.affinity * (1 - ratio) / (ratio / ligand.efficacy_ratio - 1)


def _product(factors: tuple[Any, ...]) -> Any:
    product: Any = 1
    for factor in factors:
        product = product * factor
    return product
