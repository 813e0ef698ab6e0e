"""The one place that joins the rooms: person and protocol become a course."""

from neurosteroid.model.analyte import ANALYTE
from neurosteroid.model.assembly import SHOWN, Assembly, assemble
from neurosteroid.model.choice import ModelChoice
from neurosteroid.model.course import Course
from neurosteroid.model.given import Action, Given
from neurosteroid.model.one_person import simulate
from neurosteroid.model.person import Person
from neurosteroid.model.plausibility import ImplausibleWarning, implausible, too_short
from neurosteroid.model.plausible_states import unlikely_states
from neurosteroid.model.ruled import check_times, compile_rules, events_of
from neurosteroid.model.simulation import Courses, dose_times, output_times, simulate_many, with_times
from neurosteroid.model.states import (
    HepaticImpairment,
    Medication,
    Menopause,
    MenstrualCycle,
    Perimenopause,
    Postpartum,
    Pregnancy,
    ReceptorAdaptation,
    RenalImpairment,
    Sex,
    Stress,
    Stressor,
)
from neurosteroid.model.treatments import check_treatment, other_day, treatment_limits

__all__ = [
    "ANALYTE",
    "SHOWN",
    "Action",
    "Assembly",
    "Course",
    "Courses",
    "Given",
    "HepaticImpairment",
    "ImplausibleWarning",
    "Medication",
    "Menopause",
    "MenstrualCycle",
    "ModelChoice",
    "Perimenopause",
    "Person",
    "Postpartum",
    "Pregnancy",
    "ReceptorAdaptation",
    "RenalImpairment",
    "Sex",
    "Stress",
    "Stressor",
    "assemble",
    "check_times",
    "check_treatment",
    "compile_rules",
    "dose_times",
    "events_of",
    "implausible",
    "other_day",
    "output_times",
    "simulate",
    "simulate_many",
    "too_short",
    "treatment_limits",
    "unlikely_states",
    "with_times",
]
