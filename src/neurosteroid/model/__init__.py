"""The one place that joins the rooms: person and protocol become a course."""

from neurosteroid.model.assembly import ANALYTE, SHOWN, Assembly, assemble
from neurosteroid.model.choice import ModelChoice
from neurosteroid.model.course import Course
from neurosteroid.model.given import Action, Given
from neurosteroid.model.person import Person, Postpartum
from neurosteroid.model.plausibility import ImplausibleWarning, implausible, too_short
from neurosteroid.model.ruled import check_times, compile_rules, events_of
from neurosteroid.model.simulation import Courses, dose_times, output_times, simulate, simulate_many, with_times

__all__ = [
    "ANALYTE",
    "SHOWN",
    "Action",
    "Assembly",
    "Course",
    "Courses",
    "Given",
    "ImplausibleWarning",
    "ModelChoice",
    "Person",
    "Postpartum",
    "assemble",
    "check_times",
    "compile_rules",
    "dose_times",
    "events_of",
    "implausible",
    "output_times",
    "simulate",
    "simulate_many",
    "too_short",
    "with_times",
]
