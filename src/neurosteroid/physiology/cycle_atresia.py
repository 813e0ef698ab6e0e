"""A cohort of follicles that no surge of LH takes regresses, and the next one begins."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, final

from neurosteroid.engine import OUTSIDE, AbstractPart, EventKind, Flow, Need, Record, parameter

POSITIVE_FEEDBACK: Final = "cycle.positive-feedback"
ATRESIA: Final = "cycle.atresia"
_LOST: Final = ("sensitivity", "antral_2", "antral_3", "antral_4", "preovulatory")


@final
@dataclass(frozen=True, kw_only=True)
class FollicularAtresia(AbstractPart):
    """Loss of a cohort, with the sensitivity to LH that it has gained, while it regresses.

    loss of a stage = regressing (own FSH / FSH) ln 2 / atresia_half_life stage        1/h

    ``regressing`` is ``cycle.atresia``, 1 from the day on which a surge would have come to the next menses of a woman
    without surges. In the published model the surge takes the cohort, and progesterone after it the sensitivity;
    without one, both would grow for months. The youngest stage is left alone: it is the next cohort.

    A follicle regresses for want of FSH. FSH that is injected keeps it, here by the share of FSH in plasma that is her
    own: an assumption without a number of its own, and 1 where nothing is injected. `own` is the pool of her own FSH.
    """

    atresia_half_life: float = parameter("h", "half-life of follicles that regress")
    own: str = "plasma"

    needs = (
        Need("regressing", ATRESIA, "1"),
        Need("own", "{own}.fsh", "IU/L"),
        Need("fsh", "plasma.fsh", "IU/L"),
        *(Need(stage, f"follicle.{stage}", "1") for stage in _LOST),
    )
    flows = tuple(Flow(stage, "1/h", source=f"follicle.{stage}", target=OUTSIDE) for stage in _LOST)

    def rates(self, t: Any, state: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the loss of each stage in 1/h."""
        rate = math.log(2) / self.atresia_half_life * given["regressing"] * (given["own"] / given["fsh"])
        return {stage: rate * given[stage] for stage in _LOST}


def without_surges(menses: float, period: float, lifetime: float, until: float) -> tuple[Record, ...]:
    """Return that from a menses on no surge comes, and each cohort regresses from its day of surge to the next menses.

    Args:
        menses: h, the first day of the first cycle without a surge.
        period: of the woman's usual cycle, h.
        lifetime: of a cohort before it regresses, h: from menses to the day on which a surge would have come.
        until: end of the course, h.
    """
    found = [Record(time=menses, evid=EventKind.OTHER, covariates={POSITIVE_FEEDBACK: 0.0})]
    for cycle in range(max(1, math.ceil((until - menses) / period))):
        begins = menses + cycle * period
        found.append(Record(time=begins + lifetime, evid=EventKind.OTHER, covariates={ATRESIA: 1.0}))
        found.append(Record(time=begins + period, evid=EventKind.OTHER, covariates={ATRESIA: 0.0}))
    return tuple(found)
