"""Shares of clearance from levels: what each enzyme must take for the measured ratios of steroids to come out.

All pools are linear, so with every enzyme fully active the levels of a body in balance are those of progesterone times
one slope per steroid, plus a floor that its adrenal keeps up. Slopes are what is measured; shares follow from them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import final

from neurosteroid.errors import CardError


@final
@dataclass(frozen=True, kw_only=True)
class Steroid:
    """A reduced steroid at the reference weight, before its shares are known.

    Attributes:
        clearance: L/h; whole clearance, or net of what returns for the steroid whose infusion was measured.
        slope: its plasma concentration per concentration of progesterone in balance, without its floor.
        floor: its concentration without any progesterone, nmol/L.
        sulfate_clearance: of its sulfate, L/h; 0 where the sulfate is not followed.
        sulfate_ratio: its sulfate over itself in balance.
        hydrolysed: share of the sulfate's clearance that comes back as the free steroid.
        oxidised: share of its whole clearance that is oxidised back to its 3-ketone.
    """

    clearance: float
    slope: float
    floor: float = 0.0
    sulfate_clearance: float = 0.0
    sulfate_ratio: float = 0.0
    hydrolysed: float = 0.0
    oxidised: float = 0.0

    @property
    def sulfated(self) -> float:
        """Clearance to the sulfate, L/h: what keeps `sulfate_ratio`."""
        return self.sulfate_clearance * self.sulfate_ratio

    @property
    def returned(self) -> float:
        """Clearance to the sulfate that comes back, L/h."""
        return self.hydrolysed * self.sulfated


@final
@dataclass(frozen=True, kw_only=True)
class Split:
    """How a 3-ketone's clearance divides among its products, and what it and they must receive.

    Attributes:
        whole: product to its whole clearance, L/h.
        shares: product to the share of the ketone's clearance that becomes it.
        slope_formed: nmol/h of the ketone made from progesterone, per nmol/L of progesterone.
        production: product to what the adrenal must make of it to keep its floor, nmol/h.
    """

    whole: dict[str, float] = field(default_factory=dict)
    shares: dict[str, float] = field(default_factory=dict)
    slope_formed: float = 0.0
    production: dict[str, float] = field(default_factory=dict)


def whole_clearance(net: float, steroid: Steroid, ketone_flux: float, detour: float) -> float:
    """Return the whole clearance G of a steroid whose clearance net of returns is known.

    Of what leaves, b G is oxidised to the ketone and H returns from the sulfate. A molecule of ketone becomes the
    steroid with the chance r = k q, where q is the share of the ketone's clearance CL_K that becomes it directly and
    k = 1 / (1 - chance that it comes back to the ketone by another product). The slopes m say what q must be:

        q CL_K m_K = m (G - H)                 in balance, formation from the ketone equals what leaves for good
        G - b G r - H = net                    what an infusion shows: net clearance

    With c = b k m / (CL_K m_K):  c G^2 - (1 + c H) G + net + H = 0, whose smaller root is G.

    Args:
        net: clearance of the infused steroid, L/h.
        steroid: gives b, m and H.
        ketone_flux: CL_K m_K, L/h.
        detour: k.

    Raises:
        CardError: no G keeps the slope with so much oxidation.
    """
    c = steroid.oxidised * detour * steroid.slope / ketone_flux
    back = steroid.returned
    if c == 0.0:
        return net + back
    half = 1.0 + c * back
    inside = half * half - 4.0 * c * (net + back)
    if inside < 0.0:
        raise CardError(
            f"a share of {steroid.oxidised:g} oxidised back cannot keep {steroid.slope:g} per progesterone; lower it, "
            "or raise the ketone's slope."
        )
    return (half - math.sqrt(inside)) / (2.0 * c)


def split_ketone(clearance: float, slope: float, products: dict[str, Steroid], net: str | None = None) -> Split:
    """Divide the clearance of a 3-ketone among its 3-hydroxy products so that their slopes and floors come out.

    Args:
        clearance: of the ketone, L/h.
        slope: ketone per progesterone in balance.
        products: name to steroid.
        net: the product whose clearance is net of returns, if any.

    Raises:
        CardError: products ask for more ketone than there is, or a floor needs a negative production.
    """
    flux = clearance * slope
    found = Split()
    others = 0.0  # chance that ketone returns by a product whose whole clearance is known
    for name in sorted(products, key=lambda item: item == net):
        steroid = products[name]
        if name == net:
            whole = whole_clearance(steroid.clearance, steroid, flux, 1.0 / (1.0 - others))
        else:
            whole = steroid.clearance
            others += steroid.slope * steroid.oxidised * whole / flux
        found.whole[name] = whole
        found.shares[name] = steroid.slope * (whole - steroid.returned) / flux
    if sum(found.shares.values()) > 1.0:
        raise CardError(f"products take {sum(found.shares.values()):.3g} of their ketone's clearance, more than all.")
    oxidised = {name: steroid.oxidised * found.whole[name] for name, steroid in products.items()}
    formed = flux - sum(oxidised[name] * products[name].slope for name in products)
    floor_flux = sum(oxidised[name] * products[name].floor for name in products)
    for name, steroid in products.items():
        kept = (found.whole[name] - steroid.returned) * steroid.floor
        found.production[name] = kept - found.shares[name] * floor_flux
    if formed < 0.0 or min(found.production.values(), default=0.0) < 0.0:
        raise CardError("oxidation back to the ketone exceeds what the ketone's level allows; lower it.")
    return Split(whole=found.whole, shares=found.shares, slope_formed=formed, production=found.production)
