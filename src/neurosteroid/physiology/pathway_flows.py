"""What moves along the synthesis pathway: conversions by enzymes, what leaves it, and what the adrenal puts in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, final

from neurosteroid.engine import OUTSIDE, AbstractPart, Flow, Need, Value, parameter
from neurosteroid.engine.maths import exp

_NEEDS: Final = (
    Need("clearance", "clearance.{substrate}", "L/h"),
    Need("plasma", "plasma.{substrate}", "nmol/L"),
    Need("activity", "activity.{enzyme}", "1"),
)


@final
@dataclass(frozen=True, kw_only=True)
class Conversion(AbstractPart):
    """One enzyme turns one circulating steroid into another, in proportion to it.

        conversion = share * activity * CL * C        nmol/h, central of the substrate to central of the product

    CL is the whole clearance of the substrate (L/h, the person's own), C its total plasma concentration (nmol/L),
    `share` the part of CL that this conversion takes when the enzyme is fully active. First order holds because
    substrates are nmol/L while Michaelis constants are micromolar. Inhibition lowers the substrate's clearance; what is
    not converted stays longer, it does not go elsewhere.
    """

    share: float = parameter("1", "share of the substrate's clearance that goes this way at full activity")
    substrate: str = "progesterone"
    product: str = "5alpha-dihydroprogesterone"
    enzyme: str = "5alpha-reductase-1"

    needs = _NEEDS
    flows = (Flow("conversion", "nmol/h", source="central.{substrate}", target="central.{product}"),)

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the conversion in nmol/h."""
        return {"conversion": self.share * given["activity"] * given["clearance"] * given["plasma"]}


@final
@dataclass(frozen=True, kw_only=True)
class PersonalConversion(AbstractPart):
    """A `Conversion` whose share differs between people.

        conversion = share * exp(eta_share) * activity * CL * C        nmol/h

    Symbols as in `Conversion`. The rest of the clearance stays what it is, so a person who converts more clears more:
    for a share of a hundredth or less, nothing that a measurement would show.
    """

    share: float = parameter("1", "share of the substrate's clearance that goes this way at full activity")
    eta_share: float = parameter("1", "the person's own deviation of ln share", 0.0)
    substrate: str = "progesterone"
    product: str = "deoxycorticosterone"
    enzyme: str = "21-hydroxylase"

    needs = _NEEDS
    flows = (Flow("conversion", "nmol/h", source="central.{substrate}", target="central.{product}"),)

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the conversion in nmol/h."""
        share = self.share * exp(self.eta_share)
        return {"conversion": share * given["activity"] * given["clearance"] * given["plasma"]}


@final
@dataclass(frozen=True, kw_only=True)
class Removal(AbstractPart):
    """One enzyme takes a circulating steroid to a product that is not followed.

        removal = share * activity * CL * C        nmol/h, central of the substrate to outside

    Symbols as in `Conversion`.
    """

    share: float = parameter("1", "share of the substrate's clearance that goes this way at full activity")
    substrate: str = "allopregnanolone"
    enzyme: str = "20alpha-hsd"

    needs = _NEEDS
    flows = (Flow("removal", "nmol/h", source="central.{substrate}", target=OUTSIDE),)

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the removal in nmol/h."""
        return {"removal": self.share * given["activity"] * given["clearance"] * given["plasma"]}


@final
@dataclass(frozen=True, kw_only=True)
class AdrenalSecretion(AbstractPart):
    """What reaches blood without an ovary or placenta: the adrenal and the tissues that live on its precursors.

        secretion = production * exp(eta_production) * drive * activity        nmol/h, outside to central

    `drive` is 1 at rest and follows corticotropin under stress; ``activity.steroidogenesis`` is that of the enzyme
    before progesterone in the adrenal (3beta-hydroxysteroid dehydrogenase type 2), which trilostane blocks. The same
    step is ``activity.steroidogenesis-ovary`` in the ovary and ``activity.steroidogenesis-placenta`` in the placenta,
    as medicines do not act on all three alike.
    """

    production: float = parameter("nmol/h", "production at rest")
    eta_production: float = parameter("1", "the person's own deviation of ln production", 0.0)
    analyte: str = "progesterone"

    needs = (Need("drive", "adrenal.drive", "1"), Need("activity", "activity.steroidogenesis", "1"))
    gives = (Value("produced", "adrenal.production.{analyte}", "nmol/h"),)
    flows = (Flow("secretion", "nmol/h", source=OUTSIDE, target="central.{analyte}"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the production in nmol/h."""
        return {"produced": self._produced(given)}

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the secretion in nmol/h."""
        return {"secretion": self._produced(given)}

    def _produced(self, given: Mapping[str, Any]) -> Any:
        return self.production * exp(self.eta_production) * given["drive"] * given["activity"]


@final
@dataclass(frozen=True, kw_only=True)
class AdrenalReducedSecretion(AbstractPart):
    """What reaches blood already reduced without an ovary or placenta: made of the adrenal's progesterone on the spot.

        reduced   = first_share * first + (1 - first_share) * second
        secretion = production * drive * activity * reduced        nmol/h, outside to central

    `drive` and ``activity.steroidogenesis`` as in `AdrenalSecretion`; ``first`` and ``second`` are the activities of
    the two enzymes that reduce progesterone to this steroid's ketone (5alpha-reductases type 1 and 2; one and the same
    for 5beta-steroids). They act in proportion whatever becomes of the ketone. The step from the ketone on is left out:
    how much of it goes on in these tissues was not read, and where all of it does, a faster enzyme makes nothing more.
    """

    production: float = parameter("nmol/h", "production at rest")
    first_share: float = parameter("1", "share of the reduction that the first enzyme does")
    first: str = "5alpha-reductase-1"
    second: str = "5alpha-reductase-2"
    analyte: str = "allopregnanolone"

    needs = (
        Need("drive", "adrenal.drive", "1"),
        Need("activity", "activity.steroidogenesis", "1"),
        Need("by_first", "activity.{first}", "1"),
        Need("by_second", "activity.{second}", "1"),
    )
    gives = (Value("produced", "adrenal.production.{analyte}", "nmol/h"),)
    flows = (Flow("secretion", "nmol/h", source=OUTSIDE, target="central.{analyte}"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the production in nmol/h."""
        return {"produced": self._produced(given)}

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the secretion in nmol/h."""
        return {"secretion": self._produced(given)}

    def _produced(self, given: Mapping[str, Any]) -> Any:
        reduced = self.first_share * given["by_first"] + (1 - self.first_share) * given["by_second"]
        return self.production * given["drive"] * given["activity"] * reduced
