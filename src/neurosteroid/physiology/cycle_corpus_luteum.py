"""The corpus luteum: ovulatory scars and four luteal stages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import OUTSIDE, AbstractPart, Flow, Need, State, parameter
from neurosteroid.physiology.hill import rising


@final
@dataclass(frozen=True, kw_only=True)
class CorpusLuteum(AbstractPart):
    """A chain of stages (no unit) that ovulation starts; a strong GnRH signal ends it sooner.

        Sc1:  scar_formation h+(OvF / T_O)                        in
        Sc1 -> Sc2 -> Lut1:      scar_growth Sc1, scar_luteinisation Sc2
        Lut1 -> Lut2 -> Lut3 -> Lut4 -> outside:   k_i (1 + luteolysis h+(G / T_G)) Lut_i

    per h, with OvF the ovulating follicle and G the GnRH signal. Progesterone comes from the last stage, which peaks
    six days after the LH peak.

    Source:
        Röblitz et al., Journal of Theoretical Biology 2013;321:8-27, from the reactions of BIOMD0000000494.
    """

    scar_formation: float = parameter("1/h", "most formation of the first scar")
    scar_threshold: float = parameter("1", "ovulating follicle at half of that")
    scar_exponent: float = parameter("1", "steepness in the ovulating follicle")
    scar_growth: float = parameter("1/h", "first to second scar")
    scar_luteinisation: float = parameter("1/h", "second scar to the first luteal stage")
    luteal_1_growth: float = parameter("1/h", "first to second luteal stage")
    luteal_2_growth: float = parameter("1/h", "second to third luteal stage")
    luteal_3_growth: float = parameter("1/h", "third to fourth luteal stage")
    luteal_4_loss: float = parameter("1/h", "loss of the fourth luteal stage")
    luteolysis: float = parameter("1", "most relative quickening by the GnRH signal")
    gnrh_luteal_threshold: float = parameter("nmol/L", "GnRH signal at half of that")
    gnrh_luteal_exponent: float = parameter("1", "steepness in the GnRH signal")
    initial_scar_1: float = parameter("1", "first scar at the start")
    initial_scar_2: float = parameter("1", "second scar at the start")
    initial_luteal_1: float = parameter("1", "first luteal stage at the start")
    initial_luteal_2: float = parameter("1", "second luteal stage at the start")
    initial_luteal_3: float = parameter("1", "third luteal stage at the start")
    initial_luteal_4: float = parameter("1", "fourth luteal stage at the start")

    states = (
        State("scar_1", "corpus_luteum.scar_1", "1", initial="initial_scar_1"),
        State("scar_2", "corpus_luteum.scar_2", "1", initial="initial_scar_2"),
        State("luteal_1", "corpus_luteum.luteal_1", "1", initial="initial_luteal_1"),
        State("luteal_2", "corpus_luteum.luteal_2", "1", initial="initial_luteal_2"),
        State("luteal_3", "corpus_luteum.luteal_3", "1", initial="initial_luteal_3"),
        State("luteal_4", "corpus_luteum.luteal_4", "1", initial="initial_luteal_4"),
    )
    needs = (Need("ovulating", "follicle.ovulating", "1"), Need("gnrh", "gnrh.signal", "nmol/L"))
    flows = (
        Flow("formation", "1/h", source=OUTSIDE, target="corpus_luteum.scar_1"),
        Flow("scarring", "1/h", source="corpus_luteum.scar_1", target="corpus_luteum.scar_2"),
        Flow("luteinising", "1/h", source="corpus_luteum.scar_2", target="corpus_luteum.luteal_1"),
        Flow("first", "1/h", source="corpus_luteum.luteal_1", target="corpus_luteum.luteal_2"),
        Flow("second", "1/h", source="corpus_luteum.luteal_2", target="corpus_luteum.luteal_3"),
        Flow("third", "1/h", source="corpus_luteum.luteal_3", target="corpus_luteum.luteal_4"),
        Flow("fourth", "1/h", source="corpus_luteum.luteal_4", target=OUTSIDE),
    )

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the flows in 1/h."""
        haste = 1 + self.luteolysis * rising(given["gnrh"], self.gnrh_luteal_threshold, self.gnrh_luteal_exponent)
        return {
            "formation": self.scar_formation * rising(given["ovulating"], self.scar_threshold, self.scar_exponent),
            "scarring": self.scar_growth * state["scar_1"],
            "luteinising": self.scar_luteinisation * state["scar_2"],
            "first": self.luteal_1_growth * haste * state["luteal_1"],
            "second": self.luteal_2_growth * haste * state["luteal_2"],
            "third": self.luteal_3_growth * haste * state["luteal_3"],
            "fourth": self.luteal_4_loss * haste * state["luteal_4"],
        }
