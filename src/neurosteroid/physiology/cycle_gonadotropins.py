"""LH and FSH: made in the pituitary, released into blood, bound by the ovary's receptors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import OUTSIDE, AbstractPart, Flow, Need, State, parameter
from neurosteroid.engine.maths import exp, power
from neurosteroid.physiology.hill import falling, rising


@final
@dataclass(frozen=True, kw_only=True)
class LuteinizingHormone(AbstractPart):
    """LH in pituitary and blood, and its receptors in the ovary: free, bound, desensitised.

    With P progesterone, E estradiol, G the GnRH signal, h+ and h- as in `GnrhPulseGenerator`:

        synthesis = c (lh_synthesis + lh_synthesis_estradiol p h+(E / T_E)) h-(P / T_P) exp(eta_synthesis)
                                                                                            IU/h into the pituitary
        release   = (lh_release + lh_release_gnrh h+(c G / T_G)) pituitary                  IU/h out of it
        d plasma / dt  = release / blood_volume - lh_binding plasma free - lh_clearance plasma      IU/L per h
        receptors: free -> bound (lh_binding plasma free) -> desensitised (lh_desensitisation)
                   -> free (lh_recycling)                                                   IU/L per h

    The coupling c is 1 but under an agonist, see `GonadotrophCoupling`. The rise of synthesis with estradiol is the
    positive feedback that makes the surge, with that of GnRH; ``cycle.positive-feedback`` multiplies both and is 1 in
    the published model. `feedback` names the
    progesterone it sees: ``plasma``, or ``feedback`` where a progestin counts, too (`ProgestinFeedback`).

    Source:
        Röblitz et al., Journal of Theoretical Biology 2013;321:8-27, from the reactions of BIOMD0000000494.
    """

    lh_synthesis: float = parameter("IU/h", "synthesis of LH without estradiol and progesterone")
    lh_synthesis_estradiol: float = parameter("IU/h", "most further synthesis by estradiol")
    estradiol_lh_threshold: float = parameter("nmol/L", "estradiol at half of that")
    estradiol_lh_exponent: float = parameter("1", "steepness in estradiol")
    progesterone_lh_threshold: float = parameter("nmol/L", "progesterone that halves synthesis")
    progesterone_lh_exponent: float = parameter("1", "steepness in progesterone")
    lh_release: float = parameter("1/h", "release without GnRH")
    lh_release_gnrh: float = parameter("1/h", "most further release by GnRH")
    gnrh_lh_threshold: float = parameter("nmol/L", "GnRH signal at half of that")
    gnrh_lh_exponent: float = parameter("1", "steepness in the GnRH signal")
    blood_volume: float = parameter("L", "volume into which the pituitary releases")
    lh_clearance: float = parameter("1/h", "loss of LH from blood")
    lh_binding: float = parameter("L/IU/h", "LH binding its receptor")
    lh_desensitisation: float = parameter("1/h", "bound receptor becoming desensitised")
    lh_recycling: float = parameter("1/h", "desensitised receptor becoming free")
    eta_synthesis: float = parameter("1", "the woman's own deviation of ln synthesis", 0.0)
    initial_lh_pituitary: float = parameter("IU", "LH in the pituitary at the start")
    initial_lh: float = parameter("IU/L", "LH in blood at the start")
    initial_lh_receptor_free: float = parameter("IU/L", "free receptor at the start")
    initial_lh_receptor_bound: float = parameter("IU/L", "bound receptor at the start")
    initial_lh_receptor_desensitised: float = parameter("IU/L", "desensitised receptor at the start")
    feedback: str = "plasma"

    states = (
        State("pituitary", "pituitary.lh", "IU", initial="initial_lh_pituitary"),
        State("plasma", "plasma.lh", "IU/L", initial="initial_lh"),
        State("free", "lh_receptor.free", "IU/L", initial="initial_lh_receptor_free"),
        State("bound", "lh_receptor.bound", "IU/L", initial="initial_lh_receptor_bound"),
        State("desensitised", "lh_receptor.desensitised", "IU/L", initial="initial_lh_receptor_desensitised"),
    )
    needs = (
        Need("progesterone", "{feedback}.progesterone", "nmol/L"),
        Need("estradiol", "plasma.estradiol", "nmol/L"),
        Need("positive", "cycle.positive-feedback", "1"),
        Need("gnrh", "gnrh.signal", "nmol/L"),
        Need("coupling", "gonadotroph.coupling", "1"),
    )
    flows = (
        Flow("synthesis", "IU/h", source=OUTSIDE, target="pituitary.lh"),
        Flow("release", "IU/h", source="pituitary.lh", target=OUTSIDE),
        Flow("appearance", "IU/L/h", source=OUTSIDE, target="plasma.lh"),
        Flow("clearance", "IU/L/h", source="plasma.lh", target=OUTSIDE),
        Flow("capture", "IU/L/h", source="plasma.lh", target=OUTSIDE),
        Flow("binding", "IU/L/h", source="lh_receptor.free", target="lh_receptor.bound"),
        Flow("desensitisation", "IU/L/h", source="lh_receptor.bound", target="lh_receptor.desensitised"),
        Flow("recycling", "IU/L/h", source="lh_receptor.desensitised", target="lh_receptor.free"),
    )

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the flows in IU/h and IU/L per h."""
        driven = given["positive"] * rising(given["estradiol"], self.estradiol_lh_threshold, self.estradiol_lh_exponent)
        made = self.lh_synthesis + self.lh_synthesis_estradiol * driven
        braked = falling(given["progesterone"], self.progesterone_lh_threshold, self.progesterone_lh_exponent)
        signal = rising(given["coupling"] * given["gnrh"], self.gnrh_lh_threshold, self.gnrh_lh_exponent)
        release = (self.lh_release + self.lh_release_gnrh * signal) * state["pituitary"]
        binding = self.lh_binding * state["plasma"] * state["free"]
        return {
            "synthesis": given["coupling"] * made * braked * exp(self.eta_synthesis),
            "release": release,
            "appearance": release / self.blood_volume,
            "clearance": self.lh_clearance * state["plasma"],
            "capture": binding,
            "binding": binding,
            "desensitisation": self.lh_desensitisation * state["bound"],
            "recycling": self.lh_recycling * state["desensitised"],
        }


@final
@dataclass(frozen=True, kw_only=True)
class FollicleStimulatingHormone(AbstractPart):
    """FSH in pituitary and blood, and its receptors in the ovary: free, bound, desensitised.

    With A the delayed inhibin A, B inhibin B, f the GnRH pulse frequency, G the GnRH signal:

        synthesis = c fsh_synthesis / (1 + (A / T_A)^n_A + (B / T_B)^n_B) h-(f / T_f) exp(eta_synthesis)
                                                                                            IU/h into the pituitary
        release   = (fsh_release + fsh_release_gnrh h+(c G / T_G)) pituitary                IU/h out of it
        d plasma / dt  = release / blood_volume - fsh_binding plasma free - fsh_clearance plasma    IU/L per h
        receptors as in `LuteinizingHormone`

    `pool` names the FSH that she makes: ``plasma`` where there is no other, ``endogenous`` beside injected FSH, which
    `FshWithInjected` adds to it.

    Source:
        Röblitz et al., Journal of Theoretical Biology 2013;321:8-27, from the reactions of BIOMD0000000494.
    """

    fsh_synthesis: float = parameter("IU/h", "most synthesis of FSH")
    inhibin_a_threshold: float = parameter("IU/mL", "delayed inhibin A that brakes synthesis")
    inhibin_a_exponent: float = parameter("1", "steepness in inhibin A")
    inhibin_b_threshold: float = parameter("pg/mL", "inhibin B that brakes synthesis")
    inhibin_b_exponent: float = parameter("1", "steepness in inhibin B")
    frequency_fsh_threshold: float = parameter("1/h", "pulse frequency that halves synthesis")
    frequency_fsh_exponent: float = parameter("1", "steepness in frequency")
    fsh_release: float = parameter("1/h", "release without GnRH")
    fsh_release_gnrh: float = parameter("1/h", "most further release by GnRH")
    gnrh_fsh_threshold: float = parameter("nmol/L", "GnRH signal at half of that")
    gnrh_fsh_exponent: float = parameter("1", "steepness in the GnRH signal")
    blood_volume: float = parameter("L", "volume into which the pituitary releases")
    fsh_clearance: float = parameter("1/h", "loss of FSH from blood")
    fsh_binding: float = parameter("L/IU/h", "FSH binding its receptor")
    fsh_desensitisation: float = parameter("1/h", "bound receptor becoming desensitised")
    fsh_recycling: float = parameter("1/h", "desensitised receptor becoming free")
    eta_synthesis: float = parameter("1", "the woman's own deviation of ln synthesis", 0.0)
    initial_fsh_pituitary: float = parameter("IU", "FSH in the pituitary at the start")
    initial_fsh: float = parameter("IU/L", "FSH in blood at the start")
    initial_fsh_receptor_free: float = parameter("IU/L", "free receptor at the start")
    initial_fsh_receptor_bound: float = parameter("IU/L", "bound receptor at the start")
    initial_fsh_receptor_desensitised: float = parameter("IU/L", "desensitised receptor at the start")
    pool: str = "plasma"

    states = (
        State("pituitary", "pituitary.fsh", "IU", initial="initial_fsh_pituitary"),
        State("plasma", "{pool}.fsh", "IU/L", initial="initial_fsh"),
        State("free", "fsh_receptor.free", "IU/L", initial="initial_fsh_receptor_free"),
        State("bound", "fsh_receptor.bound", "IU/L", initial="initial_fsh_receptor_bound"),
        State("desensitised", "fsh_receptor.desensitised", "IU/L", initial="initial_fsh_receptor_desensitised"),
    )
    needs = (
        Need("inhibin_a", "plasma.inhibin_a_delayed", "IU/mL"),
        Need("inhibin_b", "plasma.inhibin_b", "pg/mL"),
        Need("frequency", "gnrh.frequency", "1/h"),
        Need("gnrh", "gnrh.signal", "nmol/L"),
        Need("coupling", "gonadotroph.coupling", "1"),
    )
    flows = (
        Flow("synthesis", "IU/h", source=OUTSIDE, target="pituitary.fsh"),
        Flow("release", "IU/h", source="pituitary.fsh", target=OUTSIDE),
        Flow("appearance", "IU/L/h", source=OUTSIDE, target="{pool}.fsh"),
        Flow("clearance", "IU/L/h", source="{pool}.fsh", target=OUTSIDE),
        Flow("capture", "IU/L/h", source="{pool}.fsh", target=OUTSIDE),
        Flow("binding", "IU/L/h", source="fsh_receptor.free", target="fsh_receptor.bound"),
        Flow("desensitisation", "IU/L/h", source="fsh_receptor.bound", target="fsh_receptor.desensitised"),
        Flow("recycling", "IU/L/h", source="fsh_receptor.desensitised", target="fsh_receptor.free"),
    )

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the flows in IU/h and IU/L per h."""
        inhibin_a = power(given["inhibin_a"] / self.inhibin_a_threshold, self.inhibin_a_exponent)
        inhibin_b = power(given["inhibin_b"] / self.inhibin_b_threshold, self.inhibin_b_exponent)
        made = self.fsh_synthesis / (1 + inhibin_a + inhibin_b)
        slow = falling(given["frequency"], self.frequency_fsh_threshold, self.frequency_fsh_exponent)
        signal = rising(given["coupling"] * given["gnrh"], self.gnrh_fsh_threshold, self.gnrh_fsh_exponent)
        release = (self.fsh_release + self.fsh_release_gnrh * signal) * state["pituitary"]
        binding = self.fsh_binding * state["plasma"] * state["free"]
        return {
            "synthesis": given["coupling"] * made * slow * exp(self.eta_synthesis),
            "release": release,
            "appearance": release / self.blood_volume,
            "clearance": self.fsh_clearance * state["plasma"],
            "capture": binding,
            "binding": binding,
            "desensitisation": self.fsh_desensitisation * state["bound"],
            "recycling": self.fsh_recycling * state["desensitised"],
        }
