"""GnRH analogues: an agonist that binds and stimulates the GnRH receptor, and an antagonist that only binds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import OUTSIDE, AbstractPart, Flow, Need, State, Value, parameter


@final
@dataclass(frozen=True, kw_only=True)
class GnrhAgonist(AbstractPart):
    """A GnRH agonist (nafarelin): a depot, one compartment, and complexes with the GnRH receptor that signal.

        depot -> plasma:   agonist_absorption depot;   plasma gains agonist_absorption depot / agonist_volume
        d plasma / dt = absorbed - agonist_elimination plasma - drug_per_receptor (binding - unbinding)    ug/L per h
        binding = agonist_binding plasma R,  unbinding = agonist_unbinding C               nmol/L per h
        C <-> inactive complex -> internalised receptor, or lost, as for GnRH itself
        signal  = active complexes of GnRH + C                                             nmol/L

    Doses go to ``depot.nafarelin`` in ug. After the flare the receptors are internalised faster than they come back,
    but enough stay for LH and FSH to settle near their synthesis; what makes them fall is `GonadotrophCoupling`.

    The published model adds drug and receptor in one unit that it does not name; here the drug is in ug/L, the
    receptor in nmol/L, and `drug_per_receptor` says that one counts as one, as its equations do.

    Source:
        Röblitz et al., Journal of Theoretical Biology 2013;321:8-27, from the reactions of BIOMD0000000494.
    """

    agonist_absorption: float = parameter("1/h", "absorption from the depot")
    agonist_volume: float = parameter("L", "apparent volume of distribution")
    agonist_elimination: float = parameter("1/h", "loss from plasma")
    agonist_binding: float = parameter("L/ug/h", "agonist binding the active receptor")
    agonist_unbinding: float = parameter("1/h", "agonist leaving the active complex")
    agonist_inactivation: float = parameter("1/h", "active complex becoming inactive")
    agonist_activation: float = parameter("1/h", "inactive complex becoming active")
    agonist_dissociation: float = parameter("1/h", "inactive complex giving back an internalised receptor")
    agonist_degradation: float = parameter("1/h", "loss of the inactive complex")
    drug_per_receptor: float = parameter("ug/nmol", "mass of drug that binds one amount of receptor")

    states = (
        State("depot", "depot.nafarelin", "ug"),
        State("plasma", "plasma.nafarelin", "ug/L"),
        State("active", "nafarelin_complex.active", "nmol/L"),
        State("idle", "nafarelin_complex.inactive", "nmol/L"),
    )
    needs = (
        Need("receptor", "gnrh_receptor.active", "nmol/L"),
        Need("complex", "gnrh_complex.active", "nmol/L"),
    )
    gives = (Value("signal", "gnrh.signal", "nmol/L"),)
    flows = (
        Flow("absorption", "ug/h", source="depot.nafarelin", target=OUTSIDE),
        Flow("appearance", "ug/L/h", source=OUTSIDE, target="plasma.nafarelin"),
        Flow("elimination", "ug/L/h", source="plasma.nafarelin", target=OUTSIDE),
        Flow("capture", "ug/L/h", source="plasma.nafarelin", target=OUTSIDE),
        Flow("escape", "ug/L/h", source=OUTSIDE, target="plasma.nafarelin"),
        Flow("binding", "nmol/L/h", source="gnrh_receptor.active", target="nafarelin_complex.active"),
        Flow("unbinding", "nmol/L/h", source="nafarelin_complex.active", target="gnrh_receptor.active"),
        Flow("inactivation", "nmol/L/h", source="nafarelin_complex.active", target="nafarelin_complex.inactive"),
        Flow("activation", "nmol/L/h", source="nafarelin_complex.inactive", target="nafarelin_complex.active"),
        Flow("dissociation", "nmol/L/h", source="nafarelin_complex.inactive", target="gnrh_receptor.internalised"),
        Flow("loss", "nmol/L/h", source="nafarelin_complex.inactive", target=OUTSIDE),
    )

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the active complexes of GnRH and agonist together, nmol/L."""
        return {"signal": given["complex"] + state["active"]}

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the flows in ug, ug/L and nmol/L per h."""
        absorption = self.agonist_absorption * state["depot"]
        binding = self.agonist_binding * state["plasma"] * given["receptor"]
        unbinding = self.agonist_unbinding * state["active"]
        return {
            "absorption": absorption,
            "appearance": absorption / self.agonist_volume,
            "elimination": self.agonist_elimination * state["plasma"],
            "capture": self.drug_per_receptor * binding,
            "escape": self.drug_per_receptor * unbinding,
            "binding": binding,
            "unbinding": unbinding,
            "inactivation": self.agonist_inactivation * state["active"],
            "activation": self.agonist_activation * state["idle"],
            "dissociation": self.agonist_dissociation * state["idle"],
            "loss": self.agonist_degradation * state["idle"],
        }


@final
@dataclass(frozen=True, kw_only=True)
class GnrhAntagonist(AbstractPart):
    """A GnRH antagonist (cetrorelix): a depot, two compartments, and silent complexes with the GnRH receptor.

        depot -> plasma:   antagonist_absorption depot;   plasma gains antagonist_absorption depot / antagonist_volume
        d plasma / dt     = absorbed - antagonist_elimination plasma - out + back
                            - drug_per_receptor (binding - unbinding)                      ug/L per h
        d peripheral / dt = out - back;  out = antagonist_out plasma,  back = antagonist_back peripheral
        binding = antagonist_binding plasma R,  unbinding = antagonist_unbinding C         nmol/L per h
        C is lost at antagonist_degradation C

    Doses go to ``depot.cetrorelix`` in ug. It takes receptors away from GnRH without signalling; LH and FSH fall at
    once. On units see `GnrhAgonist`.

    Source:
        Röblitz et al., Journal of Theoretical Biology 2013;321:8-27, from the reactions of BIOMD0000000494.
    """

    antagonist_absorption: float = parameter("1/h", "absorption from the depot")
    antagonist_volume: float = parameter("L", "apparent central volume")
    antagonist_elimination: float = parameter("1/h", "loss from plasma")
    antagonist_out: float = parameter("1/h", "plasma to the peripheral compartment")
    antagonist_back: float = parameter("1/h", "peripheral compartment to plasma")
    antagonist_binding: float = parameter("L/ug/h", "antagonist binding the active receptor")
    antagonist_unbinding: float = parameter("1/h", "antagonist leaving the receptor")
    antagonist_degradation: float = parameter("1/h", "loss of the bound receptor")
    drug_per_receptor: float = parameter("ug/nmol", "mass of drug that binds one amount of receptor")

    states = (
        State("depot", "depot.cetrorelix", "ug"),
        State("plasma", "plasma.cetrorelix", "ug/L"),
        State("peripheral", "peripheral.cetrorelix", "ug/L"),
        State("bound", "cetrorelix_complex.silent", "nmol/L"),
    )
    needs = (Need("receptor", "gnrh_receptor.active", "nmol/L"),)
    flows = (
        Flow("absorption", "ug/h", source="depot.cetrorelix", target=OUTSIDE),
        Flow("appearance", "ug/L/h", source=OUTSIDE, target="plasma.cetrorelix"),
        Flow("elimination", "ug/L/h", source="plasma.cetrorelix", target=OUTSIDE),
        Flow("out", "ug/L/h", source="plasma.cetrorelix", target="peripheral.cetrorelix"),
        Flow("back", "ug/L/h", source="peripheral.cetrorelix", target="plasma.cetrorelix"),
        Flow("capture", "ug/L/h", source="plasma.cetrorelix", target=OUTSIDE),
        Flow("escape", "ug/L/h", source=OUTSIDE, target="plasma.cetrorelix"),
        Flow("binding", "nmol/L/h", source="gnrh_receptor.active", target="cetrorelix_complex.silent"),
        Flow("unbinding", "nmol/L/h", source="cetrorelix_complex.silent", target="gnrh_receptor.active"),
        Flow("loss", "nmol/L/h", source="cetrorelix_complex.silent", target=OUTSIDE),
    )

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the flows in ug, ug/L and nmol/L per h."""
        absorption = self.antagonist_absorption * state["depot"]
        binding = self.antagonist_binding * state["plasma"] * given["receptor"]
        unbinding = self.antagonist_unbinding * state["bound"]
        return {
            "absorption": absorption,
            "appearance": absorption / self.antagonist_volume,
            "elimination": self.antagonist_elimination * state["plasma"],
            "out": self.antagonist_out * state["plasma"],
            "back": self.antagonist_back * state["peripheral"],
            "capture": self.drug_per_receptor * binding,
            "escape": self.drug_per_receptor * unbinding,
            "binding": binding,
            "unbinding": unbinding,
            "loss": self.antagonist_degradation * state["bound"],
        }
