"""CYP3A4 in liver and gut wall: an enzyme that turns over, is induced, and is inhibited by what else is taken."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import OUTSIDE, AbstractPart, Flow, Need, State, Value, parameter


@final
@dataclass(frozen=True, kw_only=True)
class Cyp3a4(AbstractPart):
    """The enzyme's amount, relative to rest, and its activity, in liver and gut wall each.

        d enzyme / dt = k (1 - enzyme) + induction by each inducer       1/h,  k = ln 2 / turnover_half_life
        activity      = enzyme / (1 + inhibition)                        1 at rest
        induction     = enzyme in the liver                              1 at rest; other enzymes may follow it

    ``inhibition`` is the sum over inhibitors of concentration over inhibition constant; it is a state that each
    inhibitor moves by the change of its own term, see `Cyp3a4Perpetrator`, so it starts at 0 and is that sum exactly.

    Source:
        Turnover and reversible inhibition: Mayhew, Jones and Hall, Drug Metabolism and Disposition 2000;28:1031-1037,
        and Fahmi et al., same journal 2009;37:1658-1666.
    """

    turnover_half_life: float = parameter("h", "half-life of the enzyme in the liver")
    turnover_half_life_gut: float = parameter("h", "half-life of the enzyme in the gut wall")
    at_rest: float = parameter("1", "the enzyme relative to itself, without inducer", 1.0)

    states = (
        State("liver", "enzyme.cyp3a4", "1", initial="at_rest"),
        State("gut", "enzyme.cyp3a4-gut", "1", initial="at_rest"),
        State("inhibition", "inhibition.cyp3a4", "1"),
        State("inhibition_gut", "inhibition.cyp3a4-gut", "1"),
    )
    gives = (
        Value("activity", "activity.cyp3a4", "1"),
        Value("activity_gut", "activity.cyp3a4-gut", "1"),
        Value("induction", "induction.cyp3a4", "1"),
        Value("turnover", "turnover.cyp3a4", "1/h"),
        Value("turnover_gut", "turnover.cyp3a4-gut", "1/h"),
    )
    flows = (
        Flow("renewal", "1/h", source=OUTSIDE, target="enzyme.cyp3a4"),
        Flow("renewal_gut", "1/h", source=OUTSIDE, target="enzyme.cyp3a4-gut"),
    )

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return activities and induction (1 at rest) and both rates of turnover (1/h)."""
        return {
            "activity": state["liver"] / (1 + state["inhibition"]),
            "activity_gut": state["gut"] / (1 + state["inhibition_gut"]),
            "induction": state["liver"],
            "turnover": math.log(2) / self.turnover_half_life,
            "turnover_gut": math.log(2) / self.turnover_half_life_gut,
        }

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return synthesis less degradation without inducers, 1/h."""
        return {
            "renewal": math.log(2) / self.turnover_half_life * (self.at_rest - state["liver"]),
            "renewal_gut": math.log(2) / self.turnover_half_life_gut * (self.at_rest - state["gut"]),
        }


@final
@dataclass(frozen=True, kw_only=True)
class Cyp3a4Perpetrator(AbstractPart):
    """Something taken regularly that induces CYP3A4, inhibits it, or both.

    With ``taken`` 1 while it is taken and 0 else, e its exposure relative to that of regular use alone, k the turnover
    rate of the enzyme, i how much of it inducers make the liver hold (1 at rest),

        d e / dt      = ln 2 / onset_half_life * (1 / (1 + own_induction * (i - 1)) - e)      1/h, while it is taken
                      = -ln 2 / exposure_half_life * e                                        1/h, after it
        induction     = k (induced_fold - 1) e                      1/h, added to the enzyme's synthesis
        inhibition    = inhibition_ratio * e                        concentration over inhibition constant

    both in liver and gut wall with numbers of their own. At regular use the enzyme goes to ``induced_fold`` and the
    activity to ``induced_fold / (1 + inhibition_ratio)``. Doses and the hours between them are not followed. What an
    inducer does to an inhibitor's own clearance is `own_induction`, the rise of that clearance over the enzyme's.
    """

    induced_fold: float = parameter("1", "enzyme in the liver at regular use, relative to rest", 1.0)
    induced_fold_gut: float = parameter("1", "enzyme in the gut wall at regular use, relative to rest", 1.0)
    inhibition_ratio: float = parameter("1", "concentration over inhibition constant in the liver at regular use", 0.0)
    inhibition_ratio_gut: float = parameter("1", "the same in the gut wall", 0.0)
    exposure_half_life: float = parameter("h", "half-life with which the exposure goes")
    onset_half_life: float = parameter("h", "half-life with which the exposure comes")
    own_induction: float = parameter("1", "rise of its own clearance with inducers over that of CYP3A4", 0.0)
    name: str = "itraconazole"

    states = (State("exposure", "exposure.{name}", "1"),)
    needs = (
        Need("taken", "medication.{name}", "1"),
        Need("induced", "induction.cyp3a4", "1"),
        Need("turnover", "turnover.cyp3a4", "1/h"),
        Need("turnover_gut", "turnover.cyp3a4-gut", "1/h"),
    )
    flows = (
        Flow("induction", "1/h", source=OUTSIDE, target="enzyme.cyp3a4"),
        Flow("induction_gut", "1/h", source=OUTSIDE, target="enzyme.cyp3a4-gut"),
        Flow("inhibition", "1/h", source=OUTSIDE, target="inhibition.cyp3a4"),
        Flow("inhibition_gut", "1/h", source=OUTSIDE, target="inhibition.cyp3a4-gut"),
    )

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return d exposure / dt and the four flows, all 1/h."""
        plateau = 1 / (1 + self.own_induction * (given["induced"] - 1))
        comes = math.log(2) / self.onset_half_life * given["taken"] * (plateau - state["exposure"])
        goes = math.log(2) / self.exposure_half_life * (1 - given["taken"]) * state["exposure"]
        change = comes - goes
        return {
            "exposure": change,
            "induction": given["turnover"] * (self.induced_fold - 1) * state["exposure"],
            "induction_gut": given["turnover_gut"] * (self.induced_fold_gut - 1) * state["exposure"],
            "inhibition": self.inhibition_ratio * change,
            "inhibition_gut": self.inhibition_ratio_gut * change,
        }
