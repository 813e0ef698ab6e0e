"""The synthesis pathway: progesterone to its reduced metabolites and their sulfates, as parts that share their pools.

    progesterone -> 5alpha-DHP <-> allopregnanolone, isoallopregnanolone      progesterone -> 20alpha-DHP
    progesterone -> 5beta-DHP -> pregnanolone, epipregnanolone                progesterone -> DOC -> THDOC
    each 3-hydroxy steroid <-> its sulfate

Allopregnanolone stays in the one pool of its disposition, whose published clearance is *net* of what returns to it from
5alpha-DHP and from its sulfate. `neurosteroid.physiology.pathway_balance` says which whole clearance that makes; the
area under an infusion, and so its plateau, are those of the published clearance whatever the shares are.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, final

from neurosteroid.engine import AbstractPart
from neurosteroid.evidence import Card, Ledger, library
from neurosteroid.physiology.pathway_balance import Split, Steroid, split_ketone
from neurosteroid.physiology.pathway_flows import (
    AdrenalReducedSecretion,
    AdrenalSecretion,
    Conversion,
    PersonalConversion,
    Removal,
)
from neurosteroid.physiology.pathway_pools import ConjugatePool, SteroidPool

Extent = Literal["core", "full"]
"""``core`` follows progesterone, 5alpha-DHP and allopregnanolone; ``full`` follows everything."""

DISPOSITION: Final = "disposition"
"""Name of the part that holds the one pool of allopregnanolone."""

P4: Final = "progesterone"
ALLO: Final = "allopregnanolone"
DHP: Final = "5alpha-dihydroprogesterone"
BETA: Final = "5beta-dihydroprogesterone"
DOC: Final = "deoxycorticosterone"
CORE: Final = (P4, DHP, ALLO)
TETRAHYDRO: Final = (ALLO, "isoallopregnanolone", "pregnanolone", "epipregnanolone")
KETONE: Final = {ALLO: DHP, "isoallopregnanolone": DHP, "pregnanolone": BETA, "epipregnanolone": BETA}
REDUCED_BY: Final = {
    ALLO: "3alpha-hsd",
    "isoallopregnanolone": "3beta-hsd",
    "pregnanolone": "3alpha-hsd",
    "epipregnanolone": "3beta-hsd",
}
OXIDISED_BY: Final = {ALLO: "3alpha-oxidase", "isoallopregnanolone": "3beta-oxidase"}
SULFATED: Final = {steroid: f"{steroid}-sulfate" for steroid in TETRAHYDRO}
FULL: Final = (
    *CORE,
    BETA,
    *TETRAHYDRO[1:],
    "20alpha-dihydroprogesterone",
    DOC,
    "tetrahydrodeoxycorticosterone",
    *SULFATED.values(),
)
"""Analytes in the order the molecule travels."""

ACTIVITIES: Final = (
    "5alpha-reductase-1",
    "5alpha-reductase-2",
    "5beta-reductase",
    "3alpha-hsd",
    "3beta-hsd",
    "3alpha-oxidase",
    "3beta-oxidase",
    "20alpha-hsd",
    "21-hydroxylase",
    "sulfotransferase",
    "sulfatase",
    "steroidogenesis",
)
"""Enzymes whose ``activity.{enzyme}`` the parts need, 1 where nothing acts on them."""


def pathway_parts(
    ledger: Ledger,
    disposition: AbstractPart,
    *,
    extent: Extent = "full",
    variant: str | None = None,
) -> dict[str, AbstractPart]:
    """Return the parts of the pathway, the disposition of allopregnanolone among them.

    Args:
        ledger: records each number taken from the card ``physiology/pathway``.
        disposition: the part that holds the one pool of allopregnanolone; its clearance is taken as net of returns. It
            comes back under `DISPOSITION`, changed only in the share of clearance that it takes outside itself.
        extent: which analytes are followed.
        variant: of the card.

    Raises:
        CardError: numbers of the card that exclude each other.
    """
    numbers = _Numbers(library().card("pathway", "physiology"), ledger, variant)
    weight = {"weight": numbers("reference_weight", "kg"), "expansion": 1.0}
    net = float(disposition.values(0.0, {"central": 0.0, "peripheral": 0.0}, weight)["clearance"])
    full = extent == "full"
    parts: dict[str, AbstractPart] = {P4: numbers.pool(P4, P4), DHP: numbers.pool(DHP, "dihydro")}
    if full:
        parts |= {name: numbers.pool(name, "dihydro") for name in (BETA, "20alpha-dihydroprogesterone", DOC)}
        parts |= {name: numbers.pool(name, "tetrahydro") for name in (*TETRAHYDRO[1:], "tetrahydrodeoxycorticosterone")}
        parts |= {name: numbers.conjugate(name) for name in SULFATED.values()}
    parts[DISPOSITION] = disposition
    links = _links(numbers, net, full)
    taken: dict[str, float] = {}
    for link in links:
        taken[link.substrate] = taken.get(link.substrate, 0.0) + link.share
        parts[link.name] = link.part()
    whole = {ALLO: numbers.split(DHP, net, full).whole[ALLO] / net}
    for name in (*(FULL if full else CORE),):
        key = DISPOSITION if name == ALLO else name
        share = whole.get(name, 1.0) - taken.get(name, 0.0)
        changes: dict[str, Any] = {"eliminated_share": share}
        parts[key] = dataclasses.replace(parts[key], **changes)
    for analyte, production in _productions(numbers, net, full).items():
        parts[f"adrenal_{analyte}"] = _adrenal(numbers, analyte, production)
    return {key if key == DISPOSITION else f"pathway_{key}": part for key, part in parts.items()}


def pathway_spreads(ledger: Ledger, variant: str | None = None) -> dict[str, float]:
    """Return parameter to the standard deviation of its normal deviation between people."""
    card = library().card("pathway", "physiology")
    name = _Link(P4, DOC, "21-hydroxylase", 0.0).name
    return {
        f"pathway_{name}.eta_share": ledger.take(card, "sd_deoxycorticosterone_share", "1", variant),
        f"pathway_adrenal_{DOC}.eta_production": ledger.take(card, "sd_deoxycorticosterone_floor", "1", variant),
    }


@final
@dataclass(frozen=True)
class _Link:
    """A conversion, or a removal where no product is followed; `share` is of the substrate's stated clearance."""

    substrate: str
    product: str | None
    enzyme: str
    share: float

    @property
    def name(self) -> str:
        return f"{self.substrate}_to_{self.product or 'outside'}_by_{self.enzyme}"

    def part(self) -> AbstractPart:
        if self.product == DOC:
            return PersonalConversion(
                share=self.share, substrate=self.substrate, product=self.product, enzyme=self.enzyme
            )
        if self.product is None:
            return Removal(share=self.share, substrate=self.substrate, enzyme=self.enzyme)
        return Conversion(share=self.share, substrate=self.substrate, product=self.product, enzyme=self.enzyme)


def _links(numbers: _Numbers, net: float, full: bool) -> list[_Link]:
    """Return every conversion with its share, from the slopes of the card."""
    clearance = numbers(f"{P4}_clearance", "L/h")
    alpha = numbers.split(DHP, net, full)
    formed = alpha.slope_formed / clearance
    first = numbers("type_1_share", "1")
    links = [
        _Link(P4, DHP, "5alpha-reductase-1", first * formed),
        _Link(P4, DHP, "5alpha-reductase-2", (1.0 - first) * formed),
        _Link(ALLO, None, "20alpha-hsd", numbers("reduced_at_20", "1") * alpha.whole[ALLO] / net),
    ]
    for steroid, split in _splits(numbers, net, full):
        scale = split.whole[steroid] / net if steroid == ALLO else 1.0
        links.append(_Link(KETONE[steroid], steroid, REDUCED_BY[steroid], split.shares[steroid]))
        if steroid in OXIDISED_BY:
            links.append(_Link(steroid, DHP, OXIDISED_BY[steroid], scale * numbers(f"{steroid}_oxidised", "1")))
        if full:
            of = numbers.steroid(steroid, net, full)
            share = of.sulfated / split.whole[steroid]
            links.append(_Link(steroid, SULFATED[steroid], "sulfotransferase", scale * share))
            links.append(_Link(SULFATED[steroid], steroid, "sulfatase", of.hydrolysed))
    if full:
        other, beta = numbers("dihydro_clearance", "L/h"), numbers.split(BETA, net, full)
        links += [
            _Link(P4, BETA, "5beta-reductase", beta.slope_formed / clearance),
            _Link(P4, "20alpha-dihydroprogesterone", "20alpha-hsd", numbers("20alpha_slope", "1") * other / clearance),
            _Link(P4, DOC, "21-hydroxylase", numbers("deoxycorticosterone_share", "1")),
            _Link(
                DOC,
                "tetrahydrodeoxycorticosterone",
                "5alpha-reductase-1",
                numbers("tetrahydrodeoxycorticosterone_share", "1"),
            ),
        ]
    return links


def _splits(numbers: _Numbers, net: float, full: bool) -> list[tuple[str, Split]]:
    steroids = TETRAHYDRO if full else (ALLO,)
    return [(steroid, numbers.split(KETONE[steroid], net, full)) for steroid in steroids]


def _adrenal(numbers: _Numbers, analyte: str, production: float) -> AbstractPart:
    """Return the source of one analyte: reduced ones follow the enzymes that make them."""
    ketone = KETONE.get(analyte)
    if ketone is None:
        return AdrenalSecretion(production=production, analyte=analyte)
    if ketone == BETA:
        one = "5beta-reductase"
        return AdrenalReducedSecretion(production=production, first_share=1.0, first=one, second=one, analyte=analyte)
    return AdrenalReducedSecretion(production=production, first_share=numbers("type_1_share", "1"), analyte=analyte)


def _productions(numbers: _Numbers, net: float, full: bool) -> dict[str, float]:
    """Return what the adrenal makes of each analyte at rest, nmol/h: what keeps the floors of the card."""
    found = {P4: numbers("progesterone_floor", "nmol/L") * numbers(f"{P4}_clearance", "L/h")}
    found |= {steroid: split.production[steroid] for steroid, split in _splits(numbers, net, full)}
    if full:
        floor = numbers("deoxycorticosterone_floor", "nmol/L") * numbers("dihydro_clearance", "L/h")
        made = found[P4] * numbers("deoxycorticosterone_share", "1")
        found[DOC] = floor - made
    return found


@final
class _Numbers:
    """Numbers of one variant of the card, recorded as they are read, and the pools made of them."""

    def __init__(self, card: Card, ledger: Ledger, variant: str | None) -> None:
        self._card, self._ledger, self._variant = card, ledger, variant

    def __call__(self, key: str, unit: str) -> float:
        return self._ledger.take(self._card, key, unit, self._variant)

    def _scaling(self) -> dict[str, float]:
        return {
            "reference_weight": self("reference_weight", "kg"),
            "clearance_exponent": self("clearance_exponent", "1"),
            "volume_exponent": self("volume_exponent", "1"),
            "plasma_volume": self("plasma_volume", "L"),
        }

    def pool(self, analyte: str, group: str) -> SteroidPool:
        """Return the pool of a free steroid with the numbers of its group."""
        return SteroidPool(
            clearance=self(f"{group}_clearance", "L/h"),
            central_volume=self(f"{group}_central_volume", "L"),
            intercompartmental_clearance=self(f"{group}_intercompartmental_clearance", "L/h"),
            peripheral_volume=self(f"{group}_peripheral_volume", "L"),
            analyte=analyte,
            **self._scaling(),
        )

    def conjugate(self, analyte: str) -> ConjugatePool:
        """Return the pool of a sulfate."""
        clearance, volume = self._sulfate()
        return ConjugatePool(clearance=clearance, volume=volume, analyte=analyte, **self._scaling())

    def _sulfate(self) -> tuple[float, float]:
        volume = self("sulfate_volume", "L")
        return math.log(2.0) * volume / self("sulfate_half_life", "h"), volume

    def steroid(self, name: str, net: float, full: bool) -> Steroid:
        """Return what is known of a 3-hydroxy steroid before its shares."""
        relative = 1.0 if name == ALLO else self(f"{name}_ratio", "1")
        return Steroid(
            clearance=net if name == ALLO else self("tetrahydro_clearance", "L/h"),
            slope=self("allopregnanolone_slope", "1") * relative,
            floor=self("allopregnanolone_floor", "nmol/L") * relative,
            sulfate_clearance=self._sulfate()[0] if full else 0.0,
            sulfate_ratio=self("sulfate_ratio", "1") if full else 0.0,
            hydrolysed=self("sulfate_hydrolysed", "1") if full else 0.0,
            oxidised=self(f"{name}_oxidised", "1") if name in OXIDISED_BY else 0.0,
        )

    def split(self, ketone: str, net: float, full: bool) -> Split:
        """Return how a 3-ketone's clearance divides."""
        names = [name for name in (TETRAHYDRO if full else (ALLO,)) if KETONE[name] == ketone]
        slope = self("5alpha_slope" if ketone == DHP else "5beta_slope", "1")
        products: Mapping[str, Steroid] = {name: self.steroid(name, net, full) for name in names}
        return split_ketone(self("dihydro_clearance", "L/h"), slope, dict(products), ALLO if ALLO in names else None)
