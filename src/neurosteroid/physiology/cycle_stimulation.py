"""What is given beside the woman's own hormones: injected FSH, hCG that acts as LH, and progestins that brake LH."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import AbstractPart, Flow, Need, Value, parameter


@final
@dataclass(frozen=True, kw_only=True)
class FshWithInjected(AbstractPart):
    """Injected FSH beside the woman's own: follicles see the sum, and the injected one binds the same receptors.

        {result}.fsh = {own}.fsh + injected                                                IU/L
        binding      = fsh_binding injected free                    IU/L per h, free to bound receptor

    Parts of several preparations are a chain; the first reads ``endogenous.fsh``, the last one gives ``plasma.fsh``.

    The two have dispositions of their own, as a released IU stays in blood for minutes in the cycle model and an
    injected one for a day; what the receptor takes of the injected one is in its measured clearance.

    Source:
        The sum is that of Fischer-Holzhausen and Röblitz, Journal of Theoretical Biology 2022;547:111150, in whose
        program the ovary receives the own and the injected FSH added.
    """

    fsh_binding: float = parameter("L/IU/h", "FSH binding its receptor")
    analyte: str = "follitropin-alfa"
    own: str = "endogenous"
    result: str = "plasma"

    needs = (
        Need("own", "{own}.fsh", "IU/L"),
        Need("injected", "plasma.{analyte}", "IU/L"),
        Need("free", "fsh_receptor.free", "IU/L"),
    )
    gives = (Value("total", "{result}.fsh", "IU/L"),)
    flows = (Flow("binding", "IU/L/h", source="fsh_receptor.free", target="fsh_receptor.bound"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return all FSH of plasma in IU/L."""
        return {"total": given["own"] + given["injected"]}

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the binding of injected FSH in IU/L per h."""
        return {"binding": self.fsh_binding * given["injected"] * given["free"]}


@final
@dataclass(frozen=True, kw_only=True)
class HcgAtReceptor(AbstractPart):
    """Chorionic gonadotropin at the LH receptor: it binds as LH does, hcg_lh_potency times as strongly per IU.

        binding = lh_binding hcg_lh_potency hcg free                IU/L per h, free to bound receptor

    All that LH does by its bound receptor, from the growth of follicles to ovulation, hCG then does; the pituitary does
    not see it, and ``plasma.lh`` stays the woman's own. The terms of estradiol and progesterone that the cycle model
    makes proportional to LH itself follow her own LH alone: they have no saturation, and under several times the LH
    of a surge they would be extrapolated far beyond what they were fitted to.
    """

    lh_binding: float = parameter("L/IU/h", "LH binding its receptor")
    hcg_lh_potency: float = parameter("1", "IU of LH that bind as one IU of chorionic gonadotropin")
    analyte: str = "choriogonadotropin-alfa"

    needs = (Need("hcg", "plasma.{analyte}", "IU/L"), Need("free", "lh_receptor.free", "IU/L"))
    flows = (Flow("binding", "IU/L/h", source="lh_receptor.free", target="lh_receptor.bound"),)

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the binding of chorionic gonadotropin in IU/L per h."""
        return {"binding": self.lh_binding * self.hcg_lh_potency * given["hcg"] * given["free"]}


@final
@dataclass(frozen=True, kw_only=True)
class ProgestinFeedback(AbstractPart):
    """A progestin counts as progesterone in hypothalamus and pituitary, and nowhere else.

        {result}.progesterone = {before}.progesterone + progesterone_equivalent plasma.{analyte}      nmol/L

    Parts of several progestins are a chain; the last one gives ``feedback.progesterone``. The ovary does not see it:
    under progestins follicles are stimulated as without them. Nothing of it enters the pathway to allopregnanolone.
    """

    progesterone_equivalent: float = parameter("1", "nmol/L of progesterone in plasma that act as one of the progestin")
    analyte: str = "medroxyprogesterone"
    before: str = "plasma"
    result: str = "feedback"

    needs = (
        Need("before", "{before}.progesterone", "nmol/L"),
        Need("progestin", "plasma.{analyte}", "nmol/L"),
    )
    gives = (Value("result", "{result}.progesterone", "nmol/L"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return what hypothalamus and pituitary see, nmol/L of progesterone."""
        return {"result": given["before"] + self.progesterone_equivalent * given["progestin"]}
