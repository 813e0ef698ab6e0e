"""The table of what rules did, as the report and the command line write it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

from neurosteroid.reports import formats

if TYPE_CHECKING:
    from neurosteroid.studies import Study


@final
@dataclass(frozen=True)
class RuleRow:
    """What one rule did, written for people; the row without a rule counts all of its protocol together.

    Attributes:
        action: what it does.
        rule: its sentence.
        share: % of women to whom it was done.
        women: how many of how many.
        times: how often it was done in all, and how often it was overruled.
        first: hour of the first time, median.
        beside: 5 to 95 % of them.
    """

    action: str
    rule: str
    share: str
    women: str
    times: str
    first: str
    beside: str


def rule_groups(study: Study) -> dict[str, list[RuleRow]]:
    """Return the rows of each arm with rules."""
    found: dict[str, list[RuleRow]] = {}
    for row in study.rule_effects.table.rows():
        found.setdefault(row["protocol"], []).append(_row(row, study.config.population.size))
    return found


def _row(row: Mapping[str, Any], women: int) -> RuleRow:
    overruled = f" ({row['overruled']} overruled)" if row["overruled"] else ""
    low, high = row["first_p05"], row["first_p95"]
    return RuleRow(
        action=row["action"],
        rule=formats.sentence(row["rule"]),
        share=formats.percentage(row["share"]),
        women=f"{row['women']} of {women}",
        times=f"{row['times']}{overruled}",
        first=formats.number(row["first_p50"]),
        beside=formats.interval(low, high) if row["women"] > 1 else "",
    )
