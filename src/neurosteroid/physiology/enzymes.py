"""Medicines that act on the enzymes of the synthesis pathway: how much of each enzyme's work is left."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from neurosteroid.engine import AbstractPart, Need, State, Value, parameter


@final
@dataclass(frozen=True, kw_only=True)
class InhibitorExposure(AbstractPart):
    """Exposure to a medicine taken every day, relative to that of regular use at the same dose.

        d e / dt = ln 2 / half_life * (taken - e)        1/h

    ``taken`` is 1 while it is taken and 0 else. Doses and the hours between them are not followed: what acts on enzymes
    of steroids for weeks is taken for weeks.
    """

    half_life: float = parameter("h", "half-life with which exposure comes and goes")
    name: str = "dutasteride"

    states = (State("exposure", "exposure.{name}", "1"),)
    needs = (Need("taken", "medication.{name}", "1"),)

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return d exposure / dt, 1/h."""
        return {"exposure": math.log(2) / self.half_life * (given["taken"] - state["exposure"])}


@final
@dataclass(frozen=True, kw_only=True)
class EnzymeInhibition(AbstractPart):
    """What a medicine leaves of the activity of one enzyme.

        activity = 1 / (1 + r e),      r = 1 / activity_at_regular_use - 1

    e is the exposure relative to regular use, so r is concentration over that of half inhibition, at regular use. An
    activity above 1 is an activator and r negative: activity = 1 at e = 0 and what the card says at e = 1. Several
    inhibitors of one enzyme share its site, see `OneSite`; an activator multiplies what they leave. `way` is the word
    of the port by which the one (``against``) is told from the other (``by``).

    Source:
        Reversible inhibition with substrate far below its Michaelis constant, where competitive and non-competitive
        inhibitors are alike. Slow tight binding, as of dutasteride and finasteride, has the same steady state only
        where the medicine outlasts the enzyme.
    """

    activity_at_regular_use: float = parameter("1", "activity left at regular use")
    name: str = "dutasteride"
    enzyme: str = "5alpha-reductase-1"
    way: str = "against"

    needs = (Need("exposure", "exposure.{name}", "1"),)
    gives = (Value("activity", "activity.{enzyme}.{way}.{name}", "1"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the activity left by this medicine, 1 without it."""
        ratio = 1 / self.activity_at_regular_use - 1
        return {"activity": 1 / (1 + ratio * given["exposure"])}


@final
@dataclass(frozen=True, kw_only=True)
class OneSite(AbstractPart):
    """What two inhibitors of one enzyme leave, where one molecule of it holds one of them at a time.

        whole = 1 / (1 + (1 / one - 1) + (1 / other - 1))

    Each bracket is the inhibitor's concentration over its constant, and these add up. More inhibitors are a chain of
    these parts, in any order. Two inhibitors that leave 0.3 each leave 0.18 together; if each bound whatever the other
    did, 0.09.

    Source:
        Competitive inhibitors exclude each other (Segel, Enzyme Kinetics, from memory). That trilostane, epostane and
        azastene are competitive inhibitors of 3beta-hydroxysteroid dehydrogenase: Institute of Medicine, Developing
        New Contraceptives, 1990, page 258. Two that inactivate the enzyme at its site add up alike: what is left
        of an enzyme that is made and lost is loss over loss and both inactivations.
    """

    whole: str
    one: str
    other: str

    needs = (Need("one", "{one}", "1"), Need("other", "{other}", "1"))
    gives = (Value("whole", "{whole}", "1"),)

    def values(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the activity left by both."""
        return {"whole": 1 / (1 / given["one"] + 1 / given["other"] - 1)}
