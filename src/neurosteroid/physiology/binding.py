"""Steroids in plasma bound and unbound: one globulin that progesterone and cortisol compete for, and albumin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, final

from neurosteroid.engine import AbstractPart, Need, Value, parameter
from neurosteroid.engine.maths import sqrt

_STEPS: Final = 4
"""Newton steps; from the start below they leave less than 1e-9 of the globulin (see the tests)."""


@final
@dataclass(frozen=True, kw_only=True)
class GlobulinBinding(AbstractPart):
    """Progesterone and cortisol on corticosteroid-binding globulin (CBG) and albumin, in equilibrium at every moment.

    P and F are total progesterone and cortisol, T total CBG, n free CBG, all nmol/L. With albumin far in excess,

        a_P = 1 + progesterone_on_albumin * albumin / albumin_reference + progesterone_elsewhere
        a_F = 1 + cortisol_on_albumin * albumin / albumin_reference

        unbound P = P / (a_P + K_P n),      unbound F = F / (a_F + K_F n)
        n (1 + K_P P / (a_P + K_P n) + K_F F / (a_F + K_F n)) = T

    The left side rises with n and its slope falls, so Newton steps from below the root stay below it and converge. They
    start at m / (1 + K_P P / a_P), where m solves the same equation without progesterone,

        K_F m^2 + (a_F + K_F (F - T)) m - a_F T = 0,

    which is below the root and within a third of it as long as CBG holds the smaller part of progesterone.

    Source:
        Mass action, one site a CBG molecule.
    """

    cbg_progesterone: float = parameter("L/nmol", "association constant of CBG with progesterone")
    cbg_cortisol: float = parameter("L/nmol", "association constant of CBG with cortisol")
    progesterone_on_albumin: float = parameter("1", "progesterone on albumin over unbound, at the reference albumin")
    progesterone_elsewhere: float = parameter("1", "progesterone on other proteins over unbound")
    cortisol_on_albumin: float = parameter("1", "cortisol on albumin over unbound, at the reference albumin")
    albumin_reference: float = parameter("nmol/L", "albumin the ratios are stated at")

    needs = (
        Need("progesterone", "plasma.progesterone", "nmol/L"),
        Need("cortisol", "plasma.cortisol", "nmol/L"),
        Need("cbg", "binding.cbg", "nmol/L"),
        Need("albumin", "binding.albumin", "nmol/L"),
    )
    gives = (
        Value("unbound_progesterone", "unbound.progesterone", "nmol/L"),
        Value("unbound_cortisol", "unbound.cortisol", "nmol/L"),
        Value("unbound_share", "unbound-share.progesterone", "1"),
        Value("globulin_share", "globulin-share.progesterone", "1"),
    )

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return unbound concentrations (nmol/L), and the shares of progesterone unbound and on CBG."""
        relative = given["albumin"] / self.albumin_reference
        first = 1 + self.progesterone_on_albumin * relative + self.progesterone_elsewhere
        second = 1 + self.cortisol_on_albumin * relative
        free = self._free(given, first, second)
        progesterone = first + self.cbg_progesterone * free
        return {
            "unbound_progesterone": given["progesterone"] / progesterone,
            "unbound_cortisol": given["cortisol"] / (second + self.cbg_cortisol * free),
            "unbound_share": 1 / progesterone,
            "globulin_share": self.cbg_progesterone * free / progesterone,
        }

    def _free(self, given: Mapping[str, Any], first: Any, second: Any) -> Any:
        k_p, k_f = self.cbg_progesterone, self.cbg_cortisol
        p, f, total = given["progesterone"], given["cortisol"], given["cbg"]
        half = (second + k_f * (f - total)) / 2
        # the root of the quadratic that does not cancel when cortisol is scarce
        alone = (sqrt(half * half + k_f * second * total) - half) / k_f
        n = alone / (1 + k_p * p / first)
        for _ in range(_STEPS):
            on_p, on_f = first + k_p * n, second + k_f * n
            gap = n * (1 + k_p * p / on_p + k_f * f / on_f) - total
            slope = 1 + k_p * p * first / (on_p * on_p) + k_f * f * second / (on_f * on_f)
            n = n - gap / slope
        return n


@final
@dataclass(frozen=True, kw_only=True)
class AlbuminBinding(AbstractPart):
    """A steroid that albumin alone holds.

        unbound = unbound_ratio * plasma / (1 + on_albumin * albumin / albumin_reference)        nmol/L

    Albumin is some thousand times the steroid, so there is nothing to saturate. ``unbound_ratio.{analyte}`` is 1 but
    for an impaired liver, which makes less protein.
    """

    on_albumin: float = parameter("1", "steroid on albumin over unbound, at the reference albumin")
    albumin_reference: float = parameter("nmol/L", "albumin the ratio is stated at")
    analyte: str = "allopregnanolone"

    needs = (
        Need("plasma", "plasma.{analyte}", "nmol/L"),
        Need("albumin", "binding.albumin", "nmol/L"),
        Need("unbound_ratio", "unbound_ratio.{analyte}", "1"),
    )
    gives = (Value("unbound", "unbound.{analyte}", "nmol/L"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the unbound concentration in nmol/L."""
        bound = self.on_albumin * given["albumin"] / self.albumin_reference
        return {"unbound": given["unbound_ratio"] * given["plasma"] / (1 + bound)}
