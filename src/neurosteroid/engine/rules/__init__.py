"""Rules: adaptive dosing as a declaration, turned into exact events; knows no biology."""

from neurosteroid.engine.rules.corners import Corners
from neurosteroid.engine.rules.follow import follow
from neurosteroid.engine.rules.followed import ActionLog, Followed, Given
from neurosteroid.engine.rules.programme import Clock, PlannedDose, Programme
from neurosteroid.engine.rules.rule import ActionKind, Checks, Condition, Limit, Relation, RescueDose, Rule

__all__ = [
    "ActionKind",
    "ActionLog",
    "Checks",
    "Clock",
    "Condition",
    "Corners",
    "Followed",
    "Given",
    "Limit",
    "PlannedDose",
    "Programme",
    "Relation",
    "RescueDose",
    "Rule",
    "follow",
]
