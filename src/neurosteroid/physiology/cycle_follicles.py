"""The ovary's follicles: antral stages, the preovulatory follicle and ovulation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import OUTSIDE, AbstractPart, Flow, Need, State, parameter
from neurosteroid.engine.maths import exp, power
from neurosteroid.physiology.hill import rising


@final
@dataclass(frozen=True, kw_only=True)
class Follicles(AbstractPart):
    """Follicles as masses (no unit) that FSH recruits and LH matures.

    With F and L the bound receptors of FSH and LH, l = L / lh_scale, s the sensitivity of follicles to LH:

        s:      c fsh_sensitivity h+(FSH / T_FSH)                 in;   progesterone_desensitisation h+(P / T_P) s   out
        AF1:    recruitment h+(F / T_F)                           in
        AF1 -> AF2:   c antral_1_growth F AF1
        AF2 -> AF3:   c antral_2_growth l^n_2 s AF2
        AF3:    antral_3_proliferation F AF3 (1 - AF3 / maximum)  in
        AF3 -> AF4:   c antral_3_growth l^n_3 s AF3
        AF4:    antral_4_proliferation l^n_4 AF4 (1 - AF4 / maximum)   in
        AF4 -> PrF:   c antral_4_growth l s AF4
        PrF:    preovulatory_loss l^n_O s PrF                     out
        OvF:    o ovulation l^n_O s h+(PrF / T_PrF)               in;   ovulation_loss OvF   out

    per h. The stages are AF1 to AF4 (antral), PrF (preovulatory) and OvF (ovulating). The pace c of the cohort is
    ``cycle.pace`` exp(eta_pace), whether it ovulates, o, is ``cycle.ovulation``: both are 1 in the published model and
    may change from cycle to cycle; eta_pace is the woman's own.

    Source:
        Röblitz et al., Journal of Theoretical Biology 2013;321:8-27, from the reactions of BIOMD0000000494.
    """

    fsh_sensitivity: float = parameter("1/h", "most rise of the sensitivity to LH")
    fsh_sensitivity_threshold: float = parameter("IU/L", "FSH in blood at half of that")
    fsh_sensitivity_exponent: float = parameter("1", "steepness in FSH")
    progesterone_desensitisation: float = parameter("1/h", "most loss of the sensitivity to LH")
    progesterone_sensitivity_threshold: float = parameter("nmol/L", "progesterone at half of that")
    progesterone_sensitivity_exponent: float = parameter("1", "steepness in progesterone")
    recruitment: float = parameter("1/h", "most recruitment into the first antral stage")
    recruitment_threshold: float = parameter("IU/L", "bound FSH receptor at half of that")
    recruitment_exponent: float = parameter("1", "steepness in the bound FSH receptor")
    antral_1_growth: float = parameter("L/IU/h", "first to second antral stage")
    antral_2_growth: float = parameter("1/h", "second to third antral stage")
    antral_2_exponent: float = parameter("1", "power of the bound LH receptor on it")
    antral_3_proliferation: float = parameter("L/IU/h", "growth within the third antral stage")
    antral_3_growth: float = parameter("1/h", "third to fourth antral stage")
    antral_3_exponent: float = parameter("1", "power of the bound LH receptor on it")
    antral_4_proliferation: float = parameter("1/h", "growth within the fourth antral stage")
    antral_4_exponent: float = parameter("1", "power of the bound LH receptor on it")
    antral_4_growth: float = parameter("1/h", "fourth antral to preovulatory stage")
    antral_maximum: float = parameter("1", "largest mass of the third and fourth antral stages")
    lh_scale: float = parameter("IU/L", "bound LH receptor that counts as one")
    preovulatory_loss: float = parameter("1/h", "loss of the preovulatory follicle")
    ovulation: float = parameter("1/h", "most gain of the ovulating follicle")
    ovulation_exponent: float = parameter("1", "power of the bound LH receptor on ovulation")
    preovulatory_threshold: float = parameter("1", "preovulatory follicle at half of the gain")
    preovulatory_exponent: float = parameter("1", "steepness in the preovulatory follicle")
    ovulation_loss: float = parameter("1/h", "loss of the ovulating follicle")
    eta_pace: float = parameter("1", "the woman's own deviation of ln pace", 0.0)
    initial_sensitivity: float = parameter("1", "sensitivity to LH at the start")
    initial_antral_1: float = parameter("1", "first antral stage at the start")
    initial_antral_2: float = parameter("1", "second antral stage at the start")
    initial_antral_3: float = parameter("1", "third antral stage at the start")
    initial_antral_4: float = parameter("1", "fourth antral stage at the start")
    initial_preovulatory: float = parameter("1", "preovulatory follicle at the start")
    initial_ovulating: float = parameter("1", "ovulating follicle at the start")

    states = (
        State("sensitivity", "follicle.sensitivity", "1", initial="initial_sensitivity"),
        State("antral_1", "follicle.antral_1", "1", initial="initial_antral_1"),
        State("antral_2", "follicle.antral_2", "1", initial="initial_antral_2"),
        State("antral_3", "follicle.antral_3", "1", initial="initial_antral_3"),
        State("antral_4", "follicle.antral_4", "1", initial="initial_antral_4"),
        State("preovulatory", "follicle.preovulatory", "1", initial="initial_preovulatory"),
        State("ovulating", "follicle.ovulating", "1", initial="initial_ovulating"),
    )
    needs = (
        Need("progesterone", "plasma.progesterone", "nmol/L"),
        Need("pace", "cycle.pace", "1"),
        Need("ovulation", "cycle.ovulation", "1"),
        Need("fsh", "plasma.fsh", "IU/L"),
        Need("fsh_bound", "fsh_receptor.bound", "IU/L"),
        Need("lh_bound", "lh_receptor.bound", "IU/L"),
    )
    flows = (
        Flow("sensitising", "1/h", source=OUTSIDE, target="follicle.sensitivity"),
        Flow("desensitising", "1/h", source="follicle.sensitivity", target=OUTSIDE),
        Flow("recruiting", "1/h", source=OUTSIDE, target="follicle.antral_1"),
        Flow("first", "1/h", source="follicle.antral_1", target="follicle.antral_2"),
        Flow("second", "1/h", source="follicle.antral_2", target="follicle.antral_3"),
        Flow("third", "1/h", source="follicle.antral_3", target="follicle.antral_4"),
        Flow("fourth", "1/h", source="follicle.antral_4", target="follicle.preovulatory"),
        Flow("third_growing", "1/h", source=OUTSIDE, target="follicle.antral_3"),
        Flow("fourth_growing", "1/h", source=OUTSIDE, target="follicle.antral_4"),
        Flow("rupture", "1/h", source="follicle.preovulatory", target=OUTSIDE),
        Flow("ovulating", "1/h", source=OUTSIDE, target="follicle.ovulating"),
        Flow("spent", "1/h", source="follicle.ovulating", target=OUTSIDE),
    )

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the flows in 1/h."""
        bound, lh = given["fsh_bound"], given["lh_bound"] / self.lh_scale
        s, third, fourth = state["sensitivity"], state["antral_3"], state["antral_4"]
        progesterone = rising(
            given["progesterone"], self.progesterone_sensitivity_threshold, self.progesterone_sensitivity_exponent
        )
        ripe = rising(state["preovulatory"], self.preovulatory_threshold, self.preovulatory_exponent)
        surge = power(lh, self.ovulation_exponent) * s
        pace = given["pace"] * exp(self.eta_pace)
        return {
            "sensitising": pace
            * self.fsh_sensitivity
            * rising(given["fsh"], self.fsh_sensitivity_threshold, self.fsh_sensitivity_exponent),
            "desensitising": self.progesterone_desensitisation * progesterone * s,
            "recruiting": self.recruitment * rising(bound, self.recruitment_threshold, self.recruitment_exponent),
            "first": pace * self.antral_1_growth * bound * state["antral_1"],
            "second": pace * self.antral_2_growth * power(lh, self.antral_2_exponent) * s * state["antral_2"],
            "third": pace * self.antral_3_growth * power(lh, self.antral_3_exponent) * s * third,
            "fourth": pace * self.antral_4_growth * lh * s * fourth,
            "third_growing": self.antral_3_proliferation * bound * third * (1 - third / self.antral_maximum),
            "fourth_growing": self.antral_4_proliferation
            * power(lh, self.antral_4_exponent)
            * fourth
            * (1 - fourth / self.antral_maximum),
            "rupture": self.preovulatory_loss * surge * state["preovulatory"],
            "ovulating": given["ovulation"] * self.ovulation * surge * ripe,
            "spent": self.ovulation_loss * state["ovulating"],
        }
