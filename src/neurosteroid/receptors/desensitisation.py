"""The resting-active-desensitised receptor with any number of ligands at any number of sites; arrays of any shape.

Each kind of site s has N_s equal places. Ligands of one site exclude each other there; sites do not know of each other,
so that their energies add. With X_i the concentration of ligand i, K its dissociation constant at the resting, c K at
the active and e c K at the desensitised receptor, a state's weight is multiplied at each site by

    R_s = (1 + sum_i X_i / K_i)^N_s
    A_s = (1 + sum_i X_i / (c_i K_i))^N_s
    D_s = (1 + sum_i X_i / (e_i c_i K_i))^N_s

and with the closed/open ratio L and the open/desensitised ratio Q, both without ligand,

    G = prod_s R_s / A_s          Q* = Q prod_s A_s / D_s
    P_peak         = 1 / (1 + L G)
    P_steady       = 1 / (1 + 1/Q* + L G)
    P_desensitised = 1 / (1 + Q* + Q* L G)

A ligand with c < 1 opens. One with c = 1 and e < 1 only lowers Q: it leaves the peak alone and takes away the steady
current, without competing with anything.

Source: one ligand, Sugasawa et al., eLife 2020;9:e55331; several, Germann et al., Mol Pharmacol 2019 (energies add).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from neurosteroid.receptors.ligands import Action

Array = NDArray[np.float64]


@final
@dataclass(frozen=True)
class Occupied:
    """The receptor's states at given concentrations, each of the concentrations' common shape.

    Attributes:
        closing: L G, resting over active.
        desensitising: 1 / Q*, desensitised over active.
        bound: site name to the mean occupancy of one place there by each ligand in the resting, the active and the
            desensitised state: ligand name to three arrays.
    """

    closing: Array
    desensitising: Array
    bound: Mapping[str, Mapping[str, tuple[Array, Array, Array]]]

    @property
    def peak(self) -> Array:
        """P_peak: no receptor has desensitised yet."""
        return 1 / (1 + self.closing)

    @property
    def steady(self) -> Array:
        """P_steady, of being open when resting, active and desensitised are in equilibrium."""
        return 1 / (1 + self.desensitising + self.closing)

    @property
    def desensitised(self) -> Array:
        """P_desensitised at equilibrium."""
        return self.steady * self.desensitising

    def occupancy(self, ligand: str, site: str) -> Array:
        """Return the share of a site's places that a ligand takes at equilibrium, over all states."""
        resting, active, desensitised = self.bound[site][ligand]
        total = self.closing * resting + active + self.desensitising * desensitised
        return np.asarray(self.steady * total)


def occupied(
    closed_open_ratio: float,
    open_desensitised_ratio: float,
    sites: Mapping[str, float],
    actions: Mapping[str, tuple[Action, ...]],
    concentrations: Mapping[str, Any],
) -> Occupied:
    """Return the states of a receptor.

    Args:
        closed_open_ratio: L.
        open_desensitised_ratio: Q.
        sites: number of places N_s by site name.
        actions: by ligand name.
        concentrations: X >= 0 by ligand name, each in its own unit; any shapes that broadcast.
    """
    shape = np.broadcast_shapes(*(np.shape(each) for each in concentrations.values()))
    ratios: dict[str, dict[str, tuple[Array, Array, Array]]] = {}
    for ligand, concentration in concentrations.items():
        values = np.asarray(concentration, dtype=float)
        for action in actions[ligand]:
            ratios.setdefault(action.site, {})[ligand] = action.bound(values)
    closing = np.full(shape, float(closed_open_ratio))
    desensitising = np.full(shape, 1 / float(open_desensitised_ratio))
    bound: dict[str, dict[str, tuple[Array, Array, Array]]] = {}
    for site, ligands in ratios.items():
        resting, active, desensitised = (1 + sum(each[state] for each in ligands.values()) for state in range(3))
        closing = closing * (resting / active) ** sites[site]
        desensitising = desensitising * (desensitised / active) ** sites[site]
        bound[site] = {
            ligand: (each[0] / resting, each[1] / active, each[2] / desensitised) for ligand, each in ligands.items()
        }
    return Occupied(closing, desensitising, bound)
