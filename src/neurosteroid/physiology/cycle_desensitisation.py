"""Desensitisation: gonadotrophs that an agonist stimulates without a pause neither make nor release LH and FSH."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import OUTSIDE, AbstractPart, Flow, Need, State, Value, parameter


@final
@dataclass(frozen=True, kw_only=True)
class GonadotrophCoupling(AbstractPart):
    """How far gonadotrophs still make LH and FSH, and answer to GnRH, while an agonist is bound.

    With C the active complexes of the agonist and U the share of the coupling that is lost, 0 at rest:

        d U / dt = uncoupling C / (C + gnrh_lh_threshold) (1 - U) - coupling_recovery U         1/h
        gonadotroph.coupling = 1 - U

    The synthesis of LH and FSH and the GnRH signal that releases them are multiplied by it; what is released without
    GnRH goes on. The corpus luteum goes on seeing all complexes.

    In the published model the complexes of an agonist are a signal that never ends. By its numbers active complexes
    settle between 0 and

        (k_d + k_a) / k_i receptor_synthesis / receptor_degradation = 0.0011 nmol/L

    whatever the dose (k_i inactivation, k_a activation, k_d dissociation), and 100 ug a day hold them at 0.0008, above
    the 0.0003 that release half of what can be. Release so stays near its most, and LH comes to its synthesis over
    blood volume and clearance, 15 to 20 IU/L, as synthesis does not depend on GnRH. In women both fail behind the
    receptor: the beta subunits are no longer made, and neither agonist nor GnRH releases anything.
    """

    coupling_recovery: float = parameter("1/h", "return of the coupling")
    uncoupling: float = parameter("1/h", "loss of the coupling while agonist complexes are far above the threshold")
    gnrh_lh_threshold: float = parameter("nmol/L", "active agonist complexes at half of the loss")

    states = (State("lost", "gonadotroph.uncoupled", "1"),)
    needs = (Need("agonist", "nafarelin_complex.active", "nmol/L"),)
    gives = (Value("coupling", "gonadotroph.coupling", "1"),)
    flows = (
        Flow("loss", "1/h", source=OUTSIDE, target="gonadotroph.uncoupled"),
        Flow("recovery", "1/h", source="gonadotroph.uncoupled", target=OUTSIDE),
    )

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the share that is left."""
        return {"coupling": 1 - state["lost"]}

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return loss and recovery in 1/h."""
        occupied = given["agonist"] / (given["agonist"] + self.gnrh_lh_threshold)
        return {
            "loss": self.uncoupling * occupied * (1 - state["lost"]),
            "recovery": self.coupling_recovery * state["lost"],
        }
